// The XML declaration and the prolog of a document, read before any parser sees it.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"

namespace xml {

// `<?xml version="1.0" encoding="GB18030"?>`; both empty when the document has none, or a torn one.
struct Declaration {
    std::string version;
    std::string encoding;
};
Declaration declaration_of(std::string_view text);
Declaration declaration_of(std::u16string_view text);

// XML-MALFORMED for a version other than 1.0, XML-DOCTYPE for a document type declaration anywhere
// before the root element.
std::optional<base::Finding> prolog_finding(std::u16string_view text);

// Where the unfinished part of a torn document begins: its last unclosed tag, comment, section,
// instruction or reference, or its end. Nothing when it is not a beginning of some well-formed
// document: closed, or wrong in its tags before it ends.
std::optional<std::size_t> torn_at(std::u16string_view text);

}  // namespace xml
