#include "courier_words.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "mailbox/courier_names.hpp"

namespace permitd {

namespace {

using std::chrono::milliseconds;

// Times are short; a number too large for one is cut.
std::uint64_t number_of(milliseconds time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
}

milliseconds time_of(std::uint64_t number) {
    return milliseconds{
        static_cast<std::int64_t>(std::min<std::uint64_t>(number, std::uint64_t{1} << 50))};
}

// One more than the time, so that 0 is left for "never".
void put_age(base::Writer& out, const std::optional<milliseconds>& age) {
    out.number(age ? number_of(*age) + 1 : 0);
}

std::optional<milliseconds> get_age(base::Reader& in) {
    const std::uint64_t number = in.number();
    return number == 0 ? std::nullopt : std::optional{time_of(number - 1)};
}

}  // namespace

std::string encode(Fetching fetching) {
    base::Writer out;
    out.number(static_cast<std::uint64_t>(fetching));
    return out.take();
}

std::optional<Fetching> decode_fetching(std::string_view bytes) {
    base::Reader in{bytes};
    const std::uint64_t number = in.number();
    if (!in.complete() || number > static_cast<std::uint64_t>(Fetching::Held)) return std::nullopt;
    return static_cast<Fetching>(number);
}

std::string encode(const CourierOrder& order) {
    base::Writer out;
    const transfer::Server& server = order.server;
    for (const std::string* each :
         {&order.spool, &order.mailbox, &server.host, &server.directory, &server.user,
          &server.key_file, &server.password_file, &server.known_hosts_file, &server.fingerprint,
          &order.options.partner_ending, &order.fault})
        out.text(*each);
    for (const std::uint64_t each :
         {static_cast<std::uint64_t>(order.parent), std::uint64_t{server.port},
          number_of(server.time_max), number_of(order.options.every),
          number_of(order.options.settle), order.options.bytes_max,
          std::uint64_t{order.options.files_max}, static_cast<std::uint64_t>(order.fetching),
          number_of(order.pause)})
        out.number(each);
    return out.take();
}

std::optional<CourierOrder> decode_order(std::string_view bytes) {
    base::Reader in{bytes};
    CourierOrder order;
    transfer::Server& server = order.server;
    for (std::string* each :
         {&order.spool, &order.mailbox, &server.host, &server.directory, &server.user,
          &server.key_file, &server.password_file, &server.known_hosts_file, &server.fingerprint,
          &order.options.partner_ending, &order.fault})
        *each = in.text();
    order.parent = static_cast<int>(in.number());
    server.port = static_cast<std::uint16_t>(in.number());
    server.time_max = time_of(in.number());
    order.options.every = time_of(in.number());
    order.options.settle = time_of(in.number());
    order.options.bytes_max = in.number();
    order.options.files_max = in.number();
    const std::uint64_t fetching = in.number();
    order.pause = time_of(in.number());
    if (!in.complete() || fetching > static_cast<std::uint64_t>(Fetching::Held))
        return std::nullopt;
    order.fetching = static_cast<Fetching>(fetching);
    return order;
}

const char* code_of(Reach reach) {
    switch (reach) {
        case Reach::Starting: return "starting";
        case Reach::Connecting: return "connecting";
        case Reach::Connected: return "connected";
        case Reach::Waiting: return "waiting";
    }
    return "";
}

std::string encode(const CourierReport& report) {
    base::Writer out;
    for (const std::uint64_t each :
         {static_cast<std::uint64_t>(report.reach), number_of(report.again_in),
          number_of(report.pause), report.fetched, report.moved, report.given_back, report.uploaded,
          report.remote_waiting, report.receipts_waiting, report.odd})
        out.number(each);
    for (const std::string* each : {&report.fault, &report.stop, &report.odd_name, &report.trouble})
        out.text(mailbox::cut(*each));
    for (const auto& each : {report.looked, report.last_fetched, report.last_uploaded})
        put_age(out, each);
    return out.take();
}

std::optional<CourierReport> decode_report(std::string_view bytes) {
    base::Reader in{bytes};
    CourierReport report;
    const std::uint64_t reach = in.number();
    report.again_in = time_of(in.number());
    report.pause = time_of(in.number());
    for (std::uint64_t* each :
         {&report.fetched, &report.moved, &report.given_back, &report.uploaded,
          &report.remote_waiting, &report.receipts_waiting, &report.odd})
        *each = in.number();
    for (std::string* each : {&report.fault, &report.stop, &report.odd_name, &report.trouble})
        *each = in.text();
    for (auto* each : {&report.looked, &report.last_fetched, &report.last_uploaded})
        *each = get_age(in);
    if (!in.complete() || reach > static_cast<std::uint64_t>(Reach::Waiting)) return std::nullopt;
    report.reach = static_cast<Reach>(reach);
    return report;
}

}  // namespace permitd
