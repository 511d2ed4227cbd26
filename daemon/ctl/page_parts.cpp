#include "ctl/page_parts.hpp"

#include <algorithm>

#include "ctl/field_names.hpp"

namespace ctl {

namespace {

using base::Element;

constexpr std::size_t columns_max = 8;  // that are legible on A4

// What comes in any number, and is shown as a table where it can be.
bool is_record(const Element& element) {
    constexpr std::string_view names[] = {"Default",  "First", "Line",         "Row",
                                          "Document", "Item",  "Specification"};
    return std::ranges::find(names, element.name) != std::end(names);
}

// One line of a table of facts.
bool is_fact(const Element& element) { return element.children.empty() && !is_record(element); }

// "ApplicationRef" of <Field name="ApplicationRef">.
std::string name_in_record(const Element& part) {
    return part.name == "Field" ? std::string{part.attribute("name")} : part.name;
}

// Where the text of a record itself stands.
constexpr const char* own_text = "Value";

// The names of all parts of a record; empty when it has parts of parts, or two of one name.
std::vector<std::string> parts_of(const Element& record) {
    std::vector<std::string> names;
    for (const base::Attribute& each : record.attributes) names.push_back(each.name);
    if (!record.text.empty()) names.emplace_back(own_text);
    for (const Element& each : record.children) {
        const bool is_plain =
            each.children.empty() && (each.attributes.empty() || each.name == "Field");
        const std::string name = name_in_record(each);
        if (!is_plain || std::ranges::count(names, name) > 0) return {};
        names.push_back(name);
    }
    return names;
}

std::string value_in_record(const Element& record, const std::string& name) {
    for (const base::Attribute& each : record.attributes)
        if (each.name == name) return each.value;
    for (const Element& each : record.children)
        if (name_in_record(each) == name) return each.text;
    return name == own_text ? record.text : std::string{};
}

// All columns that records have, in the order in which they come; none when they fit in no table.
std::vector<std::string> columns_of(const std::vector<const Element*>& records) {
    std::vector<std::string> columns;
    for (const Element* record : records) {
        const std::vector<std::string> parts = parts_of(*record);
        if (parts.empty()) return {};
        for (const std::string& each : parts)
            if (std::ranges::count(columns, each) == 0) columns.push_back(each);
    }
    return columns.size() <= columns_max ? columns : std::vector<std::string>{};
}

// Rows of one answer may be about different things: what a row begins with tells.
std::string begins_with(const Element& record) {
    return record.children.empty() ? std::string{} : name_in_record(record.children.front());
}

}  // namespace

Element PageParts::table(const std::vector<std::string>& fields) const {
    Element row{.name = "tr", .text = {}};
    for (const std::string& each : fields) row.add("th", name_of_field(each, language_));
    Element table{.name = "table", .text = {}};
    table.add("thead").children.push_back(std::move(row));
    table.add("tbody");
    return table;
}

void PageParts::append_fact(Element& body, const std::string& label, std::string value) const {
    Element row{.name = "tr", .text = {}};
    row.add("th", label);
    row.add("td", std::move(value));
    body.children.push_back(std::move(row));
}

void PageParts::append_facts(Element& body, const Element& element) const {
    for (const base::Attribute& each : element.attributes)
        append_fact(body, name_of_field(each.name, language_),
                    coded_value(each.name, each.value, language_));
    if (!element.text.empty()) append_fact(body, name_of_field(own_text, language_), element.text);
    for (const Element& each : element.children) {
        if (!is_fact(each)) continue;
        const std::string name = name_of_field(name_in_record(each), language_);
        if (each.name == "Field") {
            append_fact(body, name, coded_value(name_in_record(each), each.text, language_));
        } else if (each.attributes.empty()) {
            append_fact(body, name, coded_value(each.name, each.text, language_));
        } else if (each.text.empty()) {
            for (const base::Attribute& part : each.attributes)
                append_fact(body, name + ": " + name_of_field(part.name, language_), part.value);
        } else {
            std::string value;
            for (const base::Attribute& part : each.attributes) value += part.value + ' ';
            append_fact(body, name, value + each.text);
        }
    }
}

void PageParts::append_block(Element& to, const Element& element) const {
    Element table{.name = "table", .text = {}};
    table.attributes = {{"class", "facts"}};
    append_facts(table.add("tbody"), element);
    if (!table.children.back().children.empty()) to.children.push_back(std::move(table));
    Group group;
    for (const Element& each : element.children) {
        if (is_fact(each)) continue;
        if (!group.empty() && group.back()->name != each.name) {
            append_group(to, group);
            group.clear();
        }
        group.push_back(&each);
    }
    if (!group.empty()) append_group(to, group);
}

void PageParts::append_group(Element& to, const Group& group) const {
    to.add("h3", name_of_field(group.front()->name, language_));
    Group alike;
    for (const Element* each : group) {
        if (!alike.empty() && begins_with(*alike.back()) != begins_with(*each)) {
            append_alike(to, alike);
            alike.clear();
        }
        alike.push_back(each);
    }
    append_alike(to, alike);
}

void PageParts::append_alike(Element& to, const Group& group) const {
    const bool is_one = group.size() == 1 && !is_record(*group.front());
    const std::vector<std::string> columns =
        is_one ? std::vector<std::string>{} : columns_of(group);
    if (!columns.empty()) return append_records(to, group, columns);
    for (const Element* each : group) append_block(to, *each);
}

void PageParts::append_records(Element& to, const Group& group,
                               const std::vector<std::string>& columns) const {
    Element made = table(columns);
    for (const Element* record : group) {
        Element row{.name = "tr", .text = {}};
        for (const std::string& each : columns)
            row.add("td", coded_value(each, value_in_record(*record, each), language_));
        made.children.back().children.push_back(std::move(row));
    }
    to.children.push_back(std::move(made));
}

}  // namespace ctl
