#include "courier_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/hash.hpp"
#include "worker/frame.hpp"
#include "worker/leash.hpp"
#include "worker/spawn.hpp"

namespace permitd {

namespace {

using base::Tick;
using std::chrono::milliseconds;

constexpr milliseconds pause_first{1'000}, pause_longest{300'000};
constexpr milliseconds sign_of_life_every{1'000};
// Between two rounds that find nothing new to do.
constexpr milliseconds rounds_apart_min{50};
constexpr std::uint16_t dns_port = 53;

bool is_forbidden(const std::string& file) {
    const base::Fd opened{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    return !opened && errno == EACCES;
}

// The files that a courier may read, by their names, and whether its leash still fits them.
class ReadFiles {
public:
    // Those that are forbidden to a process on a new leash are so by their modes.
    explicit ReadFiles(std::vector<std::string> names) : names_(std::move(names)) {
        std::erase_if(names_, is_forbidden);
    }
    // Whether another file stands in the place of one of them, or now in one that was empty.
    bool were_replaced() const { return std::ranges::any_of(names_, is_forbidden); }

private:
    std::vector<std::string> names_;
};

std::vector<std::string> read_by(const CourierOrder& order) {
    std::vector<std::string> files = worker::files_of_the_resolver();
    for (const std::string& each :
         {order.server.key_file, order.server.password_file, order.server.known_hosts_file})
        if (!each.empty()) files.push_back(each);
    return files;
}

class Run {
public:
    Run(int socket, CourierOrder order, mailbox::Courier courier, base::Fd watch,
        const Connect& connect_to)
        : socket_(socket), order_(std::move(order)), courier_(std::move(courier)),
          watch_(std::move(watch)), connect_to_(connect_to), files_(read_by(order_)),
          fault_(order_.fault), pause_(order_.pause), fetching_(order_.fetching) {
        courier_.on_step([this] { live(); });
        courier_.fetch_while([this] { return fetching_ == Fetching::On; });
    }

    int work() {
        for (;;) {
            if (!remote_ && clock_.tick() >= not_before_) {
                if (begins_anew_ || files_.were_replaced()) return begins_anew_status;
                connect();
            }
            if (remote_) round();
            say();
            if (gone_ || !wait()) return EX_OK;
        }
    }

private:
    void connect() {
        reach_ = Reach::Connecting;
        say();
        auto remote = connect_to_(order_.server);
        if (!remote) return lose(remote.fault());
        remote_ = *std::move(remote);
        reach_ = Reach::Connected;
        courier_.begin_connection();
    }

    void round() {
        if (const base::Outcome made = courier_.round(*remote_); !made) {
            remote_.reset();
            return lose(made.fault());
        }
        // Only now: a server that takes the login and no question is not reached.
        fault_.clear();
        pause_ = {};
    }

    void lose(const base::Fault& fault) {
        if (fault.remedy == base::Remedy::Stop) stop_ = fault.text;
        reach_ = Reach::Waiting;
        fault_ = fault.text;
        begins_anew_ = fault.remedy == base::Remedy::AskOperator;
        pause_ = std::clamp(pause_ * 2, pause_first, pause_longest);
        // Between half and all of it: many that lost the same server do not come back at once.
        const auto random = static_cast<unsigned char>(base::random_bytes(1).front());
        not_before_ = clock_.tick() + pause_ / 2 + pause_ * random / 512;
    }

    void live() {
        listen();
        if (clock_.tick() - said_at_ >= sign_of_life_every) say();
        if (gone_) ::_exit(EX_OK);
    }

    void listen() {
        pollfd source{socket_, POLLIN, 0};
        while (!gone_ && ::poll(&source, 1, 0) > 0) {
            const auto frame = worker::receive(socket_);
            const auto fetching = frame ? decode_fetching(frame->bytes) : std::nullopt;
            gone_ = !fetching;
            if (fetching) fetching_ = *fetching;
        }
    }

    void say() {
        const mailbox::Courier::Progress& made = courier_.progress();
        const Tick now = clock_.tick();
        const auto age = [&](Tick at) -> std::optional<milliseconds> {
            if (at == Tick{}) return std::nullopt;
            return std::chrono::duration_cast<milliseconds>(now - at);
        };
        CourierReport report;
        report.reach = reach_;
        report.fault = fault_;
        report.stop = stop_;
        report.pause = pause_;
        if (reach_ == Reach::Waiting)
            report.again_in = std::chrono::duration_cast<milliseconds>(not_before_ - now);
        report.fetched = made.fetched;
        report.moved = made.moved;
        report.given_back = made.given_back;
        report.uploaded = made.uploaded;
        report.remote_waiting = made.remote_waiting;
        report.receipts_waiting = made.receipts_waiting;
        report.odd = made.odd;
        report.odd_name = made.odd_name;
        report.trouble = made.trouble;
        report.looked = age(made.looked_at);
        report.last_fetched = age(made.fetched_at);
        report.last_uploaded = age(made.uploaded_at);
        said_at_ = now;
        gone_ = !worker::send(socket_, {0, encode(report)}) || !stop_.empty();
    }

    // False when the daemon is gone.
    bool wait() {
        const Tick now = clock_.tick();
        Tick at = remote_ ? courier_.again_at() : not_before_;
        const bool busy = remote_ && at == Tick{};
        if (!busy) at = std::max(at, now + rounds_apart_min);
        for (;;) {
            const Tick until = std::min(at, said_at_ + courier_says_every);
            const auto left = std::chrono::ceil<milliseconds>(until - clock_.tick()).count();
            pollfd sources[] = {{socket_, POLLIN, 0}, {remote_ ? watch_.number() : -1, POLLIN, 0}};
            const int ready =
                ::poll(sources, 2, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
            if (ready > 0 && sources[0].revents != 0) return listen(), !gone_;
            if (ready > 0 && sources[1].revents != 0) return forget_events();
            if (clock_.tick() >= at) return true;
            if (clock_.tick() - said_at_ >= courier_says_every) say();
            if (gone_) return false;
        }
    }

    bool forget_events() {
        alignas(inotify_event) std::array<char, 65'536> buffer;
        while (::read(watch_.number(), buffer.data(), buffer.size()) > 0) continue;
        return true;
    }

    const base::SystemClock clock_;
    const int socket_;
    const CourierOrder order_;
    mailbox::Courier courier_;
    const base::Fd watch_;  // inotify: receipts and fates
    const Connect& connect_to_;
    const ReadFiles files_;
    std::unique_ptr<transfer::Remote> remote_;
    Reach reach_ = Reach::Starting;
    std::string fault_, stop_;
    milliseconds pause_{};
    Fetching fetching_;
    Tick not_before_ = {}, said_at_ = {};
    bool gone_ = false, begins_anew_ = false;
};

// What names there say comes by rename and link.
base::Fd watch_for(mailbox::Courier& courier) {
    base::Fd watch{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    const struct {
        int directory;
        std::uint32_t events;
    } rows[] = {{courier.inbox(), IN_CREATE | IN_MOVED_TO},
                {courier.notes_directory(), IN_MOVED_TO}};
    for (const auto& row : rows)
        ::inotify_add_watch(watch.number(),
                            ("/proc/self/fd/" + std::to_string(row.directory)).c_str(), row.events);
    return watch;
}

worker::Allowed allowed_to(const CourierOrder& order) {
    worker::Allowed allowed;
    allowed.written = {order.spool + "/" + order.mailbox};
    allowed.read = read_by(order);
    allowed.ports = {order.server.port, dns_port};
    return allowed;
}

int refuse(int socket, const base::Fault& fault) {
    CourierReport report;
    report.reach = Reach::Waiting;
    report.fault = fault.text;
    if (fault.remedy == base::Remedy::Stop) report.stop = fault.text;
    worker::send(socket, {0, encode(report)});
    return EX_TEMPFAIL;
}

}  // namespace

int run_courier(int socket, worker::Cage cage, const Connect& connect_to) {
    ::signal(SIGPIPE, SIG_IGN);
    const auto first = worker::receive(socket);
    if (!first) return EX_OK;
    auto order = decode_order(first->bytes);
    if (!order || !worker::bind_to(order->parent)) return EX_OK;
    static const base::SystemClock clock;
    auto courier = mailbox::Courier::open(order->spool, order->mailbox, order->options, clock);
    if (!courier) return refuse(socket, courier.fault());
    base::Fd watch = watch_for(*courier);
    if (cage == worker::Cage::Yes)
        if (const auto leashed = worker::enter_leash(allowed_to(*order), socket); !leashed)
            return refuse(socket, leashed.fault());
    return Run{socket, std::move(*order), std::move(*courier), std::move(watch), connect_to}.work();
}

}  // namespace permitd
