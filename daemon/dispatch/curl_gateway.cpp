#include "dispatch/curl_gateway.hpp"

#include <deque>
#include <map>
#include <mutex>

#include "base/hash.hpp"
#include "base/seal.hpp"
#include "dispatch/breaker.hpp"
#include "dispatch/events.hpp"
#include "dispatch/requests.hpp"

namespace dispatch {

namespace {

using namespace std::chrono_literals;

class CurlGateway final : public ConfiguredGateway {
public:
    CurlGateway(GatewayOptions options, const base::Clock& clock,
                std::unique_ptr<transfer::Transfers> transfers)
        : options_(std::move(options)), clock_(clock), transfers_(std::move(transfers)),
          slow_start_(options_.in_flight_max), page_limit_(options_.results_limit) {}
    ~CurlGateway() override;
    CurlGateway(const CurlGateway&) = delete;
    CurlGateway& operator=(const CurlGateway&) = delete;

    std::size_t capacity() const override;
    void send(Request request) override;
    std::vector<Answer> collect(base::Tick until) override;
    void learn(const std::string& key, edi::AnswerClass answer) override;
    void probe_now() override;
    std::string condition() const override;
    void use(const GatewayOptions& options) override;

private:
    // Requests of one kind that stand beside the others, one at a time.
    struct Siding {
        std::deque<Request> waiting = {};
        bool busy = false;
    };
    struct UnderWay {
        Request request;
        base::Time sent_at;
    };

    bool is_closed() const { return breaker_.is_broken() || parking_.is_parked(); }
    base::Tick probe_at() const;
    void start_what_may();
    void start_first(Siding& siding);
    void queue(Request request);
    void start(Request request);
    void return_unsent();
    void take(transfer::Ended ended);
    // What the end of a transfer says beside the answer.
    struct Signs {
        bool certificate_refused;
        bool answer_too_long;
    };
    void note(const Answer& answer, const Signs& signs);
    void ask_for_a_shorter_page(Request request);
    void note_results(const Answer& answer);
    void ended_on_its_track(const Answer& answer);
    void probed(const transfer::Ended& ended);
    base::Tick next_own_step() const;

    GatewayOptions options_;
    const base::Clock& clock_;
    const std::unique_ptr<transfer::Transfers> transfers_;

