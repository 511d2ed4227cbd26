// stages SHARE SCENARIO DOCUMENTS WORK: how the commit thread's time divides into deciding, mapping
// and committing, and what validating costs, by the house's own functions in one thread.
//
// Each document is parsed, taken by route::Route over a real store, declared to the sandbox's
// ministry in the same process, and goes on to the last receipt of the scenario. A turn of the
// route is cut in two where it tells of its receipts: what is before is deciding and mapping, what
// follows is the synced batch. Mapping is measured by making each request a second time.
// Microseconds are of processor time of this thread, for one document; waits for the disk are not
// in them.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/hash.hpp"
#include "journeys/ministry_gateway.hpp"
#include "route/route.hpp"
#include "store/rocks_store.hpp"
#include "xml/parser.hpp"
#include "xml/writer.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_files = 64;  // as the intake hands them on
constexpr std::size_t deliveries_max = 512;
constexpr std::chrono::seconds patience{120};

class Stopwatch {
public:
    static std::int64_t now_ns() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
    }
    template <class Work>
    auto add(const Work& work) {
        struct Adding {
            std::int64_t& sum;
            std::int64_t begin = now_ns();
            ~Adding() { sum += now_ns() - begin; }
        } adding{ns};
        return work();
    }
    std::int64_t ns = 0;
};

template <class T>
T must(base::Result<T> result) {
    if (!result) throw std::runtime_error{result.fault().text};
    return std::move(*result);
}

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

sandbox::Setting setting_of(const std::string& share, const std::string& scenario) {
    sandbox::Setting setting;
    setting.scenario = must(sandbox::read_scenario(scenario));
    setting.catalogue = must(sandbox::Catalogue::read(share + "/config/codes/commodities.csv"));
    return setting;
}

class Stages {
public:
    Stages(const std::string& share, const std::string& scenario, const std::string& work)
        : parser_(must(xml::Parser::load(share + "/xsd", xml::Limits{}))),
          lists_(must(edi::Lists::load(share + "/config/codes"))),
          catalogue_(must(receipts::Catalogue::load(share + "/config/messages/problems.yaml"))),
          mapper_(must(mapping::Mapper::load(share + "/mapping", lists_))),
          ministry_(setting_of(share, scenario), clock_, parser_), gateway_(ministry_, clock_),
          store_(must(store::open_rocks_store(work))),
          route_({*store_, gateway_, mapper_, lists_, catalogue_, seal_, clock_}, options()) {
        gateway_.handed_over = [this](const dispatch::Request& request) {
            if (request.ask == dispatch::Ask::Submit) requests_.push_back(request);
        };
    }

    void take(const std::vector<fs::path>& files) {
        route::Inputs inputs;
        for (const fs::path& each : files) inputs.examined.push_back(examined(each));
        step(std::move(inputs));
        go_on();
        documents_ += files.size();
    }

