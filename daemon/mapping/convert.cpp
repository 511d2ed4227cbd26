#include <algorithm>

#include "base/hash.hpp"
#include "mapping/transform.hpp"

namespace mapping {
namespace {

std::size_t digits(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

// So many digits at most, two with a zero in front; taken off the text.
std::optional<std::string> take_number(std::string_view& text, std::size_t most) {
    const std::size_t count = std::min(digits(text), most);
    if (count == 0) return std::nullopt;
    std::string number(text.substr(0, count));
    text.remove_prefix(count);
    return number.size() == 1 ? '0' + number : number;
}

bool take(std::string_view& text, std::string_view what) {
    if (!text.starts_with(what)) return false;
    text.remove_prefix(what.size());
    return true;
}

// A day in one of its spellings as "2026-11-22", taken off the text.
std::optional<std::string> take_day(std::string_view& text) {
    if (digits(text) < 4) return std::nullopt;
    const std::string year(text.substr(0, 4));
    text.remove_prefix(4);
    std::string_view first = "", second = "", last = "";
    if (text.starts_with("年")) {
        first = "年", second = "月", last = "日";
    } else if (digits(text) == 0 && !text.empty()) {
        first = second = text.substr(0, 1);
        if (first.find_first_of("-/.") == std::string_view::npos) return std::nullopt;
    } else if (digits(text) < 4) {
        return std::nullopt;
    }
    if (!take(text, first)) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, second)) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day || !take(text, last)) return std::nullopt;
    return year + '-' + *month + '-' + *day;
}

// A time in one of its spellings, at +08:00 where it names no offset.
std::optional<base::Time> as_time(std::string_view text) {
    const auto day = take_day(text);
    if (!day) return std::nullopt;
    if (!take(text, "T")) take(text, " ");
    const bool run_together = digits(text) >= 6;
    const auto hour = take_number(text, 2);
    if (!hour || (!run_together && !take(text, ":"))) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute) return std::nullopt;
    std::string second = "00";
    if (run_together || take(text, ":")) second = take_number(text, 2).value_or("");
    const std::size_t offset = std::min(text.find_first_of("Z+-"), text.size());
    const std::string fraction(text.substr(0, offset));
    const std::string zone(offset < text.size() ? text.substr(offset) : "+08:00");
    return base::parse_time(*day + 'T' + *hour + ':' + *minute + ':' + second + fraction + zone);
}

std::optional<std::string> as_date(const std::string& text) {
    if (const auto date = base::parse_date(text)) return base::iso(*date);
    if (const auto time = as_time(text)) return base::iso(base::day_of(*time));
    std::string_view rest = text;
    const auto day = take_day(rest);
    const auto date = day && rest.empty() ? base::parse_date(*day) : std::nullopt;
    return date ? std::optional(base::iso(*date)) : std::nullopt;
}

// Digits in groups of three, or none grouped; a point; no zeros that say nothing.
std::optional<std::string> as_decimal(std::string_view text) {
    const bool negative = take(text, "-");
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point);
    std::string_view behind = point < text.size() ? text.substr(point + 1) : "";
    std::string number(whole.substr(0, digits(whole)));
    whole.remove_prefix(number.size());
    if (!whole.empty() && (number.empty() || number.size() > 3)) return std::nullopt;
    while (!whole.empty()) {
        if (!take(whole, ",") || digits(whole) != 3) return std::nullopt;
        number += whole.substr(0, 3);
        whole.remove_prefix(3);
    }
    if (digits(behind) != behind.size() || (number.empty() && behind.empty())) return std::nullopt;
    number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
    behind = behind.substr(0, behind.find_last_not_of('0') + 1);
    const bool zero = number.empty() && behind.empty();
    std::string made = negative && !zero ? "-" : "";
    made += number.empty() ? "0" : number;
    return behind.empty() ? made : made + '.' + std::string(behind);
}

std::optional<std::string> formed(Form form, const std::string& value) {
    switch (form) {
        case Form::AsItIs: return base::collapsed(value);
        case Form::Time: {
            const std::optional<base::Time> time = as_time(base::collapsed(value));
            return time ? std::optional(base::iso(*time)) : std::nullopt;
        }
        case Form::Date: return as_date(base::collapsed(value));
        case Form::Decimal: return as_decimal(base::collapsed(value));
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
        case Form::Decimal: return "a decimal number";
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

const char* example_of(Form form) {
    switch (form) {
        case Form::AsItIs: return "";
        case Form::Time: return "2026-11-22 09:30:00";
        case Form::Date: return "2026-11-22";
        case Form::Decimal: return "1234.5";
        case Form::Base64:
        case Form::Size: return "base64";
    }
    return "";
}

}  // namespace

std::string wanted(const Conversion& conversion) {
    if (conversion.way == Way::TakeColumn) return conversion.list->name + "/code";
    if (conversion.way == Way::ByColumn) return conversion.list->name + '/' + conversion.column;
    std::string all;
    for (const auto& [value, made] : conversion.values) all += (all.empty() ? "" : ", ") + value;
    return all.empty() ? example_of(conversion.form) : all;
}

std::string described(const Rule& rule) {
    const Conversion& conversion = rule.conversion;
    switch (rule.kind) {
        case RuleKind::Constant: return "fixed";
        case RuleKind::Computed: return '$' + rule.text;
        case RuleKind::Copy:
        case RuleKind::Each:
        case RuleKind::Drop: break;
    }
    if (conversion.way == Way::TakeColumn)
        return "list " + conversion.list->name + " take " + conversion.column;
    if (conversion.way == Way::ByColumn)
        return "list " + conversion.list->name + " by " + conversion.column;
    if (!conversion.values.empty()) return "values";
    switch (conversion.form) {
        case Form::AsItIs: return "";
        case Form::Time: return "as time";
        case Form::Date: return "as date";
        case Form::Decimal: return "as decimal";
        case Form::Base64: return "as base64";
        case Form::Size: return "as size";
    }
    return "";
}

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
