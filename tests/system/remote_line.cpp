#include "system/remote_line.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "edi/receipt.hpp"

namespace line {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

constexpr const char* own_sender = "91310115MA1K00023E";

}  // namespace

RemoteLine::RemoteLine(tests::SshdSetup how) : sshd(std::move(how)) {
    fs::create_directory(there() / "OutBox");
    configure("");
    line.start_sandbox();
}

void RemoteLine::configure(const std::string& more, const fs::path& key) {
    line.setup.settings = "  - name: beta\n    senders: [" + std::string{own_sender} +
                          "]\n    sftp:\n      url: " + sshd.url() +
                          "\n      user: " + sshd.user() +
                          "\n      key: " + (key.empty() ? sshd.client_key() : key).string() +
                          "\n      known_hosts: " + sshd.known_hosts().string() +
                          "\n      every: 200ms\n      settle: 200ms\n      time_max: 3s\n" + more;
    line.write_config();
}

fs::path RemoteLine::there() const {
    if (sshd.setup.files_bytes == 0) return sshd.files();
    return "/proc/" + std::to_string(sshd.processes().at(0)) + "/root" + sshd.files().string();
}

void RemoteLine::drop(const std::string& name, const std::string& bytes) const {
    const fs::path outbox = there() / "OutBox";
    std::ofstream{outbox / ('.' + name), std::ios::binary} << bytes;
    fs::rename(outbox / ('.' + name), outbox / name);
}

void RemoteLine::drop_declarations(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
        const std::string id = numbered("BETA-", i);
        drop(id + ".xml", declaration(id));
    }
}

std::string RemoteLine::declaration(const std::string& id) {
    std::string text = line::declaration(id, "PO-" + id);
    const auto replace = [&](const std::string& old, const std::string& fresh) {
        for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos;)
            text.replace(at, old.size(), fresh);
    };
    replace("91110108MA0000015T", own_sender);
    replace("MA0000015", "MA1K00023");  // its organisation code
    return text;
}

std::vector<std::string> RemoteLine::names(const std::string& box) const {
    std::vector<std::string> found;
    std::error_code gone;
    for (fs::recursive_directory_iterator at{there() / box, gone}, end; !gone && at != end;
         at.increment(gone))
        if (at->is_regular_file()) found.push_back(at->path().lexically_relative(there() / box));
    std::ranges::sort(found);
    return found;
}

std::vector<std::string> RemoteLine::local(const std::string& box) const {
    std::vector<std::string> found;
    for (const auto& each : fs::directory_iterator{here() / box})
        found.push_back(each.path().filename());
    return found;
}

std::map<std::string, std::size_t> RemoteLine::outcomes() const {
    std::map<std::string, std::size_t> found;
    for (const std::string& name : names("InBox")) {
        const std::size_t begin = name.find('_') + 1, end = name.find('_', begin);
        if (name.starts_with('.') || begin == 0) continue;
        const std::string kind = name.substr(begin, end - begin);
        if (edi::receipt_kind(kind).stage == edi::Stage::Outcome) ++found[name.substr(end + 1)];
    }
    return found;
}

bool RemoteLine::all_done(std::size_t files) const {
    return becomes_true(
        [&] {
            return outcomes().size() >= files && names("OutBox").empty() &&
                   names("SentBox").size() >= files && local("InBox").empty() &&
                   local(".courier").empty();
        },
        plenty);
}

void RemoteLine::expect_once(std::size_t files) const {
    const auto found = outcomes();
    EXPECT_EQ(found.size(), files);
    for (const auto& [name, count] : found) EXPECT_EQ(count, 1u) << name;
    EXPECT_EQ(names("SentBox").size(), files);
    EXPECT_THAT(names("OutBox"), IsEmpty());
    EXPECT_THAT(local("OutBox"), IsEmpty());
    EXPECT_THAT(local(".courier"), IsEmpty());
    for (const std::string& name : names("InBox")) {
        EXPECT_FALSE(name.starts_with('.')) << name;
        EXPECT_THAT(name, Not(HasSubstr("duplicate")));
    }
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
}

boost::json::object RemoteLine::row(const std::string& mailbox) const {
    const Ended told = line.permitctl({"--json", "mailboxes"});
    std::istringstream in{told.out};
    for (std::string each; std::getline(in, each);) {
        auto found = boost::json::parse(each).as_object();
        if (found.at("mailbox").as_string() == mailbox) return found;
    }
    return {};
}

std::string RemoteLine::word(const char* name) const {
    const auto found = row();
    return found.contains(name) ? std::string{found.at(name).as_string()} : std::string{};
}

bool RemoteLine::becomes(const std::string& condition) const {
    return becomes_true([&] { return word("condition") == condition; }, plenty);
}

void RemoteLine::expect_acme_is_served(const std::string& id) {
    const std::size_t before = line.outcomes();
    line.drop(id + ".xml", line::declaration(id, "PO-" + id));
    EXPECT_TRUE(becomes_true([&] { return line.outcomes() > before; }, plenty))
        << line.daemon().words();
}

pid_t RemoteLine::courier() {
    for (const pid_t each : children_of(line.daemon().pid())) {
        std::ifstream in{"/proc/" + std::to_string(each) + "/cmdline"};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (text.find("--courier") != std::string::npos) return each;
    }
    return -1;
}

}  // namespace line
