#include <algorithm>

#include "base/hash.hpp"
#include "mapping/transform.hpp"

namespace mapping {
namespace {

std::optional<std::string> as_date(const std::string& text) {
    const bool bare = text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos;
    const std::string spelled =
        bare ? text.substr(0, 4) + '-' + text.substr(4, 2) + '-' + text.substr(6) : text;
    if (text.find('T') == std::string::npos) {
        const std::optional<base::Date> date = base::parse_date(spelled);
        return date ? std::optional(base::iso(*date)) : std::nullopt;
    }
    const std::optional<base::Time> time = base::parse_time(text);
    return time ? std::optional(base::iso(base::day_of(*time))) : std::nullopt;
}

std::optional<std::string> formed(Form form, const std::string& value) {
    switch (form) {
        case Form::AsItIs: return base::collapsed(value);
        case Form::Time: {
            const std::optional<base::Time> time = base::parse_time(base::collapsed(value));
            return time ? std::optional(base::iso(*time)) : std::nullopt;
        }
        case Form::Date: return as_date(base::collapsed(value));
        case Form::Base64: {
            const std::optional<std::string> bytes = base::parse_base64(value);
            return bytes ? std::optional(base::base64(*bytes)) : std::nullopt;
        }
        case Form::Size: {
            const std::optional<std::string> bytes = base::parse_base64(value);
            return bytes ? std::optional(std::to_string(bytes->size())) : std::nullopt;
        }
    }
    return std::nullopt;
}

const char* noun_of(Form form) {
    switch (form) {
        case Form::AsItIs: return "text";
        case Form::Time: return "a time";
        case Form::Date: return "a date";
        case Form::Base64:
        case Form::Size: return "base64";
    }
    return "";
}

Converted looked_up(const Conversion& conversion, const std::string& code,
                    std::optional<base::Date> day) {
    const edi::List& list = *conversion.list;
    std::string found;
    if (day && conversion.way == Way::TakeColumn) {
        found = list.cell(code, conversion.column, *day);
    } else if (day) {
        found = list.code_where(conversion.column, code, *day);
    }
    if (!found.empty()) return {found, {}};
    const std::string when = day ? " on " + base::iso(*day) : " without a day";
    const bool by = conversion.way == Way::ByColumn;
    return {{},
            "code '" + code + "' is not in list " + list.name +
                (by ? " by column " : " with column ") + conversion.column + when};
}

}  // namespace

Converted convert(const Conversion& conversion, const std::string& value,
                  std::optional<base::Date> day) {
    const std::optional<std::string> text = formed(conversion.form, value);
    if (!text) {
        const bool long_text = conversion.form == Form::Base64 || conversion.form == Form::Size;
        const std::string shown = long_text ? "the content" : "'" + base::collapsed(value) + "'";
        return {{}, shown + " is not " + noun_of(conversion.form)};
    }
    const std::vector<std::string>& omit = conversion.omit;
    if (std::find(omit.begin(), omit.end(), *text) != omit.end()) return {{}, {}};
    if (conversion.way != Way::None) return looked_up(conversion, *text, day);
    if (conversion.values.empty()) return {text, {}};
    const auto found = conversion.values.find(*text);
    if (found != conversion.values.end()) return {found->second, {}};
    return {{}, "value '" + *text + "' stands in no line of the table's values"};
}

}  // namespace mapping
