#include "sandbox/ministry.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/stop.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/queries.hpp"

namespace sandbox {

namespace {

constexpr std::string_view messages_path = "/mep/v1/messages";
constexpr std::string_view queries_path = "/mep/v1/queries";
constexpr std::string_view catalogue_path = "/mep/v1/catalogue/";

constexpr std::size_t query_bytes_max = 64u << 10;

bool starts_with(const std::string& text, std::string_view front) {
    return text.compare(0, front.size(), front) == 0;
}

// What follows the front of a path, if it is one more part.
std::string rest_of(const std::string& path, std::string_view front) {
    if (!starts_with(path, front)) return {};
    std::string rest = path.substr(front.size());
    return rest.find('/') == std::string::npos ? rest : std::string{};
}

// A number of the query; `absent` when it is not there, nothing when it is no such number.
std::optional<std::uint64_t> number_of(const http::Request& request, const char* name,
                                       std::uint64_t absent, std::uint64_t least,
                                       std::uint64_t most) {
    const auto found = request.query.find(name);
    if (found == request.query.end() || found->second.empty()) return absent;
    std::uint64_t value = 0;
    const char* const end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < least || value > most)
        return std::nullopt;
    return value;
}

// The path as it is counted: one line for all keys, one for all years.
std::string counted_path(const std::string& path) {
    if (!rest_of(path, std::string(messages_path) + "/").empty()) return "/mep/v1/messages/{key}";
    if (!rest_of(path, catalogue_path).empty()) return "/mep/v1/catalogue/{year}";
    static constexpr std::string_view known[] = {
        messages_path,       queries_path,        "/mep/v1/results", "/mep/v1/status",
        "/sandbox/counters", "/sandbox/messages", "/sandbox/clear"};
    for (const std::string_view one : known)
        if (path == one) return path;
    return "other";
}

http::Response not_found(const std::string& what) { return fault(404, {"E0404", "", what}); }

}  // namespace

Ministry::Ministry(Setting setting, const base::Clock& clock, xml::Parser& parser)
    : setting_(std::move(setting)), clock_(clock), parser_(parser),
      dice_(setting_.faults, setting_.fault_seed) {
    begin(clock_.now());
}

void Ministry::begin(base::Time at) {
    newest_ = at;
    numbers_ = Numbers::starting_at(at);
    results_ = Results(numbers_.result);
    messages_.clear();
    acknowledged_.clear();
    order_.clear();
    applications_ = {};
    enterprises_ = {};
    references_.clear();
    late_.clear();
    counters_ = {};
}

base::Outcome Ministry::keep_state(const std::string& file) {
    bool began = false;
    auto journal = Journal::open(file, [&](Record record) {
        began = true;
        replay(std::move(record));
    });
    if (!journal) return journal.fault();
    journal_ = std::move(*journal);
    if (!began) return journal_->append({Event::Began, newest_, 0, {}});
    return base::done;
}

void Ministry::replay(Record record) {
    newest_ = std::max(newest_, record.at);
    if (record.event != Event::Began) release(record.at);
    switch (record.event) {
        case Event::Began: begin(record.at); break;
        case Event::Entered: enter(std::move(record.entry), record.at); break;
        case Event::Repeated: ++counters_.repeats; break;
        case Event::Conflicted: ++counters_.conflicts; break;
        case Event::Confirmed:
            counters_.results_confirmed += record.cursor - results_.confirmed();
            results_.confirm(record.cursor);
            break;
    }
}

void Ministry::write(Record record) {
    if (!journal_) return;
    if (const auto written = journal_->append(record); !written) base::stop(written.fault());
}

void Ministry::advance() {
    const base::Time now = clock_.now();
    for (std::size_t i = 0; i < late_.size();) {
        if (late_[i].due > now) {
            ++i;
            continue;
        }
        const http::Request request = std::move(late_[i].request);
        late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
        accept_message(request);
    }
    release(now);
}

void Ministry::release(base::Time now) {
    for (const std::string& bytes : results_.release(now)) {
        const base::Element result = base::Reader(bytes).element();
        if (result.attribute("applicationNo").empty())
            enterprises_.learn(result, bytes);
        else
            applications_.learn(result, bytes);
    }
}

