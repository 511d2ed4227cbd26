#include "ctl/tell_mailboxes.hpp"

#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace json = boost::json;

std::string tell_mailboxes(const json::object& list) {
    const json::array& rows = array_of(list, "mailboxes");
    if (rows.empty()) return nothing();
    Table table{{say("MAILBOX"), say("PLACE"), say("CONDITION"), say("FILES WAITING"), say("THERE"),
                 say("RECEIPTS"), say("LAST ARRIVAL"), say("LAST LOOK"), say("LAST FETCH"),
                 say("LAST UPLOAD"), say("NEXT"), say("ERROR")}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        const std::string condition = text_of(row, "condition");
        const bool well = condition == "open" || condition == "connected";
        table.add({text_of(row, "mailbox"), word_of(text_of(row, "place")),
                   in_colour(well ? 32 : 31, word_of(condition)), text_of(row, "waiting"),
                   text_of(row, "waiting_there"), text_of(row, "receipts_waiting"),
                   or_dash(time_of(row, "last_arrival_at")), time_of(row, "last_look_at"),
                   time_of(row, "last_fetch_at"), time_of(row, "last_upload_at"),
                   time_of(row, "next_at"), text_of(row, "error")});
    }
    return table.text();
}

}  // namespace ctl
