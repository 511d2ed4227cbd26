#include <algorithm>

#include "mapping/reader.hpp"

namespace mapping {
namespace {

Form read_form(const yaml::Node& node) {
    const std::string name = node.text();
    if (!node) return Form::AsItIs;
    if (name == "time") return Form::Time;
    if (name == "date") return Form::Date;
    if (name == "decimal") return Form::Decimal;
    if (name == "base64") return Form::Base64;
    if (name == "size") return Form::Size;
    node.complain("time, date, decimal, base64 or size is expected, not '" + name + "'");
    return Form::AsItIs;
}

void read_list(Conversion& conversion, const yaml::Node& options, const edi::Lists& lists) {
    const yaml::Node list = options["list"];
    const yaml::Node take = options["take"];
    const yaml::Node by = options["by"];
    if (!list) {
        for (const yaml::Node& node : {take, by})
            if (node) node.complain("a column without a list");
        return;
    }
    if (static_cast<bool>(take) == static_cast<bool>(by)) {
        list.complain("a list needs either take (a column) or by (a column)");
        return;
    }
    conversion.way = take ? Way::TakeColumn : Way::ByColumn;
    const yaml::Node& column = take ? take : by;
    conversion.column = column.text();
    conversion.list = lists.list(list.text());
    if (!conversion.list) {
        list.complain("unknown list '" + list.text() + "'");
        return;
    }
    const std::vector<std::string>& columns = conversion.list->columns;
    if (std::find(columns.begin(), columns.end(), conversion.column) == columns.end())
        column.complain("list '" + list.text() + "' has no column '" + conversion.column + "'");
}

}  // namespace

Conversion read_conversion(const yaml::Node& options, const edi::Lists& lists, Unknown unknown) {
    Conversion conversion;
    conversion.form = read_form(options["as"]);
    const yaml::Node values = options["values"];
    if (values)
        for (const std::string& key : values.keys()) conversion.values[key] = values[key].text();
    if (const yaml::Node omit = options["omit"])
        for (const yaml::Node& each : omit.items()) conversion.omit.push_back(each.text());
    read_list(conversion, options, lists);
    if (const yaml::Node on = options["on"]) {
        conversion.on = parse_path(on.text());
        if (!conversion.on) on.complain("'" + on.text() + "' is not a path");
        if (conversion.way == Way::None) on.complain("a day without a list");
    } else if (conversion.way != Way::None && unknown == Unknown::Keep) {
        options["list"].complain("on is missing: what came in has no day of its own");
    }
    if (values && conversion.way != Way::None) values.complain("values and a list at once");
    return conversion;
}

}  // namespace mapping
