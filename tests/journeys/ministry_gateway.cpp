#include "journeys/ministry_gateway.hpp"

#include <algorithm>

#include "base/hash.hpp"

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
    }
    out.target = out.path;
    return out;
}

}  // namespace

std::size_t MinistryGateway::under_way() const {
    const auto counts = [](const dispatch::Request& each) {
        return each.ask != dispatch::Ask::Results;
    };
    return static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), counts)) +
           withheld_.size();
}

dispatch::Answer MinistryGateway::answered(dispatch::Request request,
                                           const http::Response& response) const {
    dispatch::Answer answer;
    answer.reach = dispatch::Reach::Answered;
    answer.http_status = response.status;
    answer.body = response.body;
    if (const auto type = response.headers.find("content-type"); type != response.headers.end())
        answer.content_type = type->second;
    answer.attempt.number = request.attempt;
    answer.attempt.http_status = response.status;
    answer.attempt.what = request.ask == dispatch::Ask::Submit ? "POST" : "GET";
    answer.attempt.sent_at = answer.attempt.answered_at = clock_.now();
    answer.attempt.endpoint = "https://ministry.test/mep/v1";
    answer.attempt.request_sha256 = base::sha256_hex(request.body);
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
        polls_.push_back({clock_.now() + said.poll->wait, *said.poll, std::move(request)});
        return;
    }
    const bool lost = said.mischief != http::Mischief::None || line == Line::LosesAnswers;
    dispatch::Answer answer = lost ? broken(std::move(request), dispatch::Reach::Lost)
                                   : answered(std::move(request), said.response);
    if (said.delay.count() > 0)
        withheld_.push_back({clock_.now() + said.delay, std::move(answer)});
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
        else if (!also.empty() || ministry_.has_results(each.poll) || clock_.now() >= each.until)
            out.push_back(answered(std::move(each.request), ministry_.results(each.poll)));
        else
            polls_.push_back(std::move(each));
    }
    for (Withheld& each : std::exchange(withheld_, {}))
        if (clock_.now() >= each.until)
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
        parked_until_ = clock_.now() + std::chrono::minutes{1};
}

}  // namespace journeys
