// Where xsd/, mapping/ and config/ are when nobody says: the checkout of a binary in its build
// tree, else share/permitd beside the installed program, else /usr/share/permitd.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

namespace base {

std::string share_directory();

}  // namespace base
