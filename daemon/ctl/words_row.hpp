// One text that permitctl says, in English and in Chinese (ctl/words.hpp).
// Threads: a value.
#pragma once

#include <string_view>

namespace ctl {

struct Row {
    std::string_view en;
    std::string_view zh;
};

}  // namespace ctl
