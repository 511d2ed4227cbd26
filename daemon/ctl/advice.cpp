#include "ctl/advice.hpp"

#include "ctl/tell_parts.hpp"
#include "ctl/times.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

Advice waiting(const json::object& row, const std::string& condition) {
    const std::string error = text_of(row, "last_error");
    const std::string verdict = text_of(row, "verdict");
    if (const std::string remedy = endpoint_remedy(condition); !remedy.empty())
        return {first_of(error, words_of_condition(condition)), remedy};
    if (verdict == "CONFIGURATION")
        return {error, say("Check certificates, URL and the rights that the ministry gave; then "
                           "permitctl flush.")};
    if (verdict == "NOT_PROCESSED")
        return {error,
                say("Nothing: the ministry asked for patience; it is sent again by itself.")};
    if (verdict == "NOT_SENT")
        return {error, say("Nothing reached the ministry; it is sent again by itself. If it lasts, "
                           "look at the network to the gateway.")};
    if (error.empty())
        return {say("its turn has not come yet"), say("Nothing: it is sent by itself.")};
    if (text_of(row, "attempts") == "0")
        return {error, say("Mend the mapping table or code list that the reason names, then "
                           "permitctl reload and permitctl requeue.")};
    return {error, say("Nothing: it is sent again by itself.")};
}

// `results`: "open", "paused", or what is wrong with them.
Advice acknowledged(const std::string& results) {
    if (results == "paused")
        return {say("the collecting of results is paused"),
                say("permitctl resume results, when it may go on.")};
    if (results.empty() || results == "open")
        return {say("the ministry is reviewing it"), say("Nothing: its result comes by itself.")};
    return {say("the ministry's results cannot be had: {1}", {results}),
            say("permitctl status tells since when and what to do.")};
}

}  // namespace

std::string words_of_condition(const std::string& condition) {
    constexpr std::string_view broken = "broken until ";
    if (condition.starts_with(broken))
        return say("cannot be reached, tried again at {1}",
                   {local(condition.substr(broken.size()))});
    return word_of(condition);
}

std::string endpoint_remedy(const std::string& condition) {
    if (condition.starts_with("parked"))
        return say(
            "The gateway does not let us in: check certificates, URL and the rights that the "
            "ministry gave; then permitctl flush. No message is lost.");
    if (condition.starts_with("broken"))
        return say(
            "The gateway cannot be reached: look at the network and the gateway. Sending goes "
            "on by itself.");
    return {};
}

Advice advice_of(const json::object& row, const std::string& condition,
                 const std::string& results) {
    const std::string state = text_of(row, "state");
    const std::string error = text_of(row, "last_error");
    if (row.contains("on_hold_since"))
        return {say("an operator holds it"), say("permitctl release, when it may go on.")};
    if (condition == "paused" && (state == "WAITING" || state == "IN_DOUBT" || state == "HELD"))
        return {say("the dispatch is paused"),
                say("permitctl resume dispatch, when it may go on.")};
    if (state == "WAITING") return waiting(row, condition);
    if (state == "SENDING")
        return {say("it is being sent"), say("Nothing: the answer is awaited.")};
    if (state == "IN_DOUBT") {
        const std::string remedy = endpoint_remedy(condition);
        return {
            first_of(error, say("its answer was lost")),
            first_of(remedy, say("Nothing: the ministry is asked whether it has it before it is "
                                 "sent again."))};
    }
    if (state == "ACKNOWLEDGED") return acknowledged(results);
    if (state == "HELD")
        return {
            first_of(error, say("nobody can say whether the ministry has it")),
            say("Ask the ministry's service desk for the key that permitctl show tells: it goes "
                "on by itself when the ministry knows it. Else permitctl give-up --in-doubt.")};
    if (state == "REJECTED")
        return {problems_of(row),
                say("Tell the partner: its InBox and FailBox hold the receipt that says what to "
                    "correct. permitctl explain tells more.")};
    return {};
}

}  // namespace ctl
