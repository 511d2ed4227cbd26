// What fuzz targets have in common: each is a source with one LLVMFuzzerTestOneInput, a function of
// bytes that says in its first comment what holds for all of them.
//
// libFuzzer takes what is thrown for a crash, and keeps the input; test_fuzz_corpus for a failure.
// Threads: one. Throws: Broken; std::runtime_error where what a target needs is not there.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "edi/lists.hpp"
#include "xml/parser.hpp"

namespace fuzz {

struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};

inline void require(bool holds, const std::string& property) {
    if (!holds) throw Broken("does not hold: " + property);
}

// Never destroyed: nothing of it is needed when the program ends.
template <class Value>
Value& kept(base::Result<Value> loaded) {
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *new Value(std::move(*loaded));
}

inline const std::string checkout = PERMITD_SOURCE;

inline xml::Parser& parser() {
    static xml::Parser& loaded = [] {
        xml::initialise();
        return std::ref(kept(xml::Parser::load(checkout + "/xsd", xml::Limits{})));
    }();
    return loaded;
}

inline const edi::Lists& lists() {
    static const edi::Lists& loaded = kept(edi::Lists::load(checkout + "/config/codes"));
    return loaded;
}

inline std::string text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

// What a worker hands over must be read by the daemon as it was said.
inline void require_told(const xml::Parsed& parsed) {
    require(parsed.findings.size() <= base::findings_max, "at most so many findings");
    require(parsed.well_formed || !parsed.findings.empty(), "what is not well-formed is told");
    const std::string encoded = xml::encode(parsed);
    const auto again = xml::decode(encoded);
    require(again && xml::encode(*again) == encoded, "decode(encode(parsed)) is parsed");
    require(again->root == parsed.root && again->findings == parsed.findings,
            "the daemon reads what the worker read");
}

// A file in memory, for what wants a name.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    int descriptor_;
    std::string path_;
};

}  // namespace fuzz
