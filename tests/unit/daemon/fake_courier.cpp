#include "unit/daemon/fake_courier.hpp"

#include <unistd.h>

#include <csignal>

#include "courier_words.hpp"
#include "worker/frame.hpp"
#include "worker/pool.hpp"
#include "worker/spawn.hpp"

namespace tests {

namespace {

using permitd::CourierReport;
using permitd::Reach;

// A test that fails must not wait for ever.
constexpr unsigned life_max_s = 120;

bool say(const CourierReport& report) {
    return worker::send(worker::worker_socket, {0, permitd::encode(report)});
}

// Until the daemon hangs up.
int say_what_is_heard(CourierReport report, permitd::Fetching fetching) {
    for (;;) {
        report.odd_name = fetching == permitd::Fetching::Held ? "held" : "on";
        if (!say(report)) return 0;
        const auto frame = worker::receive(worker::worker_socket);
        const auto heard = frame ? permitd::decode_fetching(frame->bytes) : std::nullopt;
        if (!heard) return 0;
        fetching = *heard;
    }
}

}  // namespace

int run_fake_courier() {
    ::alarm(life_max_s);
    const auto first = worker::receive(worker::worker_socket);
    const auto order = first ? permitd::decode_order(first->bytes) : std::nullopt;
    if (!order || !worker::bind_to(order->parent)) return 2;
    const std::string& name = order->mailbox;
    CourierReport report;
    report.reach = Reach::Connected;
    if (name == "connects") return say_what_is_heard(report, order->fetching);
    if (name == "counts") {
        report.fetched = 2;
        return say(report), 1;
    }
    if (name == "begins-anew") {
        report.reach = Reach::Waiting;
        report.fault = order->fault + "x";
        report.pause = order->pause + std::chrono::milliseconds{1'000};
        return say(report), permitd::begins_anew_status;
    }
    if (name == "disk-fails") {
        report.reach = Reach::Waiting;
        report.fault = report.stop = "syncing a file: Input/output error";
    }
    if (!say(report)) return 2;
    if (name == "hangs-up") ::close(worker::worker_socket);
    for (;;) ::pause();
}

}  // namespace tests
