// Several: which of namesakes a rule means, and whether it says so well.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include "mapping/path.hpp"
#include "mapping/shape.hpp"

namespace mapping {

enum class Last { Once, Each, Any };  // what the last step of a path may be

using ShapeChain = std::vector<const Shape*>;  // the document first

// Where rules stand.
struct Scope {
    ShapeChain source;
    ShapeChain target;
    // How each of the source was chosen among its namesakes. What stands beside the chosen ones is
    // not spoken for by what is said within them.
    std::vector<std::string> choices = {};
};

// The choosers on the way to a path as they are written, "[2]" or "[IDDAT=012]"; empty where
// nothing is chosen. REQUIRES: the path does not lead out of the document.
std::string choice_of(const Scope& scope, const Path& path);
// Of the scope within what a path leads to.
std::vector<std::string> choices_within(const Scope& scope, const Path& path);

// What is wrong with a step to such a part; empty when nothing is.
std::string misnumbered(const Shape& part, const Step& step, Last last);

}  // namespace mapping
