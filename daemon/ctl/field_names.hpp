// What the parts of a receipt are called, for people: elements, attributes and fields of rows by
// their names, coded values as "name=value".
//
// The names are those of xsd/ and of the answers (xsd/README.md); a test holds that none is left
// out. Where the ministry's forms have a word, it is taken.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "ctl/words.hpp"

namespace ctl {

// "application reference", "申请参考号"; a name that the table lacks stands for itself.
std::string name_of_field(std::string_view name, Language language);
bool is_field_known(std::string_view name);
// A value with its word where it is a code: "after-correction 更正后重报". In English codes speak for
// themselves.
std::string coded_value(std::string_view field, const std::string& value, Language language);

}  // namespace ctl
