// Names: codes as the forms print them, with what the lists of the day call them.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "edi/lists.hpp"

namespace print {

class Names {
public:
    Names(const edi::Lists& lists, base::Date day) : lists_(lists), day_(day) {}

    // "10 一般贸易"; an unknown code alone; no code, no text.
    std::string named(const std::string& list, std::string_view code) const;
    // "日本 JPN"
    std::string country(std::string_view code) const;
    // "110108 北京市": of a region only the province is on a list.
    std::string region(std::string_view code) const;

private:
    std::string name(const std::string& list, std::string_view code) const;

    const edi::Lists& lists_;
    base::Date day_;
};

}  // namespace print
