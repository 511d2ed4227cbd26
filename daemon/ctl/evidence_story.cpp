#include "ctl/evidence_story.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "ctl/client.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/times.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr int http_not_found = 404;
constexpr int http_ok = 200;
// More than that the daemon does not tell with a message (control_change.cpp).
constexpr std::size_t actions_told_most = 50;

// A batch is no message; those in it are.
std::vector<std::string> messages_of(const Evidence& evidence) {
    std::vector<std::string> ids;
    for (const FoundReceipt& each : evidence.receipts) {
        const std::string id{each.root.text_at("InReplyTo/MessageId")};
        const bool is_batch = each.root.text_at("InReplyTo/MessageType") == "Batch";
        if (!id.empty() && !is_batch && std::ranges::count(ids, id) == 0) ids.push_back(id);
    }
    return ids;
}

void take(json::object story, const std::string& id, Evidence& evidence, Stories& stories) {
    if (text_of(story, "mailbox") != evidence.mailbox) {
        evidence.missing.push_back(
            {"what permitd knows of message {1}: it told of one of another mailbox", {id}});
        return;
    }
    if (array_of(story, "actions").size() >= actions_told_most)
        evidence.missing.push_back(
            {"of what operators did about message {1}, all but the newest (permitctl actions has "
             "them)",
             {id}});
    for (const char* of_a_moment : {"age_s", "endpoint_condition", "results_condition"})
        story.erase(of_a_moment);
    stories.push_back(std::move(story));
}

// What did not happen has no time and no status, as in a receipt.
Try try_of(const json::object& row, const std::string& message_id) {
    const auto text = [&](const char* name) {
        const std::string value = text_of(row, name);
        return value == "0" || value == base::iso(base::Time{}) ? std::string{} : value;
    };
    return {text("sent_at"),        text("answered_at"),   message_id,
            text("attempt"),        text("endpoint"),      text("http_status"),
            text("request_sha256"), text("answer_sha256"), text("peer_certificate_sha256")};
}

Try try_of(const base::Element& proof, const std::string& message_id) {
    const auto text = [&](const char* name) { return std::string{proof.text_at(name)}; };
    return {text("SentAt"),        text("AnsweredAt"),   message_id,
            text("Attempt"),       text("Endpoint"),     text("HttpStatus"),
            text("RequestSha256"), text("AnswerSha256"), text("PeerCertificateSha256")};
}

}  // namespace

Stories ask_stories(const std::string& socket, Evidence& evidence) {
    Stories stories;
    for (const std::string& id : messages_of(evidence)) {
        auto answer = ask(socket, "/messages/" + encoded(id));
        if (!answer) {
            evidence.missing.push_back(
                {"what permitd knows (tries, times, what operators did): it does not answer"});
            return stories;
        }
        if (answer->status == http_ok)
            take(std::move(answer->body), id, evidence, stories);
        else if (answer->status == http_not_found)
            evidence.missing.push_back({"what permitd knows of message {1}: nothing", {id}});
        else
            evidence.missing.push_back(
                {"what permitd knows of message {1}: {2}", {id, text_of(answer->body, "error")}});
    }
    return stories;
}

std::string lines_of(const Stories& stories) {
    std::string out;
    for (const json::object& each : stories) out += json::serialize(in_utc(each)) + '\n';
    return out;
}

std::set<std::string> keys_of(const Stories& stories) {
    std::set<std::string> keys;
    for (const json::object& story : stories)
        for (const json::value& each : array_of(story, "subjects"))
            if (const std::string key = text_of(each.as_object(), "key"); !key.empty())
                keys.insert(key);
    return keys;
}

std::set<Try> tries_of(const Evidence& evidence, const Stories& stories) {
    std::set<Try> tries;
    for (const FoundReceipt& each : evidence.receipts)
        if (const base::Element* const proof = each.root.child("Proof"))
            tries.insert(try_of(*proof, std::string{each.root.text_at("InReplyTo/MessageId")}));
    for (const json::object& story : stories)
        for (const json::value& subject : array_of(story, "subjects"))
            for (const json::value& each : array_of(subject.as_object(), "tries"))
                tries.insert(try_of(each.as_object(), text_of(story, "message_id")));
    return tries;
}

void tell_missing_exchanges(const std::set<Try>& tries, Evidence& evidence) {
    std::set<std::string> there;
    for (const Piece& each : evidence.pieces)
        if (each.part == Part::Exchange) there.insert(each.sha256);
    const auto lacks = [&](const std::string& digest) {
        return !digest.empty() && there.insert(digest).second;
    };
    for (const Try& each : tries) {
        if (lacks(each.request_sha256))
            evidence.missing.push_back({"the bytes of the request of message {1}, SHA-256 {2}",
                                        {each.message_id, each.request_sha256}});
        if (lacks(each.answer_sha256))
            evidence.missing.push_back({"the bytes of the answer of {1}, SHA-256 {2}",
                                        {each.answered_at, each.answer_sha256}});
    }
}

}  // namespace ctl
