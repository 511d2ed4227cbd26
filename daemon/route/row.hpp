// Row: one row of an answer on its way, field by field; what is empty is left out.
// Threads: a value type.
#pragma once

#include "base/clock.hpp"
#include "base/element.hpp"

namespace route {

class Row {
public:
    Row& field(const char* name, std::string_view text) {
        if (text.empty()) return *this;
        row_.add("Field", std::string{text}).attributes = {{"name", name}};
        return *this;
    }
    Row& field(const char* name, base::Time time) {
        return time == base::Time{} ? *this : field(name, base::iso(time));
    }
    Row& document(base::Element element) {
        row_.children.push_back(std::move(element));
        return *this;
    }
    operator base::Element() const { return row_; }

private:
    base::Element row_{.name = "Row", .text = {}};
};

}  // namespace route
