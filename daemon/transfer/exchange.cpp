#include "transfer/exchange.hpp"

#include "base/seal.hpp"

#include <algorithm>
#include <cstring>

#include "transfer/certificate.hpp"

namespace transfer {

namespace {

// A connection that was idle for longer may be closed by the other side at any moment.
constexpr long idle_seconds_max = 2;

std::string chars_of(const char* bytes) { return bytes ? bytes : ""; }

// How OpenSSL words the alerts by which the peer refuses our certificate.
bool tells_of_refused_certificate(const std::string& error) {
    return error.find("alert") != std::string::npos &&
           (error.find("certificate") != std::string::npos ||
            error.find("alert unknown ca") != std::string::npos);
}

}  // namespace

Exchange::Exchange(CURL* easy, Call call, Line line)
    : easy_(easy), call_(std::move(call)), sockets_(line.sockets), trust_(std::move(line.trust)) {
    curl_easy_reset(easy_);
    set_rules();
    set_trust(line.tls);
    sockets_.watch(easy_);
    if (line.connection == Connection::Fresh) curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    set_request();
}

Exchange::~Exchange() {
    curl_easy_reset(easy_);
    curl_slist_free_all(headers_);
    base::wipe(call_.body);  // it may hold a password
}

void Exchange::set_rules() {
    const auto set = [this](CURLoption option, auto value) {
        curl_easy_setopt(easy_, option, value);
    };
    const bool plain = call_.url.starts_with("http:");
    set(CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_MAXAGE_CONN, idle_seconds_max);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call_.connect_time_max.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(call_.time_max.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(call_.silence_max.count()));
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_PREREQFUNCTION, &Exchange::on_request);
    set(CURLOPT_PREREQDATA, this);
}

// As bytes: libcurl takes two files of one name for the same, keeps the authorities of a file for a
// day, and goes on with connections and sessions that it opened by what stood there before.
void Exchange::set_trust(const Tls& tls) {
    if (!tls.ca_file.empty()) {
        set_pem(CURLOPT_CAINFO_BLOB, trust_->authorities);
        // The system's would let every public CA speak for the ministry.
        curl_easy_setopt(easy_, CURLOPT_CAINFO, nullptr);
        curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
    }
    if (!tls.certificate_file.empty()) {
        const std::string& key = tls.key_file.empty() ? tls.certificate_file : tls.key_file;
        set_pem(CURLOPT_SSLCERT_BLOB, trust_->certificate);
        curl_easy_setopt(easy_, CURLOPT_SSLKEY, key.c_str());
    }
}

void Exchange::set_pem(CURLoption option, const std::string& pem) {
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(easy_, option, &blob);
}

void Exchange::set_request() {
    const auto set = [this](CURLoption option, auto value) {
        curl_easy_setopt(easy_, option, value);
    };
    set(CURLOPT_URL, call_.url.c_str());
    headers_ = curl_slist_append(headers_, "Expect:");
    if (call_.method == "GET") {
        set(CURLOPT_HTTPGET, 1L);
    } else {
        set(CURLOPT_POST, 1L);
        if (call_.method != "POST") set(CURLOPT_CUSTOMREQUEST, call_.method.c_str());
        // Read through a callback, because only then we are asked before it is sent once more.
        set(CURLOPT_READFUNCTION, &Exchange::on_read);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_SEEKFUNCTION, &Exchange::on_seek);
        set(CURLOPT_SEEKDATA, this);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
        // libcurl would add a type of its own.
        headers_ = curl_slist_append(headers_, "Content-Type:");
    }
    for (const std::string& each : call_.headers)
        headers_ = curl_slist_append(headers_, each.c_str());
    set(CURLOPT_HTTPHEADER, headers_);
}

std::size_t Exchange::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.head_.take({bytes, size * count})) return size * count;
    exchange.limit_passed_ = "the answer has too many headers";
    return 0;
}

std::size_t Exchange::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.body_.size() + size * count > exchange.call_.answer_bytes_max) {
        exchange.answer_too_long_ = true;
        exchange.limit_passed_ = "the answer is longer than " +
                                 std::to_string(exchange.call_.answer_bytes_max) + " bytes";
        return 0;
    }
    exchange.body_.append(bytes, size * count);
    return size * count;
}

std::size_t Exchange::on_read(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t n = std::min(size * count, exchange.call_.body.size() - exchange.sent_);
    std::memcpy(bytes, exchange.call_.body.data() + exchange.sent_, n);
    exchange.sent_ += n;
    return n;
}

int Exchange::on_seek(void* self, curl_off_t, int) {
    return static_cast<Exchange*>(self)->sent_ == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int Exchange::on_request(void* self, char*, char*, int, int local_port) {
    auto& exchange = *static_cast<Exchange*>(self);
    // libcurl begins again by itself when a kept connection had died. Only while no byte had left
    // may what is not a GET be begun again.
    if (exchange.call_.method != "GET" && (exchange.sent_ > 0 || exchange.request_bytes() > 0))
        return CURL_PREREQFUNC_ABORT;
    curl_tlssessioninfo* session = nullptr;
    curl_easy_getinfo(exchange.easy_, CURLINFO_TLS_SSL_PTR, &session);
    void* const ssl =
        session && session->backend == CURLSSLBACKEND_OPENSSL ? session->internals : nullptr;
    exchange.peer_certificate_sha256_ = peer_sha256(ssl);
    long connections_made = 0;
    curl_easy_getinfo(exchange.easy_, CURLINFO_NUM_CONNECTS, &connections_made);
    const bool is_kept = connections_made == 0;
    if (!is_kept || (!has_pending(ssl) && !exchange.sockets_.has_unread(local_port)))
        return CURL_PREREQFUNC_OK;
    exchange.met_unread_ = true;
    return CURL_PREREQFUNC_ABORT;
}

long Exchange::request_bytes() const {
    long bytes = 0;
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &bytes);
    return bytes;
}

End Exchange::end_of(CURLcode code) const {
    if (request_bytes() > 0 || sent_ > 0) return End::Lost;
    const bool about_certificates =
        code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM ||
        code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR ||
        code == CURLE_SSL_CLIENTCERT || code == CURLE_SSL_INVALIDCERTSTATUS ||
        tells_of_refused_certificate(error_);
    return about_certificates ? End::Certificate : End::NotSent;
}

std::optional<Call> Exchange::to_begin_anew(CURLcode code) {
    if (code != CURLE_ABORTED_BY_CALLBACK || !met_unread_ || request_bytes() > 0 || sent_ > 0)
        return std::nullopt;
    return std::exchange(call_, {});
}

Ended Exchange::ended(CURLcode code) {
    Ended ended;
    ended.id = call_.id;
    ended.peer_certificate_sha256 = peer_certificate_sha256_;
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    const std::string defect =
        code == CURLE_OK ? head_.framing_defect(static_cast<int>(status)) : limit_passed_;
    if (code == CURLE_OK && defect.empty()) {
        ended.end = End::Complete;
        ended.status = static_cast<int>(status);
        ended.headers = std::move(head_).headers();
        ended.body = std::move(body_);
        return ended;
    }
    ended.end = end_of(code);
    ended.error = chars_of(error_);
    if (ended.error.empty() && code != CURLE_OK) ended.error = curl_easy_strerror(code);
    ended.certificate_refused = tells_of_refused_certificate(ended.error);
    if (!defect.empty()) ended.error = defect;
    ended.answer_too_long = answer_too_long_;
    return ended;
}

}  // namespace transfer
