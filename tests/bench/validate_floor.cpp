// validate_floor SCHEMAS FILE…: reads and validates each file with Xerces-C++ alone, copying every
// value to UTF-8, on one thread. What `permitctl validate` is held against.
#include <chrono>
#include <cstdio>
#include <exception>

#include "bench/floor_parser.hpp"

namespace {

int run(int count, char** words) {
    if (count < 3) {
        std::fputs("validate_floor SCHEMAS FILE...\n", stderr);
        return 64;
    }
    bench::FloorParser parser{words[1], bench::Copies::EveryValue};
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 2; i < count; ++i) parser.parse(bench::content_of(words[i]));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::printf("{\"documents\": %d, \"seconds\": %.6f, \"bytes_copied\": %zu}\n", count - 2,
                seconds.count(), parser.bytes_copied());
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "validate_floor: %s\n", error.what());
        return 1;
    }
}
