#include "transfer/transfer.hpp"

#include <curl/curl.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <map>

#include "transfer/certificate.hpp"
#include "transfer/exchange.hpp"

namespace transfer {

namespace {

constexpr long connections_kept_max = 64;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string value = text;
    curl_free(text);
    return value;
}

bool is_loopback(const std::string& host) {
    if (host == "localhost" || host == "[::1]") return true;
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

class CurlTransfers final : public Transfers {
public:
    CurlTransfers(CURLM* multi, Tls tls) : multi_(multi), tls_(std::move(tls)) {
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections_kept_max);
        curl_multi_setopt(multi_, CURLMOPT_PIPELINING, long{CURLPIPE_NOTHING});
    }
    ~CurlTransfers() override;
    void start(Call call) override;
    std::size_t under_way() const override { return exchanges_.size() + ended_.size(); }
    std::vector<Ended> wait(std::chrono::milliseconds at_most) override;
    void wake() override {
        woken_ = true;
        curl_multi_wakeup(multi_);
    }
    void use(Tls tls) override { tls_ = std::move(tls); }

private:
    void begin(Call call, Exchange::Connection connection);
    void end(CURL* easy, CURLcode code);
    void drive();

    CURLM* multi_;
    OpenSockets sockets_;
    Tls tls_;
    std::shared_ptr<const Trust> trust_;  // of the newest call
    std::map<CURL*, std::unique_ptr<Exchange>> exchanges_;
    std::vector<CURL*> idle_;
    std::vector<Ended> ended_;
    std::atomic<bool> woken_ = false;
};

CurlTransfers::~CurlTransfers() {
    for (auto& [easy, exchange] : exchanges_) {
        curl_multi_remove_handle(multi_, easy);
        exchange.reset();
        curl_easy_cleanup(easy);
    }
    for (CURL* each : idle_) curl_easy_cleanup(each);
    curl_multi_cleanup(multi_);
}

void CurlTransfers::start(Call call) {
    const auto allowed = check_url(call.url);
    auto trust = valid_now(tls_);
    if (!allowed || !trust) {
        Ended ended;
        ended.id = call.id;
        ended.end = End::Certificate;
        ended.error = allowed ? trust.fault().text : allowed.fault().text;
        ended_.push_back(std::move(ended));
        return;
    }
    if (!trust_ || *trust_ != *trust) trust_ = std::make_shared<const Trust>(std::move(*trust));
    begin(std::move(call), Exchange::Connection::KeptOrFresh);
}

void CurlTransfers::begin(Call call, Exchange::Connection connection) {
    CURL* easy = idle_.empty() ? curl_easy_init() : idle_.back();
    if (!easy) std::abort();  // out of memory
    if (!idle_.empty()) idle_.pop_back();
    exchanges_[easy] = std::make_unique<Exchange>(
        easy, std::move(call), Exchange::Line{tls_, trust_, sockets_, connection});
    curl_multi_add_handle(multi_, easy);
}

void CurlTransfers::end(CURL* easy, CURLcode code) {
    const auto found = exchanges_.find(easy);
    auto again = found->second->to_begin_anew(code);
    if (!again) ended_.push_back(found->second->ended(code));
    curl_multi_remove_handle(multi_, easy);
    exchanges_.erase(found);
    idle_.push_back(easy);
    if (again) begin(std::move(*again), Exchange::Connection::Fresh);
}

void CurlTransfers::drive() {
    int running = 0;
    curl_multi_perform(multi_, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE) end(message->easy_handle, message->data.result);
}

std::vector<Ended> CurlTransfers::wait(std::chrono::milliseconds at_most) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + at_most;
    for (;;) {
        drive();
        if (woken_.exchange(false) || !ended_.empty()) break;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) break;
        curl_multi_poll(multi_, nullptr, 0, static_cast<int>(left), nullptr);
    }
    return std::exchange(ended_, {});
}

}  // namespace

base::Outcome check_url(const std::string& url) {
    const auto refused = [&](const std::string& why) {
        return base::Fault{base::Remedy::AskOperator, url + ": " + why};
    };
    const std::unique_ptr<CURLU, FreeUrl> parsed{curl_url()};
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return refused("this is not a URL");
    if (!part_of(parsed.get(), CURLUPART_USER).empty() ||
        !part_of(parsed.get(), CURLUPART_FRAGMENT).empty())
        return refused("a user or a fragment has no place in this URL");
    const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
    if (scheme == "https") return base::done;
    if (scheme != "http") return refused("only https is spoken");
    if (!is_loopback(part_of(parsed.get(), CURLUPART_HOST)))
        return refused("plain http is allowed to loopback only");
    return base::done;
}

base::Result<std::unique_ptr<Transfers>> Transfers::make(Tls tls) {
    ::signal(SIGPIPE, SIG_IGN);
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = ready == CURLE_OK ? curl_multi_init() : nullptr;
    if (!multi) return base::Fault{base::Remedy::AskOperator, "libcurl cannot be set up"};
    auto transfers = std::make_unique<CurlTransfers>(multi, tls);
    if (auto readable = check_readable(tls); !readable) return readable.fault();
    return std::unique_ptr<Transfers>{std::move(transfers)};
}

}  // namespace transfer
