// Several: which of namesakes a step of a rule's path means, and whether it says so well.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include "mapping/path.hpp"
#include "mapping/shape.hpp"

namespace mapping {

// Of a field that is read where another one chooses: neither all of them nor a certain one.
inline constexpr std::size_t some_of_them = static_cast<std::size_t>(-1);

enum class Last { Once, Each, Any };  // what the last step of a path may be

// What is wrong with a step to such a part; empty when nothing is.
std::string misnumbered(const Shape& part, const Step& step, Last last);

}  // namespace mapping
