// spellings: a name as bytes of every encoding that we read (messages.md 1), to find it in a
// document that nobody may parse yet.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

namespace xml {

// UTF-8, UTF-16 of both orders, GB18030. REQUIRES: name is UTF-8.
std::vector<std::string> spellings(std::string name);

}  // namespace xml
