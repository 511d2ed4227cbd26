#include "couriers.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/stop.hpp"
#include "events.hpp"
#include "spool_mark.hpp"
#include "worker/frame.hpp"
#include "worker/spawn.hpp"

namespace permitd {

namespace {

using base::Tick;
using std::chrono::milliseconds;

constexpr milliseconds pause_first{1'000}, pause_longest{60'000};
// Above twice the time of one question: a host that is busy for a moment kills no courier.
constexpr milliseconds grace{15'000};
// A process that has hung up is on its way out.
constexpr milliseconds leave_time_max{2'000};
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
    order.parent = ::getpid();
    return order;
}

std::vector<CourierOrder> orders_for(const Config& config) {
    std::vector<CourierOrder> orders;
    for (const MailboxConfig& each : config.mailboxes)
        if (each.sftp) orders.push_back(order_for(config, each));
    return orders;
}

// But for what a courier is told while it works.
bool is_same(CourierOrder running, const CourierOrder& fresh) {
    running.fetching = fresh.fetching;
    running.fault = fresh.fault;
    running.pause = fresh.pause;
    return encode(running) == encode(fresh);
}

// A new process begins to count anew.
std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
    return now > before ? now - before : 0;
}

}  // namespace

// A mailbox's place among the couriers.
struct Couriers::Post {
    explicit Post(CourierOrder its_order) : order(std::move(its_order)) {
        state.mailbox = order.mailbox;
    }

    CourierOrder order;
    pid_t pid = -1;
    base::Fd socket;
    std::string heard;  // the beginning of a frame
    Tick begun_at = {}, heard_at = {};
    Tick start_at = {};  // Tick::max(): never again
    milliseconds pause{};
    CourierReport counted;  // what of this process is in the state's figures
    CourierState state;
    bool is_old = false;  // its boxes are not the ones that it holds
    bool unreachable_told = false, trouble_told = false, odd_told = false;

    Tick silent_at() const { return heard_at + 2 * order.server.time_max + grace; }
};

Couriers::Couriers(const Config& config, const base::Clock& clock, Pulse& pulse)
    : clock_(clock), pulse_(pulse), state_(config.state),
      wakes_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    for (CourierOrder& each : orders_for(config))
        posts_.push_back(std::make_unique<Post>(std::move(each)));
}

Couriers::~Couriers() { stop(); }

void Couriers::start() {
    thread_ = std::thread{[this] { run(); }};
}

void Couriers::use(const Config& config) {
    {
        const std::lock_guard lock{mutex_};
        wanted_ = orders_for(config);
    }
    [[maybe_unused]] const int written = ::eventfd_write(wakes_.number(), 1);
}

void Couriers::exchange_posts() {
    std::optional<std::vector<CourierOrder>> wanted;
    {
        const std::lock_guard lock{mutex_};
        wanted.swap(wanted_);
    }
    if (!wanted) return;
    const auto order_of = [&](const Post& post) {
        return std::ranges::find(*wanted, post.order.mailbox, &CourierOrder::mailbox);
    };
    // After a disk failed none begins before permitd does.
    const auto stays = [&](const Post& post) {
        const auto order = order_of(post);
        return order != wanted->end() &&
               (post.start_at == Tick::max() || is_same(post.order, *order));
    };
    for (const auto& post : posts_)
        if (!stays(*post)) reap(*post, milliseconds{0});
    const std::lock_guard lock{mutex_};
    std::erase_if(posts_, [&](const auto& post) { return !stays(*post); });
    for (CourierOrder& each : *wanted)
        if (std::ranges::none_of(
                posts_, [&](const auto& post) { return post->order.mailbox == each.mailbox; }))
            posts_.push_back(std::make_unique<Post>(std::move(each)));
}

void Couriers::stop() {
    if (!thread_.joinable()) return;
    stops_ = true;
    [[maybe_unused]] const int written = ::eventfd_write(wakes_.number(), 1);
    thread_.join();
}

void Couriers::hold(const std::function<bool(const std::string& mailbox)>& is_held) {
    bool changed = false;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& post : posts_) {
            const auto now = is_held(post->state.mailbox) ? Fetching::Held : Fetching::On;
            changed |= std::exchange(post->state.fetching, now) != now;
        }
    }
    if (!changed) return;
    [[maybe_unused]] const int written = ::eventfd_write(wakes_.number(), 1);
}

void Couriers::restart(const std::string& mailbox) {
    {
        const std::lock_guard lock{mutex_};
        for (const auto& post : posts_) post->is_old |= post->state.mailbox == mailbox;
    }
    [[maybe_unused]] const int written = ::eventfd_write(wakes_.number(), 1);
}

std::vector<CourierState> Couriers::states() const {
    const std::lock_guard lock{mutex_};
    std::vector<CourierState> states;
    for (const auto& post : posts_) states.push_back(post->state);
    return states;
}

// The processes are started, heard and reaped here: the kernel ends them with this thread.
void Couriers::run() {
    while (!stops_) {
        exchange_posts();
        for (const auto& post : posts_) turn(*post);
        std::vector<pollfd> sources{{wakes_.number(), POLLIN, 0}};
        for (const auto& post : posts_) sources.push_back({post->socket.number(), POLLIN, 0});
        const auto wait = std::chrono::ceil<milliseconds>(next_turn() - clock_.tick());
        pulse_.rest(Pulse::Thread::Couriers);
        ::poll(sources.data(), sources.size(),
               static_cast<int>(std::clamp(wait, milliseconds{0}, turn_max).count()));
        pulse_.beat(Pulse::Thread::Couriers);
        eventfd_t value = 0;
        [[maybe_unused]] const int read = ::eventfd_read(wakes_.number(), &value);
        for (std::size_t i = 0; i < posts_.size(); ++i)
            if (sources[i + 1].revents != 0) hear(*posts_[i]);
    }
    for (const auto& post : posts_) reap(*post, milliseconds{0});
    pulse_.rest(Pulse::Thread::Couriers);
}

