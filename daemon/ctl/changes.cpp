#include "ctl/changes.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <map>
#include <sstream>

#include "ctl/table.hpp"
#include "ctl/tell_changes.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr std::size_t ids_at_once = 256;
constexpr std::size_t line_bytes_max = 4096;

// What became of all of it so far.
class Tally {
public:
    Tally(const Common& common, const Change& change) : common_(common), change_(change) {}

    // False when nothing more can be done.
    bool take(const base::Result<Answer>& answer) {
        if (!answer || answer->status != 200) {
            failed_ = print_answer(common_, answer, nullptr, nullptr);
            return false;
        }
        const json::object& body = answer->body;
        looked_at_ += static_cast<std::uint64_t>(body.at("looked_at").to_number<std::int64_t>());
        for (const json::value& each : body.at("unknown").as_array()) {
            ++counts_["unknown"];
            std::cerr << "permitctl: "
                      << say("nothing is known of {1}", {printable(std::string{each.as_string()})})
                      << '\n';
        }
        for (const json::value& each : body.at("targets").as_array()) tell(each.as_object());
        is_paused_ |= body.contains("dispatch_paused");
        return true;
    }

    void tell_progress() const {
        if (!::isatty(STDERR_FILENO)) return;
        std::cerr << '\r'
                  << say("{1} looked at, {2} done",
                         {std::to_string(looked_at_), std::to_string(count("done"))})
                  << std::flush;
    }

    int ended(bool of_all) const {
        if (of_all && ::isatty(STDERR_FILENO)) std::cerr << '\n';
        if (!common_.json && (failed_ == EX_OK || !counts_.empty()))
            std::cout << tell_counts(change_.verb, counts_);
        if (is_paused_)
            std::cerr << "permitctl: "
                      << say("The dispatch is paused: what is to go out waits for permitctl resume "
                             "dispatch.")
                      << '\n';
        if (failed_ != EX_OK) return failed_;
        if (count("unknown") > 0) return EX_NOINPUT;
        if (count("refused") > 0) return EX_DATAERR;
        return count("busy") > 0 ? EX_TEMPFAIL : EX_OK;
    }

private:
    std::uint64_t count(const std::string& result) const {
        const auto found = counts_.find(result);
        return found == counts_.end() ? 0 : found->second;
    }
    // Of all messages only those are told that an operator must look at.
    void tell(const json::object& row) {
        const std::string result = text_of(row, "result");
        ++counts_[result];
        if (common_.json)
            print_line(row);
        else if (row.contains("id") || result == "refused" || result == "busy")
            std::cout << tell_target(row);
    }

    const Common& common_;
    const Change& change_;
    std::map<std::string, std::uint64_t> counts_;
    std::uint64_t looked_at_ = 0;
    int failed_ = EX_OK;
    bool is_paused_ = false;
};

json::object request_of(const Change& change) {
    json::object request{{"verb", change.verb}, {"reason", change.reason}};
    if (change.in_doubt) request["in_doubt"] = true;
    return request;
}

int change_all(const Common& common, const Change& change) {
    Tally tally{common, change};
    json::object request = request_of(change);
    request["all"] = true;
    if (!change.state.empty()) request["state"] = change.state;
    if (!change.mailbox.empty()) request["mailbox"] = change.mailbox;
    for (bool more = true; more;) {
        const auto answer = post_change(common, request);
        more = tally.take(answer) && answer->body.contains("cursor");
        tally.tell_progress();
        if (more) request["cursor"] = answer->body.at("cursor");
    }
    return tally.ended(true);
}

// Hands ids over as many at a time as the daemon takes.
class Pieces {
public:
    Pieces(const Common& common, const Change& change, Tally& tally)
        : common_(common), request_(request_of(change)), tally_(tally) {}

    void add(const std::string& id) {
        ids_.push_back(json::string{id});
        if (ids_.size() == ids_at_once) flush();
    }
    void flush() {
        if (ids_.empty() || !goes_on_) return;
        request_["ids"] = std::exchange(ids_, {});
        goes_on_ = tally_.take(post_change(common_, request_));
    }
    bool goes_on() const { return goes_on_; }

private:
    const Common& common_;
    json::object request_;
    Tally& tally_;
    json::array ids_;
    bool goes_on_ = true;
};

// The first word of each line.
void add_from_input(Pieces& pieces) {
    for (std::string line; pieces.goes_on() && std::getline(std::cin, line);) {
        std::istringstream words{line.substr(0, line_bytes_max)};
        if (std::string id; words >> id) pieces.add(id);
    }
}

}  // namespace

int change(const Common& common, const Change& change) {
    const bool of_all = std::ranges::find(change.ids, "ALL") != change.ids.end();
    if (of_all && change.ids.size() > 1) return misused("ALL stands alone");
    if (of_all) return change_all(common, change);
    if (!change.state.empty() || !change.mailbox.empty())
        return misused("--state and --mailbox choose among ALL");
    Tally tally{common, change};
    Pieces pieces{common, change, tally};
    for (const std::string& each : change.ids) {
        if (each == "-")
            add_from_input(pieces);
        else
            pieces.add(each);
    }
    pieces.flush();
    return tally.ended(false);
}

base::Result<Answer> post_change(const Common& common, const json::object& change) {
    const std::string socket = socket_of(common);
    const auto response = post(socket, "/changes", json::serialize(change));
    if (response) return answer_of(socket, *response);
    if (auto answer = shut_out(socket)) return std::move(*answer);
    return response.fault();
}

}  // namespace ctl
