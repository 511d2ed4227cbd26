// Every fuzz target over the inputs that are kept (crashes that were found are among them), and
// over seeded mutations of them: what holds for all bytes holds for these. P6.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include "fuzz/target.hpp"

// LLVMFuzzerTestOneInput of each source, renamed by CMake.
extern "C" int fuzz_config(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_control(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_file(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_gateway(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_mapping(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_records(const std::uint8_t* bytes, std::size_t size);

namespace {

namespace fs = std::filesystem;

struct Target {
    const char* name;
    int (*run)(const std::uint8_t* bytes, std::size_t size);
};
void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }

constexpr int mutations = 300;
constexpr std::chrono::seconds longest{10};  // of one input, on a busy machine with sanitizers

class FuzzCorpus : public testing::TestWithParam<Target> {
protected:
    // By name, so that mutations are the same everywhere.
    static std::vector<fs::path> files() {
        const fs::path folder = fs::path(fuzz::checkout) / "tests/fuzz/corpus" / GetParam().name;
        std::vector<fs::path> all;
        for (const auto& each : fs::directory_iterator(folder)) all.push_back(each.path());
        std::ranges::sort(all);
        return all;
    }

    static std::string read(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        return text.str();
    }

    static void holds_for(const std::string& input) {
        const auto begin = std::chrono::steady_clock::now();
        try {
            GetParam().run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
        } catch (const fuzz::Broken& broken) {
            ADD_FAILURE() << broken.what();
        }
        EXPECT_LT(std::chrono::steady_clock::now() - begin, longest);
    }
};

TEST_P(FuzzCorpus, HoldsForWhatIsKept) {
    const auto all = files();
    EXPECT_GE(all.size(), 5U);
    for (const fs::path& file : all) {
        SCOPED_TRACE(file.string());
        holds_for(read(file));
    }
}

class Mutator {
public:
    explicit Mutator(std::vector<std::string> inputs) : inputs_(std::move(inputs)) {}

    std::string next() {
        std::string input = any();
        for (std::size_t steps = 1 + below(4); steps > 0; --steps) change(input);
        return input;
    }

private:
    // Not a distribution of the library's: those differ from one library to the next.
    std::size_t below(std::size_t end) { return end == 0 ? 0 : dice_() % end; }
    const std::string& any() { return inputs_[below(inputs_.size())]; }

    void change(std::string& input) {
        const std::size_t at = below(input.size());
        const std::size_t length = below(std::min<std::size_t>(input.size() - at, 64));
        switch (below(6)) {
            case 0:
                if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
                break;
            case 1: input.insert(at, 1 + below(8), static_cast<char>(below(256))); break;
            case 2: input.erase(at, length); break;
            case 3: input.insert(below(input.size()), input.substr(at, length)); break;
            case 4: input.resize(at); break;
            default: splice(input, at);
        }
    }

    void splice(std::string& input, std::size_t at) {
        const std::string& other = any();
        input.replace(at, std::string::npos, other.substr(below(other.size())));
    }

    std::vector<std::string> inputs_;
    std::mt19937_64 dice_{20261122};
};

// The input is in a file before it is tried: what kills the program is there afterwards.
TEST_P(FuzzCorpus, HoldsForMutations) {
    std::vector<std::string> inputs;
    for (const fs::path& file : files()) inputs.push_back(read(file));
    Mutator mutator(std::move(inputs));
    const fs::path kept =
        fs::path(testing::TempDir()) /
        (std::string("permitd-fuzz-") + GetParam().name + '-' + std::to_string(::getpid()));
    for (int i = 0; i < mutations && !HasFailure(); ++i) {
        const std::string input = mutator.next();
        std::ofstream(kept, std::ios::binary) << input;
        SCOPED_TRACE("mutation " + std::to_string(i) + ", kept as " + kept.string());
        holds_for(input);
    }
    if (!HasFailure()) fs::remove(kept);
}

INSTANTIATE_TEST_SUITE_P(, FuzzCorpus,
                         testing::Values(Target{"config", fuzz_config},
                                         Target{"control", fuzz_control}, Target{"file", fuzz_file},
                                         Target{"gateway", fuzz_gateway},
                                         Target{"mapping", fuzz_mapping},
                                         Target{"records", fuzz_records}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
