// Rule, Conversion, Table: one mapping table as it is run. The grammar is mapping/README.md.
// Threads: immutable once read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "edi/lists.hpp"
#include "mapping/path.hpp"
#include "mapping/shape.hpp"

namespace mapping {

enum class Form { AsItIs, Time, Date, Decimal, Base64, Size };
enum class Way { None, TakeColumn, ByColumn };  // code to column, column to code

struct Conversion {
    Form form = Form::AsItIs;
    std::map<std::string, std::string> values;  // empty: no value table
    std::vector<std::string> omit;
    Way way = Way::None;
    const edi::List* list = nullptr;
    std::string column;
    std::optional<Path> on;  // where the day stands that chooses the rows; else the caller's day
};

// Only where the path is there and, if a value is named, holds it.
struct Condition {
    Path path;
    std::string value;  // empty: any
};

// Fields and fixed texts, one after the other.
struct Piece {
    std::optional<Path> path;
    std::string text;  // where there is no path
};
using Joined = std::vector<Piece>;

enum class RuleKind { Copy, Constant, Computed, Each, Drop };

struct Rule {
    RuleKind kind = RuleKind::Copy;
    std::vector<Joined> sources;  // Copy: the first of which every field is there
    Path from;                    // Each
    std::string text;             // Constant: the value; Computed: its name
    std::vector<Step> target;     // from the root of the document, or of the group of an Each
    Conversion conversion;
    std::optional<Condition> when;
    std::string absent;  // the value when no source is there; empty: none
    std::vector<Rule> rules;
};

enum class Unknown { Refuse, Keep };  // what becomes of a code that no list and no table knows

// A leaf that is empty is as good as one that is not there.
inline bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// What elements of these names hold is never told (messages.md 3.1).
inline bool is_secret(std::string_view name) { return name == "Password" || name == "accountPwd"; }

struct Table {
    std::string from;  // "canonical/LicenceApplication"
    std::string to;
    const Shape* source = nullptr;  // of the whole document
    const Shape* target = nullptr;
    std::vector<std::string> source_base;  // where the rules' paths begin, from the root
    Unknown unknown = Unknown::Refuse;
    std::vector<Rule> rules;
};

}  // namespace mapping
