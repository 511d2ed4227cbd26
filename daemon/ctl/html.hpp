// html: an element tree as an HTML page that is well-formed XML too, whatever stands in its texts.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "base/element.hpp"

namespace ctl {

// An element has either text or children. Characters that turn the direction of writing or take no
// room are shown by their number, [U+202E]: a page must not read otherwise than it is.
std::string html_page(const base::Element& html);

}  // namespace ctl
