#include "system/line.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "edi/receipt.hpp"

namespace line {

namespace {

namespace fs = std::filesystem;

constexpr const char* start_of_day = "2026-11-22T09:30:00+08:00";
constexpr milliseconds start_time_max{180'000};

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

long shift_to_the_day() {
    const auto shift = *base::parse_time(start_of_day) - base::SystemClock{}.now();
    return static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(shift).count());
}

// In memory where there is room: other work on the host's disk does not slow the tests. TMPDIR says
// otherwise, for figures that a real disk shall answer for.
fs::path scratch() {
    std::error_code none;
    const auto room = fs::space("/dev/shm", none);
    const bool roomy =
        !std::getenv("TMPDIR") && !none && room.available > (std::uintmax_t{2} << 30);
    std::string pattern =
        (roomy ? fs::path{"/dev/shm"} : fs::temp_directory_path()) / "permitd-line-XXXXXX";
    return ::mkdtemp(pattern.data());
}

xml::Parser load_parser() {
    xml::initialise();
    auto parser = xml::Parser::load(PERMITD_SOURCE "/xsd", xml::Limits{});
    if (!parser) throw std::runtime_error{parser.fault().text};
    return std::move(*parser);
}

sockaddr_in loopback(const std::string& address) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    there.sin_port =
        ::htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
    return there;
}

}  // namespace

base::Fd connected(const std::string& address) {
    const sockaddr_in there = loopback(address);
    base::Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
        throw std::runtime_error{address + ": nobody answers"};
    return socket;
}

std::string answer_of(const std::string& address, const std::string& target) {
    const base::Fd socket = connected(address);
    const std::string question =
        "GET " + target + " HTTP/1.1\r\nHost: line\r\nConnection: close\r\n\r\n";
    const auto sent = base::write_all(socket.number(), question);
    const auto answer = base::read_all(socket.number(), 1u << 20);
    return sent && answer ? *answer : std::string{};
}

std::string fetch(const std::string& address, const std::string& target) {
    const std::string answer = answer_of(address, target);
    const std::size_t body = answer.find("\r\n\r\n");
    if (body == std::string::npos) throw std::runtime_error{address + ": no answer"};
    return answer.substr(body + 4);
}

std::string Receipt::file() const {
    const base::Element* found = root.at("InReplyTo/File");
    return found ? std::string{found->attribute("name")} : std::string{};
}

std::vector<std::string> Receipt::problems() const {
    std::vector<std::string> codes;
    for (const base::Element* each : root.all("Problem"))
        if (each->attribute("severity") == "error") codes.emplace_back(each->attribute("code"));
    return codes;
}

Line::Line(Setup how)
    : setup(std::move(how)), folder_(scratch()), clock_shift_(shift_to_the_day()),
      parser_(load_parser()) {
    fs::create_directories(folder_ / "spool" / "acme" / "OutBox");
    write_config();
}

Line::~Line() {
    daemon_.reset();
    sandbox_.reset();
    if (setup.scratch == Scratch::KeptOnFailure && testing::Test::HasFailure()) return;
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Line::program(const std::string& name) const {
    return std::string{PERMITD_BIN "/"} + name;
}

Environment Line::environment() const {
    Environment environment{{"PATH", "/usr/bin:/bin"},
                            {"TZ", "EST5"},
                            {"LC_ALL", "C.UTF-8"},
                            {"LD_PRELOAD", PERMITD_TEST_SHIM},
                            {"PERMITD_TEST_CLOCK_SHIFT", std::to_string(clock_shift_)},
                            {"PERMITD_TEST_DISK_FAILS", folder_ / "disk-fails"},
                            {"PERMITD_TEST_HOLD_COMMIT", folder_ / "hold-commit"},
                            {"NOTIFY_SOCKET", folder_ / "notify"}};
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = std::getenv(name)) environment[name] = value;
    // The sanitizer wants to be the first library; it has to share that place with ours.
    environment["ASAN_OPTIONS"] += ":verify_asan_link_order=0";
    return environment;
}

void Line::write_config() const {
    const bool tls = std::ranges::count(setup.sandbox, "--tls") != 0;
    const fs::path here = folder_;
    std::ofstream{config()} << "spool: spool\nstate: state\nministry:\n"
                            << "  url: " << (tls ? "https://" : "http://") << address_
                            << "/mep/v1\n  commit_lag: 200ms\n  time_max: 30s\n"
                            << "  retry: {first: 100ms, max: 1s}\n"
                            << setup.ministry << "intake: {" << setup.intake << "}\n"
                            << "control: {socket: run/control" << setup.control << "}\n"
                            << "metrics: {listen: \"" << setup.metrics << "\"}\n"
                            << "mailboxes:\n  - name: acme\n    senders: [91110108MA0000015T, "
                               "91440300717850504F]\n"
                            << setup.settings;
}

void Line::start_sandbox() {
    std::vector<std::string> command{program("permit-sandbox"), "--listen", address_, "--state",
                                     folder_ / "ministry"};
    if (!setup.scenario.empty()) {
        command.push_back("--scenario");
        command.push_back(PERMITD_SOURCE "/tests/journeys/scenarios/" + setup.scenario);
    }
    command.insert(command.end(), setup.sandbox.begin(), setup.sandbox.end());
    sandbox_ = std::make_unique<Program>(command, environment(), folder_ / "sandbox.log");
    const std::string announced = "listening on ";
    if (!sandbox_->says(announced, start_time_max))
        throw std::runtime_error{"the sandbox does not start: " + sandbox_->words()};
    becomes_true([&] { return sandbox_->words().ends_with('\n'); }, start_time_max);
    const std::string words = sandbox_->words();
    const std::string told = words.substr(words.find(announced) + announced.size());
    address_ = "127.0.0.1" + told.substr(told.rfind(':'), told.rfind('\n') - told.rfind(':'));
    write_config();
}

