#include "journeys/ministry_gateway.hpp"

#include <algorithm>
#include <cctype>

#include "base/hash.hpp"
#include "dispatch/retry_after.hpp"

namespace journeys {

namespace {

constexpr std::chrono::seconds results_wait{20};

http::Request http_request(const dispatch::Request& request) {
    http::Request out;
    switch (request.ask) {
        case dispatch::Ask::Submit: {
            const base::Digest digest = base::sha256(request.body);
            const std::string raw{reinterpret_cast<const char*>(digest.data()), digest.size()};
            out.method = "POST";
            out.path = "/mep/v1/messages";
            out.headers = {{"idempotency-key", '"' + request.key + '"'},
                           {"content-type", "application/xml"},
                           {"content-digest", "sha-256=:" + base::base64(raw) + ":"}};
            out.body = request.body;
            break;
        }
        case dispatch::Ask::ByKey:
            out.method = "GET";
            out.path = "/mep/v1/messages/" + request.key;
            break;
        case dispatch::Ask::Results:
            out.method = "GET";
            out.path = "/mep/v1/results";
            out.query = {{"limit", "500"}, {"wait", std::to_string(results_wait.count())}};
            out.query["after"] = request.cursor;
            break;
        case dispatch::Ask::Query:
            out.method = "POST";
            out.path = "/mep/v1/queries";
            out.headers = {{"content-type", "application/xml"}};
            out.body = request.body;
            break;
        case dispatch::Ask::Catalogue:
            out.method = "GET";
            out.path = "/mep/v1/catalogue/" + std::to_string(request.year);
            if (!request.etag.empty()) out.headers = {{"if-none-match", request.etag}};
            break;
    }
    out.target = out.path;
    return out;
}

// Whether a request takes room: those that wait for news by themselves do not.
bool takes_room(dispatch::Ask ask) {
    switch (ask) {
        case dispatch::Ask::Submit:
        case dispatch::Ask::ByKey:
        case dispatch::Ask::Query: return true;
        case dispatch::Ask::Results:
        case dispatch::Ask::Catalogue: return false;
    }
    return true;
}

const char* method_of(dispatch::Ask ask) {
    switch (ask) {
        case dispatch::Ask::Submit:
        case dispatch::Ask::Query: return "POST";
        case dispatch::Ask::ByKey:
        case dispatch::Ask::Results:
        case dispatch::Ask::Catalogue: return "GET";
    }
    return "GET";
}

// The sandbox writes names as it likes, a server's client reads them without regard to case.
std::string header_of(const http::Response& response, std::string_view name) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    };
    for (const auto& [each, value] : response.headers)
        if (std::equal(each.begin(), each.end(), name.begin(), name.end(), same)) return value;
    return {};
}

}  // namespace

std::size_t MinistryGateway::under_way() const {
    const auto counts = [](const dispatch::Request& each) { return takes_room(each.ask); };
    const auto withheld =
        std::count_if(withheld_.begin(), withheld_.end(),
                      [](const Withheld& each) { return takes_room(each.answer.request.ask); });
    return static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), counts)) +
           static_cast<std::size_t>(withheld);
}

dispatch::Answer MinistryGateway::answered(dispatch::Request request,
                                           const http::Response& response) const {
    dispatch::Answer answer;
    answer.reach = dispatch::Reach::Answered;
    answer.http_status = response.status;
    answer.body = response.body;
    answer.content_type = header_of(response, "content-type");
    if (const std::string wait = header_of(response, "retry-after"); !wait.empty())
        answer.retry_after = dispatch::parse_retry_after(wait, clock_.now());
    if (request.ask == dispatch::Ask::Catalogue) answer.etag = header_of(response, "etag");
    answer.attempt.number = request.attempt;
    answer.attempt.http_status = response.status;
    answer.attempt.what = method_of(request.ask);
    answer.attempt.sent_at = answer.attempt.answered_at = clock_.now();
    answer.attempt.endpoint = "https://ministry.test/mep/v1";
    answer.attempt.request_sha256 =
        request.request_sha256.empty() ? base::sha256_hex(request.body) : request.request_sha256;
    answer.attempt.answer_sha256 = base::sha256_hex(response.body);
    answer.request = std::move(request);
    return answer;
}

