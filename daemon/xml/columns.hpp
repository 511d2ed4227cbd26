// Columns: positions in a text that comes in pieces, counted in characters. Xerces-C++ counts
// UTF-16 units, two for a character beyond the BMP; here it is remembered where those stand.
// A line ends at LF, CR LF or CR.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <string_view>
#include <vector>

#include "base/element.hpp"

namespace xml {

class Columns {
public:
    // The text goes on with these units.
    void pass(std::u16string_view text);
    // Behind everything that was passed.
    base::Position end() const;
    // A position as the library counts it, in characters.
    base::Position exact(base::Position position) const;
    // Nothing before that position (as the library counts it) is asked for any more.
    void forget_before(base::Position position);

private:
    base::Position at_{1, 1};  // as the library counts, of the next unit
    bool after_return_ = false;
    std::vector<base::Position> wide_;  // of second halves, in order
    base::Position forgotten_until_{1, 1};
    std::uint32_t forgotten_ = 0;  // second halves of that line that are not in wide_ any more
};

}  // namespace xml
