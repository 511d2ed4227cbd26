// csv: RFC 4180 text as rows of cells, strictly, and rows as such text.
//
// Cells may be quoted, with "" for a quote inside; a line ends with LF or CRLF. A byte order mark
// at the front is passed over, as spreadsheet programs write one.
// Threads: free of state. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace edi {

struct CsvRow {
    std::size_t line = 0;  // of the file, from 1, where the row begins
    std::vector<std::string> cells;
};

// A fault names the line ("3: a quote inside a cell that is not quoted"). Empty lines are faults.
base::Result<std::vector<CsvRow>> parse_csv(std::string_view text);

// One row with CRLF at its end; cells are quoted where they have to be. REQUIRES: not one empty
// cell alone, which would be an empty line.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace edi
