// How the name of a file begins that is on its way out of an OutBox (taking.cpp): who sees one come
// back from such a name knows that it was we who renamed it.
// Threads: free of state. Throws: nothing.
#pragma once

#include <string_view>

namespace mailbox {

inline constexpr std::string_view taken_beginning = ".taken-";

}  // namespace mailbox