void Line::end_sandbox() { sandbox_.reset(); }

Program& Line::launch() {
    const fs::path words = folder_ / ("permitd-" + std::to_string(++starts_) + ".log");
    std::vector<std::string> command = setup.before;
    command.insert(command.end(), {program(setup.program), "--config", config()});
    daemon_ = std::make_unique<Program>(command, environment(), words);
    return *daemon_;
}

void Line::start() {
    if (!launch().says("\"event\":\"started\"", start_time_max))
        throw std::runtime_error{"permitd does not start: " + daemon_->words()};
}

std::optional<int> Line::stop(milliseconds within) {
    daemon_->send(SIGTERM);
    return daemon_->ended(within);
}

void Line::kill_at_once() {
    daemon_->send(SIGKILL);
    daemon_->ended(start_time_max);
}

void Line::drop(const std::string& name, const std::string& bytes) const {
    const fs::path outbox = folder_ / "spool/acme/OutBox";
    std::ofstream{outbox / ('.' + name), std::ios::binary} << bytes;
    fs::rename(outbox / ('.' + name), outbox / name);
}

std::vector<std::string> Line::names(const std::string& box) const {
    std::vector<std::string> found;
    std::error_code gone;
    const fs::path above = folder_ / "spool/acme" / box;
    for (fs::recursive_directory_iterator at{above, gone}, end; !gone && at != end;
         at.increment(gone))
        if (at->is_regular_file()) found.push_back(at->path().lexically_relative(above));
    std::ranges::sort(found);
    return found;
}

std::vector<Receipt> Line::receipts() {
    std::vector<Receipt> found;
    for (const std::string& name : names("InBox")) {
        auto known = read_.find(name);
        if (known == read_.end()) {
            Receipt receipt{name, content_of(folder_ / "spool/acme/InBox" / name), {}};
            const xml::Parsed parsed = parser_.parse(receipt.bytes);
            if (!parsed.well_formed || !parsed.findings.empty() || !parsed.root)
                throw std::runtime_error{name + " is not valid: " + receipt.bytes};
            receipt.root = *parsed.root;
            known = read_.emplace(name, std::move(receipt)).first;
        }
        found.push_back(known->second);
    }
    return found;
}

std::vector<std::string> Line::kinds(const std::string& message_id) {
    std::vector<std::string> found;
    for (const Receipt& each : receipts())
        if (each.message_id() == message_id) found.push_back(each.kind());
    return found;
}

std::size_t Line::outcomes() const {
    std::size_t count = 0;
    for (const std::string& name : names("InBox")) {
        const std::size_t begin = name.find('_') + 1;
        const std::string kind = name.substr(begin, name.find('_', begin) - begin);
        count += edi::receipt_kind(kind).stage == edi::Stage::Outcome;
    }
    return count;
}

bool Line::settles(std::size_t count_of_outcomes, milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    const auto left = [&] {
        return std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    };
    const bool plain = std::ranges::count(setup.sandbox, "--tls") == 0;
    return becomes_true([&] { return outcomes() >= count_of_outcomes; }, left()) &&
           becomes_true(
               [&] {
                   // In this order: what the ministry said last may still become receipts.
                   if (plain && counter("results", "waiting") != 0) return false;
                   const boost::json::object now = status();
                   return !now.empty() && now.at("receipts_waiting").as_int64() == 0 &&
                          names("OutBox").empty();
               },
               left());
}

boost::json::object Line::counters() const {
    return boost::json::parse(fetch(address_, "/sandbox/counters")).as_object();
}

std::uint64_t Line::counter(const std::string& group, const std::string& name) const {
    return counters().at(group).at(name).to_number<std::uint64_t>();
}

Ended Line::permitctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {program("permitctl"), "--config", config()});
    return run(arguments, environment(), folder_);
}

boost::json::object Line::status() const {
    const Ended told = permitctl({"--json", "status"});
    return told.status == 0 ? boost::json::parse(told.out).as_object() : boost::json::object{};
}

std::string sample(const std::string& path) {
    return content_of(PERMITD_SOURCE "/tests/journeys/samples/" + path);
}

std::string declaration(const std::string& message_id, const std::string& reference,
                        const std::string& instruction) {
    std::string text = sample("valid/06-application-minimal.xml");
    const auto put = [&](const std::string& old, const std::string& fresh) {
        text.replace(text.find(old), old.size(), fresh);
    };
    put("SAMPLE-0006", message_id);
    put("PO-2026-0006", reference);
    if (!instruction.empty()) text.insert(text.find("<Message"), instruction);
    return text;
}

std::string numbered(const std::string& prefix, std::size_t number) {
    std::string digits = std::to_string(number);
    return prefix + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

void drop_numbered(const Line& line, const std::string& prefix, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        const std::string id = numbered(prefix, i);
        line.drop(id + ".xml", declaration(id, id));
    }
}

}  // namespace line
