#include "ctl/field_names.hpp"

#include <algorithm>
#include <iterator>

#include "ctl/field_names_table.hpp"

namespace ctl {

namespace {

const FieldName* field_named(std::string_view name) {
    const auto found = std::ranges::find(field_names, name, &FieldName::name);
    return found == std::end(field_names) ? nullptr : &*found;
}

// The Chinese word of a code; nothing where it has none, or is no code.
std::string_view word_of_value(std::string_view field, const std::string& value) {
    const std::string key = std::string{field} + '=' + value;
    const auto found = std::ranges::find(value_words, key, &ValueWord::value);
    if (found != std::end(value_words)) return found->zh;
    if (field == "MessageType") {
        const FieldName* const type = field_named(value);
        return type ? type->zh : std::string_view{};
    }
    for (const std::string_view coded : {"kind", "stage", "outcome", "severity", "State"})
        if (field == coded) {
            const Row* const row = row_of(value);
            return row ? row->zh : std::string_view{};
        }
    return {};
}

}  // namespace

std::string name_of_field(std::string_view name, Language language) {
    const FieldName* const found = field_named(name);
    if (!found) return std::string{name};
    switch (language) {
        case Language::Chinese: return std::string{found->zh};
        case Language::English: break;
    }
    return std::string{found->en};
}

bool is_field_known(std::string_view name) { return field_named(name) != nullptr; }

std::string coded_value(std::string_view field, const std::string& value, Language language) {
    switch (language) {
        case Language::English: return value;
        case Language::Chinese: break;
    }
    const std::string_view word = word_of_value(field, value);
    return word.empty() ? value : value + ' ' + std::string{word};
}

}  // namespace ctl
