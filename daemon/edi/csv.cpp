#include "edi/csv.hpp"

#include "base/utf8.hpp"

namespace edi {

namespace {

class Cells {
public:
    explicit Cells(std::string_view text) : rest_(text) {}

    base::Result<std::vector<CsvRow>> rows() {
        std::vector<CsvRow> rows;
        while (!rest_.empty() && fault_.empty()) rows.push_back(row());
        if (!fault_.empty()) return base::Fault{base::Remedy::AskOperator, fault_};
        return rows;
    }

private:
    CsvRow row() {
        CsvRow row{line_, {}};
        do row.cells.push_back(taken('"') ? quoted() : plain());
        while (fault_.empty() && taken(','));
        taken('\r');
        if (!taken('\n') && !rest_.empty()) fail("something stands behind a closing quote");
        if (row.cells.size() == 1 && row.cells.front().empty()) fail("an empty line", row.line);
        ++line_;
        return row;
    }

    std::string plain() {
        std::size_t end = rest_.find_first_of(",\"\n");
        if (end != std::string_view::npos && rest_[end] == '"')
            fail("a quote inside a cell that is not quoted");
        if (end == std::string_view::npos) end = rest_.size();
        std::string cell{rest_.substr(0, end)};
        rest_.remove_prefix(end);
        if (!rest_.empty() && rest_.front() == '\n' && cell.ends_with('\r')) cell.pop_back();
        if (cell.find('\r') != std::string::npos) fail("a carriage return inside a cell");
        return cell;
    }

    std::string quoted() {
        const std::size_t begun = line_;
        std::string cell;
        while (!rest_.empty()) {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"' && !taken('"')) return cell;
            if (c == '\n') ++line_;
            cell += c;
        }
        fail("a quote that is never closed", begun);
        return cell;
    }

    bool taken(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void fail(const char* text) { fail(text, line_); }
    void fail(const char* text, std::size_t line) {
        if (fault_.empty()) fault_ = std::to_string(line) + ": " + text;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::string fault_;
};

}  // namespace

base::Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (!base::is_utf8(text))
        return base::Fault{base::Remedy::AskOperator, "1: the file is not UTF-8"};
    if (text.find('\0') != std::string_view::npos)
        return base::Fault{base::Remedy::AskOperator, "1: the file holds a NUL byte"};
    return Cells(text).rows();
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string out;
    for (const std::string& cell : cells) {
        if (&cell != &cells.front()) out += ',';
        const bool quoted = cell.find_first_of(",\"\r\n") != std::string::npos;
        if (quoted) out += '"';
        for (const char c : cell) out += c == '"' ? "\"\"" : std::string{c};
        if (quoted) out += '"';
    }
    return out + "\r\n";
}

}  // namespace edi
