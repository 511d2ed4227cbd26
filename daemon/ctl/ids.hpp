// Ids that a command is about: from its arguments, from standard input with "-", all messages of a
// state with "ALL".
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ctl/asking.hpp"

namespace ctl {

struct Ids {
    std::vector<std::string> arguments;
    std::string state;  // of ALL
};

// One after the other, never all in memory; the exit status is the first that `take` returned and
// was not 0. Of standard input the first word of each line counts. 64 when ALL comes without a
// state; what the daemon answers when it cannot list them.
int each_id(const Common& common, const Ids& ids,
            const std::function<int(const std::string&)>& take);

}  // namespace ctl
