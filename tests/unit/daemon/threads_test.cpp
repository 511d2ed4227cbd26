// The threads of a daemon as they are (daemon/README.md, "Threads"), on the store in memory, so
// that ThreadSanitizer sees what they share: enterprises drop files, operators ask and reload, a
// courier reports, the ministry loses answers, and a stop comes in the midst. P2 and P3 hold at
// the end.
#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <mutex>

#include "base/log.hpp"
#include "control.hpp"
#include "edi/receipt.hpp"
#include "http/client.hpp"
#include "metrics_port.hpp"
#include "spool.hpp"
#include "unit/daemon/ministry.hpp"
#include "unit/daemon/shared_store.hpp"
#include "zips.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 10min;
constexpr std::size_t files_a_mailbox = 12;
const std::vector<std::string> mailboxes{"acme", "beta"};

// The wall clock stands on the day of the samples and goes on from there.
class Shifted final : public base::Clock {
public:
    base::Time now() const override { return system_.now() + shift_; }
    base::Tick tick() const override { return system_.tick(); }

private:
    base::SystemClock system_;
    const std::chrono::microseconds shift_ =
        *base::parse_time("2026-11-22T09:30:00+08:00") - system_.now();
};

bool becomes(const std::function<bool()>& condition) {
    for (const auto until = std::chrono::steady_clock::now() + patience; !condition();) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

std::string sample(const std::string& name) {
    std::ifstream in{std::string{PERMITD_SOURCE "/tests/journeys/samples/valid/"} + name,
                     std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += fresh.size())
        text.replace(at, old.size(), fresh);
    return text;
}

// From another enterprise for each mailbox.
std::string sample_of(const std::string& mailbox, const std::string& name) {
    const char* const sender = mailbox == "acme" ? "91110108MA0000015T" : "91440300717850504F";
    return replaced(sample(name), "<Sender>91110108MA0000015T", std::string{"<Sender>"} + sender);
}

struct File {
    std::string name;
    std::string bytes;
};

File file_of(const std::string& mailbox, std::size_t number) {
    const std::string id = mailbox + "-" + std::to_string(number);
    const std::string one =
        replaced(replaced(sample_of(mailbox, "06-application-minimal.xml"), "SAMPLE-0006", id),
                 "PO-2026-0006", id);
    switch (number % 6) {
        case 0: return {id + ".xml", replaced(one, "<TradingCountry>JPN", "<TradingCountry>XXX")};
        case 1: return {id + ".zip", tests::zip_of({{.name = id + ".xml", .packed = one}})};
        case 2: return {id + ".xml", replaced(one, "</Header>", "</Footer>")};
        case 3: {
            const std::string batch =
                replaced(sample_of(mailbox, "21-batch.xml"), "SAMPLE-B", id + "-");
            return {id + ".xml", replaced(batch, "PO-2026-B", id + "-")};
        }
        default: return {id + ".xml", one};
    }
}

class Threads : public testing::Test {
protected:
    Threads() {
        ::signal(SIGPIPE, SIG_IGN);
        base::set_log_sink([this](std::string_view line) {
            const std::lock_guard lock{log_mutex_};
            log_ += line;
        });
        fs::create_directories(spool_.at("spool"));
        fs::permissions(spool_.put("key", "unused"), fs::perms{0600});
        spool_.put("known_hosts", "");
        spool_.put("permitd.yaml", settings());
    }
    ~Threads() override { base::set_log_sink({}); }

    std::string settings(const std::string& rescan = "500ms") const {
        std::string text = "spool: spool\nstate: state\nshare: " PERMITD_SOURCE
                           "\nministry:\n  url: " +
                           ministry_.url() +
                           "\n  commit_lag: 200ms\n  time_max: 60s\n"
                           "  retry: {first: 50ms, max: 1s}\n"
                           "intake: {settle: 50ms, rescan: " +
                           rescan +
                           "}\n"
                           "control: {socket: run/control}\nmailboxes:\n";
        text += "  - {name: acme, senders: [91110108MA0000015T]}\n";
        text += "  - {name: beta, senders: [91440300717850504F], receipts: outcomes}\n";
        // Its courier is tests/unit/daemon/fake_courier.hpp.
        return text +
               "  - name: connects\n    senders: [91310115MA1K00023E]\n    sftp: {url: "
               "'sftp://127.0.0.1/', user: nobody, key: key, known_hosts: known_hosts}\n";
    }

    void start() {
        auto config = permitd::load_config(spool_.at("permitd.yaml"));
        ASSERT_TRUE(config) << config.fault().text;
        fs::create_directories(spool_.at("run"));
        config->metrics_listen = "unix:" + spool_.at("run/metrics").string();
        auto daemon = permitd::Daemon::open(std::move(*config), clock_,
                                            std::make_unique<tests::SharedStore>(kept_));
        ASSERT_TRUE(daemon) << daemon.fault().text;
        daemon_ = std::move(*daemon);
        auto metrics = permitd::MetricsPort::open(*daemon_);
        ASSERT_TRUE(metrics) << metrics.fault().text;
        metrics_ = std::move(*metrics);
        auto control = permitd::Control::open(*daemon_);
        ASSERT_TRUE(control) << control.fault().text;
        control_ = std::move(*control);
        daemon_->start();
    }
    // As serve() does it (program.cpp), but that nothing is waited for.
    void stop() {
        daemon_->begin_to_stop();
        control_.reset();
        metrics_.reset();
        daemon_.reset();
    }

    void drop(const std::string& mailbox, const File& file) const {
        const fs::path outbox = spool_.at("spool/" + mailbox + "/OutBox");
        std::ofstream{outbox / ('.' + file.name), std::ios::binary} << file.bytes;
        fs::rename(outbox / ('.' + file.name), outbox / file.name);
    }
    // Each mailbox by a thread of its own.
    void drop_all(std::size_t from, std::size_t to) const {
        std::vector<std::thread> enterprises;
        for (const std::string& mailbox : mailboxes)
            enterprises.emplace_back([this, mailbox, from, to] {
                for (std::size_t i = from; i < to; ++i) drop(mailbox, file_of(mailbox, i));
            });
        for (std::thread& each : enterprises) each.join();
    }
    std::map<std::string, std::size_t> outcomes(const std::string& mailbox) const {
        std::map<std::string, std::size_t> count;
        for (const auto& each : fs::directory_iterator{spool_.at("spool/" + mailbox + "/InBox")}) {
            const std::string name = each.path().filename();
            const std::size_t begin = name.find('_') + 1;
            const std::string kind = name.substr(begin, name.find('_', begin) - begin);
            if (edi::receipt_kind(kind).stage == edi::Stage::Outcome) ++count[kind];
        }
        return count;
    }
    std::size_t all_outcomes() const {
        std::size_t all = 0;
        for (const std::string& mailbox : mailboxes)
            for (const auto& [kind, count] : outcomes(mailbox)) all += count;
        return all;
    }
    void ask(const std::string& method, const std::string& target, const std::string& body = {},
             const std::string& socket = "run/control") const {
        http::Request request;
        request.method = method;
        request.target = target;
        request.body = body;
        const auto answer = http::ask_unix(spool_.at(socket), request, 600s);
        ASSERT_TRUE(answer) << answer.fault().text;
        EXPECT_TRUE(answer->status == 200 || answer->status == 404) << target << answer->body;
    }
    void ask_everything() const {
        for (const char* target :
             {"/status", "/messages?limit=50", "/messages/acme-4", "/results", "/mailboxes",
              "/figures", "/actions", "/messages/acme-3--000", "/messages?state=QUEUE",
              "/applications?state=APPROVED,RETURNED", "/customs", "/commodities?limit=5",
              "/balances/26-XX-000000", "/config"})
            ask("GET", target);
        for (const char* target : {"/metrics", "/livez", "/readyz"})
            ask("GET", target, {}, "run/metrics");
        ask("POST", "/print", "acme-0\n");
        ask("POST", "/judge?mailbox=acme&file=a.xml", sample("06-application-minimal.xml"));
        for (const char* change : {R"({"verb": "pause", "what": "intake", "reason": "because"})",
                                   R"({"verb": "hold", "all": true, "reason": "because"})",
                                   R"({"verb": "resume", "what": "intake", "reason": "because"})",
                                   R"({"verb": "release", "all": true, "reason": "because"})"})
            ask("POST", "/changes", change);
    }
    // With a mailbox more every other time.
    void reload(unsigned turn) const {
        const bool odd = turn % 2 == 1;
        std::string text = settings(odd ? "400ms" : "500ms");
        if (odd) text += "  - {name: gamma, senders: [91310000MA1K00099X]}\n";
        spool_.put("permitd.yaml", text);
        ask("POST", "/changes", R"({"verb": "reload", "reason": "because"})");
    }
    std::string log() const {
        const std::lock_guard lock{log_mutex_};
        return log_;
    }

    const Shifted clock_;
    tests::Ministry ministry_{clock_.now()};
    tests::Spool spool_;
    std::shared_ptr<tests::SharedStore::Kept> kept_ = std::make_shared<tests::SharedStore::Kept>();
    std::unique_ptr<permitd::Daemon> daemon_;
    std::unique_ptr<permitd::MetricsPort> metrics_;
    std::unique_ptr<permitd::Control> control_;
    mutable std::mutex log_mutex_;
    std::string log_;
};

TEST_F(Threads, PlayALoadAndAStopInItsMidst) {
    ASSERT_NO_FATAL_FAILURE(start());
    drop_all(0, files_a_mailbox / 2);
    ask_everything();
    ASSERT_TRUE(becomes([&] { return all_outcomes() >= 4; })) << log();
    stop();
    drop_all(files_a_mailbox / 2, files_a_mailbox);
    ASSERT_NO_FATAL_FAILURE(start());
    std::atomic<bool> done = false;
    std::thread operators{[&] {
        for (unsigned turn = 1; !done; ++turn) {
            reload(turn);
            ask_everything();
            std::this_thread::sleep_for(100ms);
        }
    }};
    // Of six files two are rejected, three approved, and a batch of five has a receipt of its own.
    constexpr std::size_t sixths = files_a_mailbox / 6;
    EXPECT_TRUE(becomes([&] {
        return all_outcomes() >= mailboxes.size() * sixths * 11 && daemon_->drained();
    })) << testing::PrintToString(outcomes("acme"))
        << testing::PrintToString(outcomes("beta")) << log();
    done = true;
    operators.join();
    EXPECT_TRUE(becomes([&] {
        const auto couriers = daemon_->couriers();
        return couriers.size() == 1 && couriers[0].report.reach == permitd::Reach::Connected;
    })) << log();
    stop();
    for (const std::string& mailbox : mailboxes)
        EXPECT_THAT(outcomes(mailbox),
                    testing::UnorderedElementsAre(testing::Pair("rejected", 2 * sixths),
                                                  testing::Pair("approved", 8 * sixths),
                                                  testing::Pair("batch", sixths)));
    const sandbox::Counters& counted = ministry_.end();
    EXPECT_EQ(counted.references_declared_twice, 0u);
    EXPECT_EQ(counted.conflicts, 0u);
}

}  // namespace
