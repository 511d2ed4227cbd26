// ListFile: one *.csv of config/codes as it was read, with its line numbers, while it is checked.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <map>

#include "edi/csv.hpp"

namespace edi {

struct ListFile {
    std::string file;  // path, for complaints
    std::string name;  // without folder and .csv
    std::vector<std::string> columns;
    std::vector<CsvRow> rows;

    // The place of a column; columns.size() when there is none.
    std::size_t place(std::string_view column) const;
    // REQUIRES: the file passed check_form.
    const std::string& cell(const CsvRow& row, std::string_view column) const;
};
using ListFiles = std::map<std::string, ListFile>;

// Complaints ("file:line: text") about one file by itself: columns, widths, dates, rows of one code
// that are in force on the same day.
std::vector<std::string> check_form(const ListFile& file);
// Complaints about all files together: lists and columns that the rules need, numbers, references
// from one list to another. REQUIRES: every file passed check_form.
std::vector<std::string> check_meaning(const ListFiles& files, const std::string& directory);

}  // namespace edi