    void settle() {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (store_->message_counts()[edi::MessageState::Settled] < documents_) {
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error{"not every document comes to its end"};
            if (!go_on()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        while (go_on()) {
        }
    }

    void tell() const {
        const auto us = [&](std::int64_t ns) {
            return static_cast<double>(ns) / 1000.0 / static_cast<double>(documents_);
        };
        std::printf(
            "{\"documents\": %zu, \"receipts\": %llu, \"validate_us\": %.2f, \"decide_us\": %.2f, "
            "\"map_us\": %.2f, \"commit_us\": %.2f}\n",
            documents_, static_cast<unsigned long long>(store_->counters().receipt_number),
            us(validate_.ns), us(before_commit_ns_ - map_.ns), us(map_.ns), us(commit_ns_));
    }

private:
    route::Options options() {
        route::Options options;
        options.senders = {{"acme", {"91110108MA0000015T"}}};
        options.deliveries_come = [this](std::size_t) { commit_began_ns_ = Stopwatch::now_ns(); };
        return options;
    }

    route::Examined examined(const fs::path& file) {
        const std::string bytes = content_of(file);
        route::Examined out;
        out.arrival.mailbox = "acme";
        out.arrival.name = file.filename();
        out.arrival.sha256 = base::sha256_hex(bytes);
        out.arrival.bytes = bytes.size();
        out.arrival.received_at = clock_.now();
        out.arrival.day = base::iso(base::day_of(clock_.now()));
        out.completeness = intake::Completeness::Renamed;
        out.parsed = validate_.add([&] { return parser_.parse(bytes); });
        if (!out.parsed.findings.empty())
            throw std::runtime_error{file.string() + ": " + out.parsed.findings.front().code};
        return out;
    }

    void step(route::Inputs inputs) {
        const std::int64_t begin = Stopwatch::now_ns();
        commit_began_ns_ = 0;
        route_.step(std::move(inputs));
        const std::int64_t end = Stopwatch::now_ns();
        const std::int64_t cut = commit_began_ns_ == 0 ? end : commit_began_ns_;
        before_commit_ns_ += cut - begin;
        commit_ns_ += end - cut;
        for (const dispatch::Request& each : requests_) map_again(each);
        requests_.clear();
    }

    void map_again(const dispatch::Request& request) {
        const auto submission = store_->submission(request.key);
        const auto application = store_->application({submission->sender, submission->subject});
        const std::string bytes = map_.add([&] {
            const auto document =
                must(mapper_.request(submission->key, submission->accepted_at, application->content,
                                     base::day_of(clock_.now())));
            std::string written =
                xml::write(document, mapper_.namespace_uri(), xml::Layout::Compact);
            digests_ += base::sha256_hex(written).size();
            return written;
        });
        if (bytes != request.body) throw std::runtime_error{"a request is mapped in another way"};
    }

    // What the ministry says, and receipts as if they were delivered; false when nothing is due.
    bool go_on() {
        bool went_on = false;
        for (bool again = true; again; went_on |= again) {
            route::Inputs inputs;
            for (dispatch::Answer& each : gateway_.collect(clock_.tick())) {
                route::Answered answered{std::move(each), {}};
                if (!answered.answer.body.empty())
                    answered.parsed = parser_.parse(std::exchange(answered.answer.body, {}));
                inputs.answered.push_back(std::move(answered));
            }
            for (const edi::Delivery& each : store_->deliveries(0, deliveries_max))
                inputs.delivered.deliveries.push_back(each.number);
            inputs.delivered.takings = store_->takings(0, deliveries_max);
            again = !inputs.empty() || route_.wake_at() <= clock_.tick();
            if (again) step(std::move(inputs));
        }
        return went_on;
    }

    const base::SystemClock clock_;
    xml::Parser parser_;
    const edi::Lists lists_;
    const receipts::Catalogue catalogue_;
    const mapping::Mapper mapper_;
    const base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    sandbox::Ministry ministry_;
    journeys::MinistryGateway gateway_;
    const std::unique_ptr<edi::Store> store_;
    std::vector<dispatch::Request> requests_;  // of the last turn
    std::int64_t commit_began_ns_ = 0;         // 0: the turn commits nothing
    route::Route route_;
    Stopwatch validate_, map_;
    std::int64_t before_commit_ns_ = 0, commit_ns_ = 0;
    std::size_t documents_ = 0, digests_ = 0;
};

int run(char** words) {
    xml::initialise();
    std::vector<fs::path> files;
    for (const auto& each : fs::directory_iterator{words[3]}) files.push_back(each.path());
    std::ranges::sort(files);
    Stages stages{words[1], words[2], words[4]};
    for (auto from = files.begin(); from != files.end();) {
        const auto left = static_cast<std::size_t>(files.end() - from);
        const auto to = from + static_cast<std::ptrdiff_t>(std::min(left, chunk_files));
        stages.take({from, to});
        from = to;
    }
    stages.settle();
    stages.tell();
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) {
        std::fputs("stages SHARE SCENARIO DOCUMENTS WORK\n", stderr);
        return 64;
    }
    try {
        return run(words);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stages: %s\n", error.what());
        return 1;
    }
}