void Couriers::turn(Post& post) {
    pulse_.beat(Pulse::Thread::Couriers);
    if (is_to_restart(post)) {
        if (post.pid >= 0) reap(post, milliseconds{0});
        if (post.start_at != Tick::max()) post.start_at = clock_.tick();
    }
    if (post.pid < 0 && clock_.tick() >= post.start_at) begin(post);
    if (post.pid < 0) return;
    if (clock_.tick() >= post.silent_at())
        return end(post, "it said nothing for too long and was killed");
    tell_fetching(post);
}

bool Couriers::is_to_restart(Post& post) {
    const std::lock_guard lock{mutex_};
    return std::exchange(post.is_old, false);
}

Tick Couriers::next_turn() const {
    Tick at = Tick::max();
    for (const auto& post : posts_)
        at = std::min(at, post->pid < 0 ? post->start_at : post->silent_at());
    return std::min(at, clock_.tick() + turn_max);
}

void Couriers::begin(Post& post) {
    // It would make its boxes in whatever stands there now.
    if (auto known = recognise_spool(state_, post.order.spool); !known)
        return end(post, known.fault().text);
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
    post.begun_at = post.heard_at = clock_.tick();
    post.counted = {};
    {
        const std::lock_guard lock{mutex_};
        post.state.lost.clear();
        post.order.fetching = post.state.fetching;
    }
    worker::send(post.socket.number(), {0, encode(post.order)});
}

// Whoever does not read what is said must hold nobody up.
void Couriers::tell_fetching(Post& post) {
    Fetching now;
    {
        const std::lock_guard lock{mutex_};
        now = post.state.fetching;
    }
    if (std::exchange(post.order.fetching, now) == now) return;
    const std::string bytes = encode(now);
    const auto head = worker::encode(worker::Head{static_cast<std::uint32_t>(bytes.size()), 0});
    const std::string frame = std::string{head.data(), head.size()} + bytes;
    const ssize_t sent =
        ::send(post.socket.number(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    const bool is_deaf = sent < 0 && (errno == EAGAIN || errno == EINTR);
    if (is_deaf || (sent >= 0 && sent < static_cast<ssize_t>(frame.size())))
        end(post, "it does not listen");
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
        if (!report->stop.empty()) return give_up(post);
    }
}

void Couriers::take(Post& post, const CourierReport& report) {
    post.heard_at = clock_.tick();
    const base::Time now = clock_.now();
    const auto ago = [&](const std::optional<milliseconds>& age) -> std::optional<base::Time> {
        return age ? std::optional{now - *age} : std::nullopt;
    };
    const CourierReport before = std::exchange(post.counted, report);
    {
        const std::lock_guard lock{mutex_};
        CourierState& state = post.state;
        state.report = report;
        state.fetched += grown(before.fetched, report.fetched);
        state.moved += grown(before.moved, report.moved);
        state.given_back += grown(before.given_back, report.given_back);
        state.uploaded += grown(before.uploaded, report.uploaded);
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
    if (now.reach == Reach::Waiting && now.stop.empty() && !post.unreachable_told) {
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

// Its process is gone after that, by itself or killed.
int Couriers::reap(Post& post, milliseconds patience) {
    if (post.pid < 0) return 0;
    const int status = worker::await_end(std::exchange(post.pid, -1), patience);
    post.socket = base::Fd{};
    return status;
}

// Ends its process, and lets the next begin after a pause.
void Couriers::end(Post& post, const std::string& why) {
    std::string cause = why;
    if (post.pid >= 0) {
        // One that is on its way out by itself keeps the status it is leaving with.
        const int status = reap(post, why.empty() ? leave_time_max : milliseconds{0});
        if (why.empty() && WIFEXITED(status) && WEXITSTATUS(status) == begins_anew_status)
            return begin_anew(post);
        if (cause.empty()) cause = worker::words_of_end(status);
    }
    post.order.fault.clear();
    post.order.pause = {};
    post.pause = std::clamp(post.pause * 2, pause_first, pause_longest);
    post.start_at = clock_.tick() + post.pause;
    base::log(event::courier_lost, {{"mailbox", post.state.mailbox}, {"cause", cause}});
    const std::lock_guard lock{mutex_};
    post.state.lost = cause;
    ++post.state.restarts;
}

// It has waited already; but one that is not what it was must not keep us busy.
void Couriers::begin_anew(Post& post) {
    post.order.fault = post.counted.fault;
    post.order.pause = post.counted.pause;
    post.start_at = post.begun_at + pause_first;
}

// A sync that failed is never tried again (base/files.hpp), and what stands on that disk is only
// known anew after a start. The daemon syncs what it takes in by itself.
void Couriers::give_up(Post& post) {
    reap(post, leave_time_max);
    post.start_at = Tick::max();
    const std::string& why = post.counted.stop;
    struct stat spool {};
    if (::stat(post.order.spool.c_str(), &spool) == 0) base::failed_sync(spool.st_dev);
    base::log(event::mailbox_given_up, {{"mailbox", post.state.mailbox}, {"error", why}});
    const std::lock_guard lock{mutex_};
    post.state.lost = why + "; it is not started again before permitd is";
}

}  // namespace permitd
