// Limits: how long a file, a function and a line may be.
// Threads: free functions. Throws: std::bad_alloc.
#pragma once

#include "unit/house/source.hpp"

namespace house {

inline constexpr int file_lines_max = 400;
inline constexpr int function_lines_max = 60;  // from its head to its closing brace
// Characters (code points), so that a Chinese one counts as one, in the editor's status line too.
inline constexpr int columns_max = 100;

Sentences beyond_limits(const std::vector<Source>& tree);

}  // namespace house