std::optional<base::Time> Ministry::next_event() const {
    std::optional<base::Time> next = results_.next_due();
    for (const Late& late : late_)
        if (!next || late.due < *next) next = late.due;
    return next;
}

void Ministry::count(const http::Request& request) {
    ++counters_.requests[request.method + " " + counted_path(request.path)];
}

Answer Ministry::handle(const http::Request& request) {
    advance();
    count(request);
    if (starts_with(request.path, "/sandbox/")) return dispatch(request);
    const bool is_message = request.method == "POST" && request.path == messages_path;
    const Fate fate = is_message ? dice_.fate_of_message() : dice_.fate_of_question();
    const auto counted = [&](const char* name) { ++counters_.faults[name]; };
    Answer answer;
    switch (fate) {
        case Fate::Well: return dispatch(request);
        case Fate::Reset:
            counted("reset");
            answer.mischief = http::Mischief::ResetBeforeAnswer;
            return answer;
        case Fate::Unavailable:
            counted("503");
            answer.response = fault(503, {"E0503", "", "系统繁忙，请稍后再试"});
            answer.response.headers["Retry-After"] = "1";
            return answer;
        case Fate::NotLetIn:
            counted("401");
            answer.response = fault(401, {"E0401", "", "证书未授权"});
            return answer;
        case Fate::CommitLate:
            counted("commit-late");
            late_.push_back({clock_.now() + setting_.faults.commit_late_by, request});
            answer.mischief = http::Mischief::ResetBeforeAnswer;
            return answer;
        case Fate::LostAnswer:
            counted("lost-answer");
            answer = dispatch(request);
            answer.mischief = http::Mischief::ResetBeforeAnswer;
            return answer;
        case Fate::HalfAnswer:
            counted("half-answer");
            answer = dispatch(request);
            answer.mischief = http::Mischief::HalfAnswer;
            return answer;
        case Fate::Slow:
            counted("slow");
            answer = dispatch(request);
            answer.delay += setting_.faults.slow_by;
            return answer;
    }
    return answer;
}

Answer Ministry::dispatch(const http::Request& request) {
    const bool get = request.method == "GET";
    const std::string& path = request.path;
    if (request.method == "POST" && path == messages_path) return post_message(request);
    if (request.method == "POST" && path == queries_path) return {post_query(request), {}, {}, {}};
    if (request.method == "POST" && path == "/sandbox/clear") return {clear(), {}, {}, {}};
    if (!get) return {fault(405, {"E0405", "", "不支持的方法"}), {}, {}, {}};
    if (path == "/mep/v1/results") return ask_results(request);
    if (path == "/mep/v1/status") {
        ++counters_.status_polls;
        return {plain(200, "text/plain; charset=utf-8", "well\n"), {}, {}, {}};
    }
    if (path == "/sandbox/counters")
        return {plain(200, "application/json", counters_json()), {}, {}, {}};
    if (path == "/sandbox/messages")
        return {plain(200, "application/json", message_list()), {}, {}, {}};
    if (starts_with(path, catalogue_path)) return {catalogue_of(request), {}, {}, {}};
    const std::string key = rest_of(path, std::string(messages_path) + "/");
    if (!key.empty()) return {message_of(key), {}, {}, {}};
    return {not_found("没有这个地址"), {}, {}, {}};
}

http::Response Ministry::message_of(const std::string& key) {
    ++counters_.key_questions;
    const auto found = messages_.find(key);
    if (found == messages_.end()) {
        ++counters_.key_questions_unknown;
        return not_found("没有收到过");
    }
    return plain(200, "application/xml; charset=utf-8", found->second.entry.answer);
}

http::Response Ministry::post_query(const http::Request& request) {
    ++counters_.queries;
    if (request.body.size() > query_bytes_max) return fault(413, {"E1013", "", "报文过大"});
    const xml::Parsed parsed = parser_.parse(request.body);
    const bool sound = parsed.findings.empty() && parsed.root && parsed.root->name == "mepQuery";
    if (!sound) {
        ++counters_.queries_unreadable;
        return fault(parsed.well_formed ? 422 : 400, {"E1004", "mepQuery", "查询无法识别"});
    }
    http::Response response = answer_query(*parsed.root, applications_, enterprises_, clock_.now());
    if (response.status == 404) ++counters_.queries_unknown;
    return response;
}

