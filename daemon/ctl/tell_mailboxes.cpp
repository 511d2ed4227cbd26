#include "ctl/tell_mailboxes.hpp"

#include <boost/json/array.hpp>

#include "ctl/table.hpp"
#include "ctl/tell.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::string tell_mailboxes(const json::object& list) {
    const json::value* rows = list.if_contains("mailboxes");
    if (!rows || !rows->is_array() || rows->as_array().empty()) return "nothing there\n";
    Table table{{"MAILBOX", "PLACE", "CONDITION", "WAITING", "THERE", "RECEIPTS", "LAST ARRIVAL",
                 "LAST LOOK", "LAST FETCH", "LAST UPLOAD", "NEXT", "ERROR"}};
    for (const json::value& each : rows->as_array()) {
        const json::object& row = each.as_object();
        const std::string condition = text_of(row, "condition");
        const bool well = condition == "open" || condition == "connected";
        table.add({text_of(row, "mailbox"), text_of(row, "place"),
                   in_colour(well ? 32 : 31, condition), text_of(row, "waiting"),
                   or_dash(text_of(row, "waiting_there")), text_of(row, "receipts_waiting"),
                   or_dash(text_of(row, "last_arrival_at")), or_dash(text_of(row, "last_look_at")),
                   or_dash(text_of(row, "last_fetch_at")), or_dash(text_of(row, "last_upload_at")),
                   or_dash(text_of(row, "next_at")), text_of(row, "error")});
    }
    return table.text();
}

}  // namespace ctl
