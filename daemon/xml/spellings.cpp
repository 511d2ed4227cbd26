#include "xml/spellings.hpp"

#include <iconv.h>

namespace xml {

namespace {

// The C library's converter: the daemon itself holds no XML parser.
std::string converted(std::string name, const char* encoding) {
    const iconv_t door = ::iconv_open(encoding, "UTF-8");
    if (door == iconv_t(-1)) return name;
    std::string out(4 * name.size(), '\0');
    char* from = name.data();
    char* to = out.data();
    std::size_t from_left = name.size(), to_left = out.size();
    const bool whole = ::iconv(door, &from, &from_left, &to, &to_left) != std::size_t(-1);
    ::iconv_close(door);
    if (!whole) return name;
    out.resize(out.size() - to_left);
    return out;
}

}  // namespace

std::vector<std::string> spellings(std::string name) {
    std::vector<std::string> all;
    for (const char* encoding : {"UTF-16LE", "UTF-16BE", "GB18030"})
        all.push_back(converted(name, encoding));
    all.push_back(std::move(name));
    return all;
}

}  // namespace xml