    mutable std::mutex mutex_;
    std::deque<Request> waiting_;  // those that take capacity
    Siding polls_;                 // Results
    Siding catalogues_;
    std::map<std::uint64_t, UnderWay> under_way_;
    std::size_t in_flight_ = 0;  // of them, those that take capacity
    bool probing_ = false;
    std::uint64_t last_id_ = 0;
    std::uint64_t probe_id_ = 0;
    std::vector<Answer> answers_;
    std::set<std::string> puzzling_;  // keys whose last answer was a 4xx that no row names
    Breaker breaker_;
    Parking parking_;
    SlowStart slow_start_;
    PageLimit page_limit_;
    Backoff results_wait_{1s, 60s};
    base::Tick results_at_ = {};
    bool results_fail_ = false;
    bool other_tls_ = false;  // than the transfers have
};

CurlGateway::~CurlGateway() {
    for (Request& each : waiting_) base::wipe(each.body);
}

std::size_t CurlGateway::capacity() const {
    const std::lock_guard lock{mutex_};
    const std::size_t taken = in_flight_ + waiting_.size();
    if (is_closed() || taken >= slow_start_.allowed()) return 0;
    return slow_start_.allowed() - taken;
}

void CurlGateway::send(Request request) {
    {
        const std::lock_guard lock{mutex_};
        queue(std::move(request));
    }
    transfers_->wake();
}

void CurlGateway::queue(Request request) {
    switch (request.ask) {
        case Ask::Submit:
        case Ask::ByKey:
        case Ask::Query: waiting_.push_back(std::move(request)); break;
        case Ask::Results: polls_.waiting.push_back(std::move(request)); break;
        case Ask::Catalogue: catalogues_.waiting.push_back(std::move(request)); break;
    }
}

base::Tick CurlGateway::probe_at() const {
    base::Tick at = {};
    if (breaker_.is_broken()) at = breaker_.probe_at();
    if (parking_.is_parked()) at = std::max(at, parking_.probe_at());
    return at;
}

void CurlGateway::start(Request request) {
    transfer::Call call = call_of(request, options_, page_limit_.allowed());
    call.id = ++last_id_;
    // The body goes on in the call alone; its digest is all that the answer needs.
    if (request.request_sha256.empty() && !request.body.empty())
        request.request_sha256 = base::sha256_hex(request.body);
    base::wipe(request.body);
    under_way_[call.id] = {std::move(request), clock_.now()};
    transfers_->start(std::move(call));
}

// While the line is closed no submission burns an attempt: what was handed over before comes back.
void CurlGateway::return_unsent() {
    for (Request& each : waiting_) {
        transfer::Ended ended;
        ended.end = transfer::End::NotSent;
        ended.error = parking_.is_parked() ? "parked: " + parking_.reason() : "broken";
        const base::Time now = clock_.now();
        Answer answer = answer_of(std::move(each), std::move(ended), options_, now, now);
        answer.reach = Reach::Configuration;  // not even tried, so it costs the message nothing
        answers_.push_back(std::move(answer));
    }
    waiting_.clear();
}

void CurlGateway::use(const GatewayOptions& options) {
    {
        const std::lock_guard lock{mutex_};
        std::string url = std::move(options_.url);
        options_ = options;
        options_.url = std::move(url);
        slow_start_.limit(options_.in_flight_max);
        page_limit_.limit(options_.results_limit);
        other_tls_ = true;
        breaker_.probe_now(clock_.tick());
        parking_.probe_now(clock_.tick());
    }
    transfers_->wake();
}

void CurlGateway::start_what_may() {
    if (std::exchange(other_tls_, false)) transfers_->use(options_.tls);
    const base::Tick now = clock_.tick();
    if (is_closed()) {
        return_unsent();
        if (!probing_ && now >= probe_at()) {
            transfer::Call probe = probe_call(options_);
            probe_id_ = probe.id = ++last_id_;
            probing_ = true;
            transfers_->start(std::move(probe));
        }
        return;
    }
    while (!waiting_.empty() && in_flight_ < slow_start_.allowed()) {
        ++in_flight_;
        start(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    if (now >= results_at_) start_first(polls_);
    start_first(catalogues_);
}

void CurlGateway::start_first(Siding& siding) {
    if (siding.busy || siding.waiting.empty()) return;
    siding.busy = true;
    start(std::move(siding.waiting.front()));
    siding.waiting.pop_front();
}

void CurlGateway::probed(const transfer::Ended& ended) {
    probing_ = false;
    const base::Tick now = clock_.tick();
    if (ended.end != transfer::End::Complete || ended.status != 200) {
        if (breaker_.is_broken()) breaker_.probe_failed(now);
        if (parking_.is_parked()) parking_.probe_failed(now);
        return;
    }
    breaker_.mend();
    parking_.release();
    slow_start_.begin();
    base::log(event::endpoint_open, {{"endpoint", options_.url}});
}

void CurlGateway::note_results(const Answer& answer) {
    if (answer.reach == Reach::Answered && answer.http_status == 200) {
        results_wait_.begin_anew();
        page_limit_.fitted(answer.body.size(), results_bytes_max);
        if (std::exchange(results_fail_, false))
            base::log(event::results_collected_again, {{"endpoint", options_.url}});
        return;
    }
    results_at_ = clock_.tick() + results_wait_.take();
    if (answer.retry_after)
        results_at_ = std::max(results_at_, clock_.tick() + *answer.retry_after);
    if (std::exchange(results_fail_, true)) return;
    base::log(event::results_failing, {{"endpoint", options_.url},
                                       {"status", std::int64_t{answer.http_status}},
                                       {"error", answer.attempt.error}});
}

void CurlGateway::note(const Answer& answer, const Signs& signs) {
    const bool was_broken = breaker_.is_broken();
    const bool was_parked = parking_.is_parked();
    const base::Tick now = clock_.tick();
    switch (answer.reach) {
        case Reach::Answered: {
            // 502 and 504: somebody answered, but not the gateway.
            const bool reached = answer.http_status != 502 && answer.http_status != 504;
            if (!reached) breaker_.failed(now);
            if (reached) breaker_.answered();
            if (reached && takes_capacity(answer.request.ask)) slow_start_.answered();
            break;
        }
        case Reach::NotSent: breaker_.failed(now); break;
        case Reach::Lost:
            // The line carried more than we take: it is not broken.
            if (!signs.answer_too_long) breaker_.failed(now);
            break;
        case Reach::Configuration:
            parking_.park(now, answer.attempt.error.empty()
                                   ? "answered with " + std::to_string(answer.http_status)
                                   : answer.attempt.error);
            break;
    }
    if (signs.certificate_refused) parking_.park(now, answer.attempt.error);
    if (!was_broken && breaker_.is_broken())
        base::log(event::endpoint_broken,
                  {{"endpoint", options_.url}, {"error", answer.attempt.error}});
    if (!was_parked && parking_.is_parked())
        base::log(event::endpoint_parked,
                  {{"endpoint", options_.url}, {"reason", parking_.reason()}});
}

void CurlGateway::ended_on_its_track(const Answer& answer) {
    switch (answer.request.ask) {
        case Ask::Submit:
        case Ask::ByKey:
        case Ask::Query:
            --in_flight_;
            puzzling_.erase(answer.request.key);
            if (is_puzzling(answer)) puzzling_.insert(answer.request.key);
            break;
        case Ask::Results:
            polls_.busy = false;
            note_results(answer);
            break;
        case Ask::Catalogue: catalogues_.busy = false; break;
    }
}

void CurlGateway::take(transfer::Ended ended) {
    if (probing_ && ended.id == probe_id_) {
        probed(ended);
        return;
    }
    const auto found = under_way_.find(ended.id);
    if (found == under_way_.end()) return;
    UnderWay done = std::move(found->second);
    under_way_.erase(found);
    const Signs signs{ended.certificate_refused, ended.answer_too_long};
    if (signs.answer_too_long && done.request.ask == Ask::Results &&
        page_limit_.too_long() == PageLimit::Halved::Yes) {
        ask_for_a_shorter_page(std::move(done.request));
        return;
    }
    Answer answer =
        answer_of(std::move(done.request), std::move(ended), options_, done.sent_at, clock_.now());
    ended_on_its_track(answer);
    note(answer, signs);
    answers_.push_back(std::move(answer));
}

void CurlGateway::ask_for_a_shorter_page(Request request) {
    polls_.busy = false;
    polls_.waiting.push_front(std::move(request));
    results_at_ = clock_.tick() + 1s;
}

base::Tick CurlGateway::next_own_step() const {
    if (is_closed()) return probing_ ? base::Tick::max() : probe_at();
    return polls_.waiting.empty() || polls_.busy ? base::Tick::max() : results_at_;
}

std::vector<Answer> CurlGateway::collect(base::Tick until) {
    const auto began = std::chrono::steady_clock::now();
    const auto at_most = std::clamp<base::Tick::duration>(until - clock_.tick(), 0s, 24h);
    for (;;) {
        base::Tick::duration left = until - clock_.tick();
        {
            const std::lock_guard lock{mutex_};
            start_what_may();
            if (!answers_.empty()) return std::exchange(answers_, {});
            left = std::min(left, next_own_step() - clock_.tick());
        }
        // A clock that a test holds still must not keep us here.
        left = std::min(left, at_most - (std::chrono::steady_clock::now() - began));
        auto ended =
            transfers_->wait(std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(left)));
        const std::lock_guard lock{mutex_};
        for (transfer::Ended& each : ended) take(std::move(each));
        if (!answers_.empty()) return std::exchange(answers_, {});
        if (clock_.tick() >= until || std::chrono::steady_clock::now() - began >= at_most)
            return {};
    }
}

void CurlGateway::learn(const std::string& key, edi::AnswerClass answer) {
    const std::lock_guard lock{mutex_};
    const bool was_parked = parking_.is_parked();
    switch (answer) {
        case edi::AnswerClass::Verdict:
        case edi::AnswerClass::Document:
            puzzling_.erase(key);
            parking_.understood();
            break;
        case edi::AnswerClass::InDoubt:
            if (puzzling_.erase(key) > 0) parking_.puzzled(key, clock_.tick());
            break;
        // Known from the answer itself before anybody classified it.
        case edi::AnswerClass::NotFound:
        case edi::AnswerClass::NotProcessed:
        case edi::AnswerClass::NotSent:
        case edi::AnswerClass::Configuration: puzzling_.erase(key); break;
    }
    if (!was_parked && parking_.is_parked())
        base::log(event::endpoint_parked,
                  {{"endpoint", options_.url}, {"reason", parking_.reason()}});
}

void CurlGateway::probe_now() {
    {
        const std::lock_guard lock{mutex_};
        const base::Tick now = clock_.tick();
        breaker_.probe_now(now);
        parking_.probe_now(now);
    }
    transfers_->wake();
}

std::string CurlGateway::condition() const {
    const std::lock_guard lock{mutex_};
    if (parking_.is_parked()) return "parked: " + parking_.reason();
    if (!breaker_.is_broken()) return "open";
    const auto wait = std::chrono::ceil<std::chrono::microseconds>(probe_at() - clock_.tick());
    return "broken until " + base::iso(clock_.now() + std::max(wait, 0us));
}

}  // namespace

base::Result<std::unique_ptr<ConfiguredGateway>> make_curl_gateway(GatewayOptions options,
                                                                   const base::Clock& clock) {
    if (auto allowed = transfer::check_url(options.url); !allowed) return allowed.fault();
    if (options.url.ends_with('/') || options.url.find('?') != std::string::npos)
        return base::Fault{base::Remedy::AskOperator,
                           options.url + ": a URL without slash at its end and without query"};
    if (options.in_flight_max == 0)
        return base::Fault{base::Remedy::AskOperator, "in_flight_max must be at least 1"};
    auto transfers = transfer::Transfers::make(options.tls);
    if (!transfers) return transfers.fault();
    return std::unique_ptr<ConfiguredGateway>{
        std::make_unique<CurlGateway>(std::move(options), clock, std::move(*transfers))};
}

}  // namespace dispatch
