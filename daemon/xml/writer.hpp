// write: an Element as UTF-8 XML 1.0 bytes, the same bytes for the same element, always.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "base/element.hpp"

namespace xml {

enum class Layout { Compact, Indented };
// With XML declaration, `namespace_uri` as the default namespace of the root, and a final newline.
// An attribute named "xml:lang" is written as it stands. Characters that XML 1.0 cannot hold are
// written as U+FFFD.
std::string write(const base::Element& root, std::string_view namespace_uri, Layout layout);

}  // namespace xml
