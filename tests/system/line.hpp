// Line: permitd and the ministry's sandbox as real processes on a scratch spool, and an enterprise
// that drops files and reads receipts. Everybody's wall clock stands on the day of the samples and
// goes on from there, over restarts too; the host's zone is far from China's.
//
// Threads: one. Throws: std::runtime_error when a program does not start.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>

#include "base/element.hpp"
#include "base/files.hpp"
#include "system/child.hpp"
#include "xml/parser.hpp"

namespace line {

// How long what must come is waited for, on a machine that has other work.
inline constexpr milliseconds patience{120'000};

enum class Scratch { Removed, KeptOnFailure };

struct Setup {
    std::string scenario = {};  // file beneath tests/journeys/scenarios; empty: all is approved
    std::vector<std::string> sandbox = {};  // more options of permit-sandbox
    std::string settings = {};              // more lines of permitd.yaml
    std::string ministry = {};              // more lines of its `ministry:`, indented by two
    std::string control = {};               // more keys of its `control:`, each after a comma
    std::string program = "permitd";
    std::string intake = "settle: 200ms";  // the keys of permitd.yaml's `intake:`
    std::string metrics = "off";           // permitd.yaml's `metrics.listen`
    std::vector<std::string> before = {};  // words before the program's: unshare, setpriv
    Scratch scratch = Scratch::Removed;    // its folder, at the end
};

// A receipt as it stands in an InBox.
struct Receipt {
    std::string name;
    std::string bytes;
    base::Element root;

    std::string kind() const { return std::string{root.attribute("kind")}; }
    std::string stage() const { return std::string{root.attribute("stage")}; }
    std::string message_id() const { return std::string{root.text_at("InReplyTo/MessageId")}; }
    std::string file() const;  // the name of the file that it answers
    std::vector<std::string> problems() const;
};

class Line {
public:
    explicit Line(Setup how = {});
    ~Line();

    void start_sandbox();
    void end_sandbox();
    // Starts permitd; it need not be ready yet.
    Program& launch();
    // Starts permitd and waits until it is ready.
    void start();
    // SIGTERM, and the exit status.
    std::optional<int> stop(milliseconds within = milliseconds{30'000});
    void kill_at_once();
    Program& daemon() { return *daemon_; }
    Program& sandbox() { return *sandbox_; }

    // Written aside and renamed: whole the moment it appears.
    void drop(const std::string& name, const std::string& bytes) const;
    std::vector<std::string> names(const std::string& box) const;  // of its files, sorted
    // Each is held against xsd/.
    std::vector<Receipt> receipts();
    std::vector<std::string> kinds(const std::string& message_id);
    // Receipts whose kind is an outcome, counted by their names only.
    std::size_t outcomes() const;
    // So many outcomes are there, and nobody has anything more to say or to deliver.
    bool settles(std::size_t count_of_outcomes, milliseconds within);
    // GET /sandbox/counters, of a sandbox without TLS: counter("references", "declaredTwice").
    boost::json::object counters() const;
    std::uint64_t counter(const std::string& group, const std::string& name) const;

    Ended permitctl(std::vector<std::string> arguments) const;
    boost::json::object status() const;  // empty when the daemon does not answer

    // What must hold whenever all is settled: every receipt and original of the boxes is in the
    // archive with the same bytes and the other way round, numbers and sequences are without gaps,
    // nothing is left in the OutBox. The sentences say what does not.
    std::vector<std::string> unsound();

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path config() const { return folder_ / "permitd.yaml"; }
    // What is changed here counts from the next start on.
    Setup setup;
    void write_config() const;
    Environment environment() const;
    std::string program(const std::string& name) const;

    static constexpr const char* day = "2026-11-22";

private:
    std::filesystem::path folder_;
    long clock_shift_ = 0;
    xml::Parser parser_;
    std::map<std::string, Receipt> read_;  // receipts do not change
    std::string address_ = "127.0.0.1:0";  // of the sandbox
    unsigned starts_ = 0;
    std::unique_ptr<Program> sandbox_;
    std::unique_ptr<Program> daemon_;
};

// A connection to a loopback port ("127.0.0.1:9464").
base::Fd connected(const std::string& address);
// The answer to GET `target`, by HTTP/1.1 on a loopback port: whole, or its body; answer_of() is
// empty where none came.
std::string answer_of(const std::string& address, const std::string& target);
std::string fetch(const std::string& address, const std::string& target);
// A file beneath tests/journeys/samples.
std::string sample(const std::string& path);
// Sample valid/06 as another message about another application.
std::string declaration(const std::string& message_id, const std::string& reference,
                        const std::string& instruction = {});
std::string numbered(const std::string& prefix, std::size_t number);
// One for each of these numbers, each about an application of its own.
void drop_numbered(const Line& line, const std::string& prefix, std::size_t from, std::size_t to);

}  // namespace line
