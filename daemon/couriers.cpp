#include "couriers.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/stop.hpp"
#include "events.hpp"
#include "worker/frame.hpp"
#include "worker/spawn.hpp"

namespace permitd {

namespace {

using base::Tick;
using std::chrono::milliseconds;

constexpr milliseconds pause_first{1'000}, pause_longest{60'000};
// Above twice the time of one question: a host that is busy for a moment kills no courier.
constexpr milliseconds grace{15'000};
constexpr std::size_t report_bytes_max = 65'536;
constexpr milliseconds turn_max{60'000};

CourierOrder order_for(const Config& config, const MailboxConfig& mailbox) {
    CourierOrder order;
    order.spool = config.spool;
    order.mailbox = mailbox.name;
    order.server = mailbox.sftp->server;
    order.options.every = mailbox.sftp->every;
    order.options.settle = mailbox.sftp->settle;
    order.options.bytes_max =
        std::max<std::uint64_t>(config.intake.file_bytes_max, config.intake.batch_bytes_max);
    order.options.partner_ending = intake::ending_of(mailbox.completeness);
    return order;
}

}  // namespace

// A mailbox's place among the couriers.
struct Couriers::Post {
    CourierOrder order;
    pid_t pid = -1;
    base::Fd socket;
    std::string heard;  // the beginning of a frame
    Tick heard_at = {};
    Tick start_at = {};
    milliseconds pause{};
    CourierState state;
    bool unreachable_told = false, trouble_told = false, odd_told = false;

    Tick silent_at() const { return heard_at + 2 * order.server.time_max + grace; }
};

Couriers::Couriers(const Config& config, const base::Clock& clock)
    : clock_(clock), ending_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    for (const MailboxConfig& each : config.mailboxes) {
        if (!each.sftp) continue;
        auto post = std::make_unique<Post>();
        post->order = order_for(config, each);
        post->order.parent = ::getpid();
        post->state.mailbox = each.name;
        posts_.push_back(std::move(post));
    }
}

Couriers::~Couriers() { stop(); }

void Couriers::start() {
    if (!posts_.empty()) thread_ = std::thread{[this] { run(); }};
}

void Couriers::stop() {
    if (!thread_.joinable()) return;
    [[maybe_unused]] const int written = ::eventfd_write(ending_.number(), 1);
    thread_.join();
}

std::vector<CourierState> Couriers::states() const {
    const std::lock_guard lock{mutex_};
    std::vector<CourierState> states;
    for (const auto& post : posts_) states.push_back(post->state);
    return states;
}

// The processes are started, heard and reaped here: the kernel ends them with this thread.
void Couriers::run() {
    for (;;) {
        for (const auto& post : posts_) {
            if (post->pid < 0 && clock_.tick() >= post->start_at) begin(*post);
            if (post->pid >= 0 && clock_.tick() >= post->silent_at())
                end(*post, "it said nothing for too long and was killed");
        }
        std::vector<pollfd> sources{{ending_.number(), POLLIN, 0}};
        for (const auto& post : posts_) sources.push_back({post->socket.number(), POLLIN, 0});
        const auto wait = std::chrono::ceil<milliseconds>(next_turn() - clock_.tick());
        ::poll(sources.data(), sources.size(),
               static_cast<int>(std::clamp(wait, milliseconds{0}, turn_max).count()));
        if (sources[0].revents != 0) break;
        for (std::size_t i = 0; i < posts_.size(); ++i)
            if (sources[i + 1].revents != 0) hear(*posts_[i]);
    }
    for (const auto& post : posts_) {
        if (post->pid < 0) continue;
        ::kill(post->pid, SIGKILL);
        while (::waitpid(post->pid, nullptr, 0) < 0 && errno == EINTR) continue;
    }
}

Tick Couriers::next_turn() const {
    Tick at = Tick::max();
    for (const auto& post : posts_)
        at = std::min(at, post->pid < 0 ? post->start_at : post->silent_at());
    return std::min(at, clock_.tick() + turn_max);
}

void Couriers::begin(Post& post) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return end(post, base::fault_of_errno(errno, "making a socket for a courier").text);
    base::Fd ours{ends[0]};
    const base::Fd theirs{ends[1]};
    const auto pid = worker::spawn({"/proc/self/exe", "--courier"}, theirs.number());
    if (!pid) return end(post, pid.fault().text);
    post.pid = *pid;
    post.socket = std::move(ours);
    post.heard.clear();
    post.heard_at = clock_.tick();
    worker::send(post.socket.number(), {0, encode(post.order)});
    const std::lock_guard lock{mutex_};
    post.state.lost.clear();
}

void Couriers::hear(Post& post) {
    char block[16'384];
    const ssize_t got = ::recv(post.socket.number(), block, sizeof block, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return end(post, {});
    post.heard.append(block, static_cast<std::size_t>(got));
    while (post.heard.size() >= worker::head_size) {
        std::array<char, worker::head_size> bytes;
        std::copy_n(post.heard.begin(), bytes.size(), bytes.begin());
        const worker::Head head = worker::decode(bytes);
        if (head.length > report_bytes_max) return end(post, "it talks nonsense");
        if (post.heard.size() - bytes.size() < head.length) return;
        const auto report =
            decode_report(std::string_view{post.heard}.substr(bytes.size(), head.length));
        if (!report) return end(post, "it talks nonsense");
        post.heard.erase(0, bytes.size() + head.length);
        take(post, *report);
    }
}

void Couriers::take(Post& post, const CourierReport& report) {
    // A sync that failed is never tried again (base/files.hpp).
    if (!report.stop.empty())
        base::stop(
            {base::Remedy::Stop, "the courier of " + post.state.mailbox + ": " + report.stop});
    post.heard_at = clock_.tick();
    const base::Time now = clock_.now();
    const auto ago = [&](const std::optional<milliseconds>& age) -> std::optional<base::Time> {
        return age ? std::optional{now - *age} : std::nullopt;
    };
    CourierReport before;
    {
        const std::lock_guard lock{mutex_};
        CourierState& state = post.state;
        before = std::exchange(state.report, report);
        // A new process knows nothing of what the one before it did.
        if (report.looked) state.looked_at = ago(report.looked);
        if (report.last_fetched) state.fetched_at = ago(report.last_fetched);
        if (report.last_uploaded) state.uploaded_at = ago(report.last_uploaded);
        state.next_at.reset();
        if (report.reach == Reach::Waiting) state.next_at = now + report.again_in;
    }
    if (report.reach == Reach::Connected && report.fault.empty()) post.pause = {};
    tell_changes(before, post);
}

// Each condition when it begins and when it ends.
void Couriers::tell_changes(const CourierReport& before, Post& post) {
    const CourierReport& now = post.state.report;
    const std::string& mailbox = post.state.mailbox;
    if (now.reach == Reach::Waiting && !post.unreachable_told) {
        post.unreachable_told = true;
        base::log(event::mailbox_unreachable,
                  {{"mailbox", mailbox}, {"host", post.order.server.host}, {"error", now.fault}});
    } else if (now.reach == Reach::Connected && now.looked && now.fault.empty() &&
               std::exchange(post.unreachable_told, false)) {
        base::log(event::mailbox_reached, {{"mailbox", mailbox}});
    }
    if (!now.trouble.empty() && !std::exchange(post.trouble_told, true))
        base::log(event::remote_file_stuck, {{"mailbox", mailbox}, {"error", now.trouble}});
    else if (now.trouble.empty() && now.reach == Reach::Connected &&
             std::exchange(post.trouble_told, false))
        base::log(event::remote_file_well, {{"mailbox", mailbox}});
    if (now.odd > 0 && !std::exchange(post.odd_told, true))
        base::log(event::remote_names_odd, {{"mailbox", mailbox},
                                            {"count", static_cast<std::int64_t>(now.odd)},
                                            {"file", now.odd_name}});
    if (now.odd == 0 && now.looked) post.odd_told = false;
    if (now.given_back > before.given_back)
        base::log(event::remote_file_replaced, {{"mailbox", mailbox}});
}

// Ends its process, and lets the next begin after a pause.
void Couriers::end(Post& post, const std::string& why) {
    std::string cause = why;
    if (post.pid >= 0) {
        // One that is on its way out by itself keeps the status it is leaving with.
        if (!why.empty()) ::kill(post.pid, SIGKILL);
        int status = 0;
        while (::waitpid(post.pid, &status, 0) < 0 && errno == EINTR) continue;
        if (cause.empty()) cause = worker::words_of_end(status);
    }
    post.pid = -1;
    post.socket = base::Fd{};
    post.pause = std::clamp(post.pause * 2, pause_first, pause_longest);
    post.start_at = clock_.tick() + post.pause;
    base::log(event::courier_lost, {{"mailbox", post.state.mailbox}, {"cause", cause}});
    const std::lock_guard lock{mutex_};
    post.state.lost = cause;
    ++post.state.restarts;
}

}  // namespace permitd
