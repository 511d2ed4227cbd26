// A receipt as a page for people, to be read and printed (A4): HTML without scripts and without
// anything from elsewhere, well-formed as XML. Every value of the receipt stands on it.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "base/element.hpp"
#include "ctl/words.hpp"

namespace ctl {

// The file that the receipt was read from: its name, and the digest by which it is known.
struct PageSource {
    std::string name;
    std::string sha256;
};

// The same receipt, source and language, the same bytes.
std::string page_of(const base::Element& receipt, const PageSource& source, Language language);

}  // namespace ctl
