#include "dispatch/requests.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/seal.hpp"
#include "dispatch/retry_after.hpp"

namespace dispatch {

namespace {

// RFC 3986 section 2.3: all but unreserved characters.
std::string escaped(std::string_view text) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%' + base::hex(std::string_view{&c, 1});
        }
    }
    return out;
}

std::string content_digest(std::string_view body) {
    const base::Digest digest = base::sha256(body);
    return "sha-256=:" +
           base::base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) + ":";
}

constexpr std::size_t catalogue_bytes_max = 16u << 20;
constexpr std::size_t etag_bytes_max = 256;

// An entity-tag (RFC 9110 section 8.8.3), which goes back in a header as it came; nothing else.
std::string etag_of(const std::vector<std::string>& headers) {
    const std::vector<std::string> values = values_of(headers, "ETag");
    if (values.size() != 1 || values[0].size() > etag_bytes_max) return {};
    std::string_view tag = values[0];
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return {};
    const bool sound = std::ranges::all_of(tag.substr(1, tag.size() - 2), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return code > 0x20 && code != '"' && code != 0x7f;
    });
    return sound ? values[0] : std::string{};
}

Reach reach_of(const transfer::Ended& ended, Ask ask) {
    switch (ended.end) {
        case transfer::End::Complete: {
            const int status = ended.status;
            if (status == 304 && ask == Ask::Catalogue) return Reach::Answered;
            const bool let_in = status != 401 && status != 403 && status != 407;
            return let_in && status / 100 != 3 ? Reach::Answered : Reach::Configuration;
        }
        case transfer::End::NotSent: return Reach::NotSent;
        case transfer::End::Lost: return Reach::Lost;
        case transfer::End::Certificate: return Reach::Configuration;
    }
    return Reach::Lost;
}

}  // namespace

transfer::Call call_of(const Request& request, const GatewayOptions& options,
                       unsigned results_limit) {
    transfer::Call call;
    call.method = "GET";
    call.time_max = options.time_max;
    call.headers = {"Accept: application/xml"};
    switch (request.ask) {
        case Ask::Submit:
            call.method = "POST";
            call.url = options.url + "/messages";
            call.headers.push_back("Content-Type: application/xml");
            call.headers.push_back("Idempotency-Key: \"" + request.key + "\"");
            call.headers.push_back("Content-Digest: " + content_digest(request.body));
            call.body = request.body;
            break;
        case Ask::ByKey: call.url = options.url + "/messages/" + escaped(request.key); break;
        case Ask::Results:
            call.url = options.url + "/results?after=" + escaped(request.cursor) +
                       "&limit=" + std::to_string(results_limit) +
                       "&wait=" + std::to_string(options.results_wait.count());
            call.time_max += options.results_wait;
            call.silence_max += options.results_wait;
            call.answer_bytes_max = results_bytes_max;
            break;
        case Ask::Query:
            call.method = "POST";
            call.url = options.url + "/queries";
            call.headers.push_back("Content-Type: application/xml");
            call.headers.push_back("Content-Digest: " + content_digest(request.body));
            call.body = request.body;
            break;
        case Ask::Catalogue:
            call.url = options.url + "/catalogue/" + std::to_string(request.year);
            if (!request.etag.empty()) call.headers.push_back("If-None-Match: " + request.etag);
            call.answer_bytes_max = catalogue_bytes_max;
            break;
    }
    return call;
}

transfer::Call probe_call(const GatewayOptions& options) {
    transfer::Call call;
    call.method = "GET";
    call.url = options.url + "/status";
    call.time_max = options.time_max;
    call.answer_bytes_max = 64u << 10;
    return call;
}

Answer answer_of(Request request, transfer::Ended ended, const GatewayOptions& options,
                 base::Time sent_at, base::Time now) {
    Answer answer;
    answer.reach = reach_of(ended, request.ask);
    answer.http_status = ended.status;
    if (auto types = values_of(ended.headers, "Content-Type"); types.size() == 1)
        answer.content_type = std::move(types[0]);
    if (request.ask == Ask::Catalogue) answer.etag = etag_of(ended.headers);
    answer.retry_after = retry_after_of(ended.headers, now);
    edi::Attempt& attempt = answer.attempt;
    attempt.number = request.attempt;
    attempt.sent_at = sent_at;
    attempt.answered_at = now;
    attempt.http_status = ended.status;
    const bool posts = request.ask == Ask::Submit || request.ask == Ask::Query;
    attempt.what = posts ? "POST" : "GET";
    attempt.error = std::move(ended.error);
    attempt.endpoint = options.url;
    attempt.peer_certificate_sha256 = std::move(ended.peer_certificate_sha256);
    // A digest of a body that holds a password would let it be guessed.
    attempt.request_sha256 = request.request_sha256;
    if (posts && attempt.request_sha256.empty())
        attempt.request_sha256 = base::sha256_hex(request.body);
    base::wipe(request.body);
    if (ended.end == transfer::End::Complete) attempt.answer_sha256 = base::sha256_hex(ended.body);
    answer.body = std::move(ended.body);
    answer.request = std::move(request);
    return answer;
}

bool takes_capacity(Ask ask) {
    switch (ask) {
        case Ask::Submit:
        case Ask::ByKey:
        case Ask::Query: return true;
        case Ask::Results:
        case Ask::Catalogue: return false;
    }
    return true;
}

bool is_puzzling(const Answer& answer) {
    if (answer.reach != Reach::Answered || answer.http_status / 100 != 4) return false;
    if (!takes_capacity(answer.request.ask)) return false;
    switch (answer.http_status) {
        case 408:
        case 409:
        case 425:
        case 429: return false;
        case 404: return answer.request.ask == Ask::Submit;
        default: return true;
    }
}

}  // namespace dispatch
