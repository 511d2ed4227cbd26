#include "ctl/tell_lists.hpp"

#include <span>

#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

enum class Kind { Text, Time, Code };

struct Column {
    Words heading;
    const char* name;
    Kind kind = Kind::Text;
};

std::string cell_of(const json::object& row, const Column& column) {
    switch (column.kind) {
        case Kind::Text: break;
        case Kind::Time: return time_of(row, column.name);
        case Kind::Code: return code_and_word(text_of(row, column.name));
    }
    return text_of(row, column.name);
}

Table table_of(const json::array& rows, std::span<const Column> columns) {
    std::vector<std::string> headings;
    for (const Column& each : columns) headings.push_back(say(each.heading));
    Table table{std::move(headings)};
    for (const json::value& each : rows) {
        std::vector<std::string> cells;
        for (const Column& column : columns) cells.push_back(cell_of(each.as_object(), column));
        table.add(std::move(cells));
    }
    return table;
}

std::string tell_page(const json::object& page, std::span<const Column> columns) {
    const json::array& rows = array_of(page, "rows");
    if (rows.empty()) return nothing();
    std::string out = table_of(rows, columns).text();
    if (text_of(page, "more") == "true")
        out +=
            say("there are more: --page {1}", {std::to_string(number_of(page, "page") + 1)}) + '\n';
    return out;
}

}  // namespace

std::string tell_applications(const json::object& page) {
    static constexpr Column columns[] = {{"REFERENCE", "application_ref"},
                                         {"STATE", "state", Kind::Code},
                                         {"APPLICATION NO", "application_no"},
                                         {"LICENCE NO", "licence_no"},
                                         {"YEAR", "year"},
                                         {"COMMODITY", "commodity_code"},
                                         {"NAME", "commodity_name"},
                                         {"PROJECT", "project"},
                                         {"QUANTITY", "quantity"},
                                         {"AMOUNT", "amount"},
                                         {"CURRENCY", "currency"},
                                         {"AMOUNT IN USD", "amount_usd"},
                                         {"CHANGED", "changed_at", Kind::Time},
                                         {"SENDER", "sender"}};
    return tell_page(page, columns);
}

std::string tell_customs(const json::object& page) {
    static constexpr Column columns[] = {{"LICENCE NO", "licence_no"},
                                         {"REFERENCE", "application_ref"},
                                         {"APPLICATION NO", "application_no"},
                                         {"CUSTOMS", "transfer", Kind::Code},
                                         {"APPROVED ON", "approved_on"},
                                         {"AT", "at", Kind::Time},
                                         {"NOTE", "note"},
                                         {"SENDER", "sender"}};
    return tell_page(page, columns);
}

std::string tell_commodities(const json::object& page) {
    static constexpr Column columns[] = {{"COMMODITY", "commodity_code"},
                                         {"NAME", "name"},
                                         {"UNIT", "unit"},
                                         {"UNIT NAME", "unit_name"},
                                         {"SUPERVISION", "supervision"},
                                         {"ISSUED BY", "issuing_tier"},
                                         {"VALID FROM", "valid_from"},
                                         {"VALID TO", "valid_to"}};
    return tell_page(page, columns);
}

std::string tell_clearances(const json::object& page) {
    static constexpr Column columns[] = {{"DECLARATION NO", "declaration_no"},
                                         {"CLEARED ON", "cleared_on"},
                                         {"REVOKED", "revoked"},
                                         {"CUSTOMS OFFICE", "customs_office"},
                                         {"CUSTOMS REGIME", "customs_regime"},
                                         {"NO", "no"},
                                         {"COMMODITY", "commodity_code"},
                                         {"NAME", "name"},
                                         {"QUANTITY", "quantity"},
                                         {"UNIT", "unit"},
                                         {"AMOUNT", "amount"},
                                         {"CURRENCY", "currency"}};
    return tell_page(page, columns);
}

std::string tell_balance(const json::object& balance) {
    std::string out;
    add_line(out, say("licence no"), text_of(balance, "licence_no"));
    add_line(out, say("reference"), text_of(balance, "application_ref"));
    add_line(out, say("state"), code_and_word(text_of(balance, "state")));
    add_line(out, say("expiry"), text_of(balance, "expiry_date"));
    add_line(out, say("quantity"), text_of(balance, "quantity"));
    add_line(out, say("quantity left"), text_of(balance, "quantity_left"));
    add_line(out, say("uses left"), text_of(balance, "uses_left"));
    add_line(out, say("sender"), text_of(balance, "sender"));
    static constexpr Column columns[] = {{"DECLARATION NO", "declaration_no"},
                                         {"CLEARED ON", "cleared_on"},
                                         {"REVOKED", "revoked"},
                                         {"QUANTITY", "quantity_cleared"}};
    const json::array& cleared = array_of(balance, "clearances");
    return cleared.empty() ? out + '\n' + say("nothing was cleared yet") + '\n'
                           : out + '\n' + table_of(cleared, columns).text();
}

}  // namespace ctl