Answer Ministry::ask_results(const http::Request& request) {
    const auto after = number_of(request, "after", 0, 0, results_.last());
    const auto limit = number_of(request, "limit", 100, 1, 500);
    const auto wait = number_of(request, "wait", 0, 0, 30);
    if (!after || !limit || !wait)
        return {fault(400, {"E0400",
                            !after   ? "after"
                            : !limit ? "limit"
                                     : "wait",
                            "参数错误"}),
                {},
                {},
                {}};
    if (*after > results_.confirmed()) {
        counters_.results_confirmed += *after - results_.confirmed();
        results_.confirm(*after);
        write({Event::Confirmed, clock_.now(), *after, {}});
    }
    const Poll poll{*after, *limit, std::chrono::seconds(*wait)};
    if (!has_results(poll) && *wait > 0) return {{}, {}, {}, poll};
    return {results(poll), {}, {}, {}};
}

bool Ministry::has_results(const Poll& poll) const {
    return results_.last() > std::max(poll.after, results_.confirmed());
}

http::Response Ministry::results(const Poll& poll) {
    std::vector<base::Element> page = results_.page(poll.after, poll.limit);
    const std::uint64_t from = std::max(poll.after, results_.confirmed());
    const std::uint64_t cursor = from + page.size();
    const std::size_t fresh = page.size();
    for (std::size_t i = 0; i < fresh && page.size() < poll.limit; ++i)
        if (dice_.duplicate_result()) {
            ++counters_.faults["duplicate-result"];
            const base::Element again = page[i];
            page.push_back(again);
        }
    if (setting_.faults.shuffle_results) std::shuffle(page.begin(), page.end(), dice_.random());
    counters_.results_handed_out += page.size();
    base::Element root{"mepResults", ""};
    root.attributes = {{"cursor", std::to_string(cursor)},
                       {"more", cursor < results_.last() ? "true" : "false"}};
    root.children = std::move(page);
    return document(200, root);
}

http::Response Ministry::catalogue_of(const http::Request& request) {
    const std::string text = rest_of(request.path, catalogue_path);
    unsigned year = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), year);
    if (text.size() != 4 || read.ec != std::errc{} || read.ptr != text.data() + 4)
        return not_found("没有该年度的目录");
    const base::Element root = setting_.catalogue.of_year(year);
    if (root.children.empty()) return not_found("没有该年度的目录");
    http::Response response = document(200, root);
    const std::string tag = "\"" + base::sha256_hex(response.body).substr(0, 32) + "\"";
    const auto asked = request.headers.find("if-none-match");
    if (asked != request.headers.end() && asked->second.find(tag) != std::string::npos)
        response = {304, {}, {}};
    response.headers["ETag"] = tag;
    return response;
}

http::Response Ministry::clear() {
    if (journal_) {
        if (const auto cleared = journal_->clear(); !cleared) base::stop(cleared.fault());
    }
    begin(clock_.now());
    write({Event::Began, newest_, 0, {}});
    return plain(200, "text/plain; charset=utf-8", "cleared\n");
}

std::string Ministry::counters_json() const {
    return json(counters_, {messages_.size() + acknowledged_.size(), results_.planned(),
                            results_.last() - results_.confirmed()});
}

std::string Ministry::message_list() const {
    std::string text = "[";
    for (const std::string& key : order_) {
        const Known& known = messages_.at(key);
        const Entry& entry = known.entry;
        const std::string ref = entry.reference.substr(entry.reference.find('\n') + 1);
        text += (text.size() > 1 ? ",\n " : "") + std::string("{\"key\": ") +
                base::json_string(key) + ", \"type\": " + base::json_string(entry.type) +
                ", \"clientRef\": " + base::json_string(ref) +
                ", \"applicationNo\": " + base::json_string(entry.application_no) +
                ", \"status\": " + std::to_string(entry.status) +
                ", \"sightings\": " + std::to_string(known.sightings) + "}";
    }
    return text + "]\n";
}

}  // namespace sandbox