dispatch::Answer MinistryGateway::broken(dispatch::Request request, dispatch::Reach reach) const {
    dispatch::Answer answer = answered(std::move(request), http::Response{0, {}, {}});
    answer.reach = reach;
    answer.attempt.error =
        reach == dispatch::Reach::NotSent ? "connection refused" : "connection reset by peer";
    return answer;
}

void MinistryGateway::send(dispatch::Request request) {
    if (handed_over) handed_over(request);
    asked_.push_back(std::move(request));
}

void MinistryGateway::carry_out(dispatch::Request request, std::vector<dispatch::Answer>& out) {
    if (line == Line::Down)
        return out.push_back(broken(std::move(request), dispatch::Reach::NotSent));
    if (line == Line::NotLetIn)
        return out.push_back(answered(std::move(request), http::Response{401, {}, {}}));
    if (line == Line::LosesRequests)
        return out.push_back(broken(std::move(request), dispatch::Reach::Lost));
    const sandbox::Answer said = ministry_.handle(http_request(request));
    if (arrived) arrived(request);
    if (said.poll) {
        polls_.push_back(
            {clock_.tick() + said.poll->wait, clock_.now(), *said.poll, std::move(request)});
        return;
    }
    const bool lost = said.mischief != http::Mischief::None || line == Line::LosesAnswers;
    dispatch::Answer answer = lost ? broken(std::move(request), dispatch::Reach::Lost)
                                   : answered(std::move(request), said.response);
    if (said.delay.count() > 0)
        withheld_.push_back({clock_.tick() + said.delay, std::move(answer)});
    else
        out.push_back(std::move(answer));
}

std::vector<dispatch::Answer> MinistryGateway::collect(base::Tick) {
    std::vector<dispatch::Answer> out;
    ministry_.advance();
    for (std::deque<dispatch::Request> asked = std::exchange(asked_, {}); !asked.empty();
         asked.pop_front())
        carry_out(std::move(asked.front()), out);
    for (Polling& each : std::exchange(polls_, {})) {
        if (line == Line::Down || line == Line::LosesRequests)
            out.push_back(broken(std::move(each.request), dispatch::Reach::Lost));
        else if (!also.empty() || ministry_.has_results(each.poll) || clock_.tick() >= each.until) {
            out.push_back(answered(std::move(each.request), ministry_.results(each.poll)));
            out.back().attempt.sent_at = each.sent_at;
        } else
            polls_.push_back(std::move(each));
    }
    for (Withheld& each : std::exchange(withheld_, {}))
        if (clock_.tick() >= each.until)
            out.push_back(std::move(each.answer));
        else
            withheld_.push_back(std::move(each));
    for (dispatch::Answer& each : out) say_also(each);
    if (tamper)
        for (dispatch::Answer& each : out) tamper(each);
    return out;
}

void MinistryGateway::say_also(dispatch::Answer& answer) {
    if (also.empty() || answer.request.ask != dispatch::Ask::Results || answer.http_status != 200)
        return;
    const std::string end = "</mepResults>";
    const std::size_t at = answer.body.rfind(end);
    if (at != std::string::npos) {
        answer.body.insert(at, also);
    } else {
        const std::size_t closed = answer.body.rfind("/>");
        answer.body.replace(closed, 2, ">" + also + end);
    }
    also.clear();
}

void MinistryGateway::learn(const std::string&, edi::AnswerClass answer) {
    learnt.push_back(answer);
    if (answer == edi::AnswerClass::Configuration)
        parked_until_ = clock_.tick() + std::chrono::minutes{1};
}

}  // namespace journeys
