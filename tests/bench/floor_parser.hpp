// FloorParser: Xerces-C++ and nothing else: SAX2, validating against a grammar that was cached and
// locked before, names and values left in UTF-16 unless their copies are wanted.
// Threads: one for each object. Throws: std::runtime_error for what is not valid.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class Copies { None, EveryValue };

// A page of the ministry's results, as far as a floor looks at it.
struct Page {
    enum class Says { Review, Else };
    std::string cursor;
    std::vector<Says> results;
};

class FloorParser {
public:
    FloorParser(const std::string& schema_directory, Copies copies);
    ~FloorParser();

    void parse(std::string_view bytes);
    // Of the last document, if it was one.
    const Page& page() const;
    // Bytes of UTF-8 that were copied so far.
    std::size_t bytes_copied() const;

private:
    class Reading;
    std::unique_ptr<Reading> reading_;
};

std::string content_of(const std::string& file);

}  // namespace bench
