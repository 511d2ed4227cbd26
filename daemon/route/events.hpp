// What the commit thread logs.
#pragma once

#include "base/log.hpp"

namespace route::event {

using base::Event;
using base::Level;

inline constexpr Event receipt_issued{
    "receipt-issued", Level::Info,
    "A receipt was committed and is on its way into the InBox of its mailbox.", ""};
inline constexpr Event submission_held{
    "submission-held", Level::Error,
    "The lifetime is over and nobody can say whether the ministry has the document; its key is "
    "asked every 15 minutes.",
    "Ask the ministry's service desk for the document by its key (permitctl explain)."};
inline constexpr Event operator_action{
    "operator-action", Level::Info,
    "An operator changed something (permitctl flush, hold, release, requeue, give-up, pause, "
    "resume, reload, SIGHUP); permitctl actions tells all of it.",
    ""};
inline constexpr Event paused{
    "paused", Level::Warning,
    "An operator paused the intake (files wait in the OutBoxes), the dispatch (nothing is sent or "
    "asked for) or the collecting of results. A restart does not end it.",
    "permitctl resume, when the reason is gone."};
inline constexpr Event resumed{"resumed", Level::Info,
                               "A pause is over: by an operator, or because its time is.", ""};
inline constexpr Event clock_jumped{
    "clock-jumped", Level::Warning,
    "The wall clock was moved by more than a minute. Waits go on by ticks; until the clock was "
    "steady "
    "for five minutes no licence expires, no lifetime ends and nothing is swept.",
    "See that the host's clock is right (timedatectl, chrony): licences expire by it."};
inline constexpr Event result_unclaimed{
    "result-unclaimed", Level::Warning,
    "The ministry sent a result about an application or licence that is not known here; it is "
    "kept.",
    "permitctl list --state UNCLAIMED shows it; it is applied by itself when its application "
    "becomes known."};
inline constexpr Event result_incomplete{
    "result-incomplete", Level::Error,
    "The ministry sent a result that lacks what it must have, such as an approval without a "
    "licence number; it is kept and not applied.",
    "Ask the ministry's service desk to send the result again."};
inline constexpr Event results_unreadable{
    "results-unreadable", Level::Error,
    "A page of results could not be read; the same page is asked for again.",
    "If it lasts, tell the ministry's service desk; the cursor is in the fields."};
inline constexpr Event results_readable{"results-readable", Level::Info,
                                        "Pages of results can be read again.", ""};
inline constexpr Event results_cursor_back{
    "results-cursor-back", Level::Warning,
    "The ministry answered a question for results with a cursor that had been left behind before; "
    "what it says again is known, and it is asked less often while nothing new comes.",
    "Nothing is lost or applied twice; if results stay away, tell the ministry's service desk the "
    "two cursors."};
inline constexpr Event mapping_failed{
    "mapping-failed", Level::Error,
    "An accepted application cannot be turned into the ministry's form with today's tables; it "
    "waits and is tried again every 15 minutes.",
    "Mend the mapping table or the code list that the error names."};
inline constexpr Event print_failed{
    "print-failed", Level::Error,
    "A form that an enterprise asked for cannot be printed; it is tried again every 15 minutes.",
    "Mend what the error names; without a Chinese font: apt-get install fonts-noto-cjk."};
inline constexpr Event balance_differs{"balance-differs", Level::Warning,
                                       "What the ministry says is left of a licence is not what "
                                       "its clearances come to; the ministry's "
                                       "figure stands.",
                                       "Compare permitctl clearances with the declarations of the "
                                       "enterprise; tell the ministry's service "
                                       "desk if one is missing."};
inline constexpr Event catalogue_taken{
    "catalogue-taken", Level::Info,
    "The ministry's commodity catalogue of a year came in, or is known to be still the same after "
    "trouble; it counts from now on.",
    ""};
inline constexpr Event catalogue_stale{
    "catalogue-stale", Level::Warning,
    "The commodity catalogue of a year could not be refreshed for seven days; the one fetched "
    "before, or config/codes/commodities.csv, goes on to count.",
    "Look at the gateway's answers; correct commodities.csv if the ministry changed the year's "
    "goods."};
inline constexpr Event catalogue_unreadable{
    "catalogue-unreadable", Level::Error,
    "A commodity catalogue cannot be used as it came; the one before goes on to count.",
    "Add the unit that the reason names to units.csv, or tell the ministry's service desk."};

}  // namespace route::event
