// Every key of config/permitd.yaml, wrong once in each way that it can be: the message, with file,
// line and column (operations.md 2). A key that is documented and not here, or the other way round,
// is a failure.
#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "spool.hpp"
#include "unit/daemon/config_keys.hpp"

namespace {

using permitd::Takes;
using testing::HasSubstr;
using namespace tests;

const std::string good = good_configuration;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

struct Line {
    std::string path;
    std::size_t number = 0;        // from 1
    std::size_t key_column = 0;    // from 1
    std::size_t value_column = 0;  // likewise; behind the end of a line without one
};

// The lines of a configuration that bear a key. Where `comments` are told of, such as
// "  #   first: 15s", those too.
enum class Comments { Read, Skipped };
std::vector<Line> keys_in(const std::string& text, Comments comments) {
    std::vector<Line> found;
    std::vector<std::pair<std::size_t, std::string>> above;  // by indentation
    std::size_t number = 0;
    for (std::string line : lines_of(text)) {
        ++number;
        const std::size_t mark = line.find_first_not_of(' ');
        if (mark == std::string::npos) continue;
        if (line[mark] == '#') {
            if (comments == Comments::Skipped) continue;
            line.erase(mark, std::min<std::size_t>(2, line.size() - mark));
        }
        std::size_t begin = line.find_first_not_of(' ');
        if (begin == std::string::npos) continue;
        if (line.compare(begin, 2, "- ") == 0) begin += 2;
        const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", begin);
        if (end == begin || end == std::string::npos || line[end] != ':') continue;
        if (end + 1 < line.size() && line[end + 1] != ' ') continue;
        while (!above.empty() && above.back().first >= begin) above.pop_back();
        const std::string path =
            (above.empty() ? "" : above.back().second + '.') + line.substr(begin, end - begin);
        above.emplace_back(begin, path);
        found.push_back({path, number, begin + 1, end + 3});
    }
    return found;
}

Line line_of(const std::string& path) {
    for (const Line& each : keys_in(good, Comments::Skipped))
        if (each.path == path) return each;
    ADD_FAILURE() << path << " does not stand in the good configuration";
    return {};
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& each : lines) text += each + '\n';
    return text;
}

// The good configuration with that value.
std::string with(const Line& at, const std::string& value) {
    std::vector<std::string> lines = lines_of(good);
    std::string& line = lines[at.number - 1];
    line = line.substr(0, at.value_column - 2) + ' ' + value;
    return joined(lines);
}

class ConfigKeys : public testing::Test {
protected:
    std::string file() const { return spool_.at("permitd.yaml"); }
    // Every complaint, one a line.
    std::string complaints(const std::string& text) const {
        spool_.put("permitd.yaml", text);
        const auto config = permitd::load_config(file());
        return config ? "" : config.fault().text;
    }
    permitd::Config load(const std::string& text) const {
        spool_.put("permitd.yaml", text);
        auto config = permitd::load_config(file());
        EXPECT_TRUE(config) << config.fault().text;
        return config ? *config : permitd::Config{};
    }
    std::string place(std::size_t line, std::size_t column) const {
        return file() + ':' + std::to_string(line) + ':' + std::to_string(column) + ": ";
    }
    // Whether a line begins with that place and holds that text.
    void expect(const std::string& told, const std::string& place, const std::string& text) const {
        for (const std::string& each : lines_of(told))
            if (each.starts_with(place) && each.find(text) != std::string::npos) return;
        ADD_FAILURE() << "wanted: " << place << text << "\ntold:\n" << told;
    }

    tests::Spool spool_;
};

TEST_F(ConfigKeys, AreAllHere) {
    std::ifstream in{PERMITD_SOURCE "/config/permitd.yaml"};
    const std::string shipped{std::istreambuf_iterator<char>{in}, {}};
    std::set<std::string> documented, tested{sections.begin(), sections.end()}, in_good;
    for (const Line& each : keys_in(shipped, Comments::Read)) documented.insert(each.path);
    for (const Key& each : keys) tested.insert(each.path);
    for (const Line& each : keys_in(good, Comments::Skipped)) in_good.insert(each.path);
    EXPECT_EQ(tested, documented);
    in_good.insert(elsewhere.begin(), elsewhere.end());
    EXPECT_EQ(in_good, tested);
    EXPECT_EQ(complaints(good), "");
}

TEST_F(ConfigKeys, OfAWrongFormOrOutOfRangeAreToldAtTheirValue) {
    for (const Key& key : keys) {
        if (elsewhere.contains(key.path)) continue;
        const Line at = line_of(key.path);
        std::vector<Wrong> all = wrong_forms(key.form);
        all.insert(all.end(), key.wrong.begin(), key.wrong.end());
        for (const Wrong& each : all) {
            SCOPED_TRACE(key.path + ": " + each.value);
            expect(complaints(with(at, each.value)),
                   place(at.number, at.value_column + each.further), each.text);
        }
    }
}

TEST_F(ConfigKeys, ThatAreSectionsAndAreNoneAreTold) {
    for (const std::string& each : sections) {
        SCOPED_TRACE(each);
        const Line at = line_of(each);
        std::vector<std::string> lines = lines_of(with(at, "5"));
        // What stood in it goes.
        const auto behind = [&](const std::string& line) {
            return line.find_first_not_of(' ') >= at.key_column;
        };
        while (lines.size() > at.number && behind(lines[at.number]))
            lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at.number));
        expect(complaints(joined(lines)), place(at.number, at.value_column),
               each == "mailboxes" ? "a list is expected" : "a map is expected");
    }
}

TEST_F(ConfigKeys, ThatAreNeededAndMissingAreTold) {
    for (const Key& key : keys) {
        const Line at = elsewhere.contains(key.path) ? Line{} : line_of(key.path);
        if (key.needed == Needed::No || key.path == "mailboxes.name") continue;
        SCOPED_TRACE(key.path);
        std::vector<std::string> lines = lines_of(good);
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at.number) - 1);
        const std::string name = key.path.substr(key.path.rfind('.') + 1);
        expect(complaints(joined(lines)), file() + ':', "key '" + name + "' is missing");
    }
    expect(complaints("spool: a\nstate: b\nmailboxes: []\n"), place(1, 1),
           "key 'ministry' is missing");
    expect(complaints("spool: a\nstate: b\nministry: {url: 'https://a.example'}\n"), place(1, 1),
           "key 'mailboxes' is missing");
    expect(complaints("spool: a\nstate: b\nministry: {url: 'https://a.example'}\nmailboxes:\n"
                      "  - senders: [91110108MA0000015T]\n"),
           place(5, 5), "key 'name' is missing");
}

TEST_F(ConfigKeys, ThatStandTwiceAreTold) {
    std::vector<std::string> paths = sections;
    for (const Key& each : keys) paths.push_back(each.path);
    for (const std::string& path : paths) {
        if (elsewhere.contains(path)) continue;
        SCOPED_TRACE(path);
        const Line at = line_of(path);
        std::vector<std::string> lines = lines_of(good);
        std::string again = lines[at.number - 1].substr(0, at.value_column - 2);
        if (again.find('-') != std::string::npos) again.replace(again.find('-'), 1, " ");
        // Without a value, and before what stands in a section.
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at.number), again);
        expect(complaints(joined(lines)), place(at.number + 1, at.key_column),
               "stands twice, first on line " + std::to_string(at.number));
    }
}

TEST_F(ConfigKeys, ThatAreMisspeltAreToldWithTheOneThatWasMeant) {
    std::vector<std::string> paths = sections;
    for (const Key& each : keys) paths.push_back(each.path);
    for (const std::string& path : paths) {
        if (elsewhere.contains(path)) continue;
        SCOPED_TRACE(path);
        const Line at = line_of(path);
        std::vector<std::string> lines = lines_of(good);
        lines[at.number - 1].insert(at.key_column, "x");
        const std::string name = path.substr(path.rfind('.') + 1);
        expect(complaints(joined(lines)), place(at.number, at.key_column),
               "unknown key '" + name.substr(0, 1) + "x" + name.substr(1) + "': did you mean '" +
                   name + "'?");
    }
    const std::string far = complaints(good + "colour: red\n");
    expect(far, file() + ':', "unknown key 'colour'");
    EXPECT_THAT(far, testing::Not(HasSubstr("did you mean")));
}

TEST_F(ConfigKeys, ThatExcludeEachOtherAreTold) {
    const Line key = line_of("mailboxes.sftp.key"), hosts = line_of("mailboxes.sftp.known_hosts"),
               sftp = line_of("mailboxes.sftp"), print = line_of("mailboxes.sftp.fingerprint");
    std::vector<std::string> lines = lines_of(good);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(key.number), "      password: secret");
    expect(complaints(joined(lines)), place(sftp.number + 1, 7), "either a key or a password");
    lines = lines_of(good);
    lines[key.number - 1] = "      password: [secret]";
    expect(complaints(joined(lines)), place(key.number, 17), "a value is expected");
    lines = lines_of(good);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(print.number) - 1);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(hosts.number) - 1);
    expect(complaints(joined(lines)), place(sftp.number + 1, 7),
           "name known_hosts or a fingerprint");
    lines = lines_of(good);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(sftp.number) - 1, "    group: edi");
    expect(complaints(joined(lines)), place(sftp.number, 12), "no group here");
    const std::string two = with(line_of("mailboxes.name"), "beta");
    expect(complaints(two), file() + ':', "there is a mailbox of this name already");
}

// Operations: "prints all errors".
TEST_F(ConfigKeys, AreAllToldAtOnce) {
    std::vector<std::string> lines = lines_of(good);
    std::size_t errors = 0;
    for (const Key& key : keys) {
        if (key.form != Form::Duration) continue;
        const Line at = line_of(key.path);
        lines[at.number - 1] = lines[at.number - 1].substr(0, at.value_column - 1) + "soon";
        ++errors;
    }
    EXPECT_EQ(lines_of(complaints(joined(lines))).size(), errors);
}

TEST_F(ConfigKeys, ThatArePathsAreTakenFromTheFilesFolder) {
    const permitd::Config config = load(good);
    const std::string folder = spool_.at("");
    for (const std::string& each :
         {config.spool, config.state, config.state_key, config.ledger_key, config.archive,
          config.share, config.control_socket, config.ministry.tls.ca_file,
          config.ministry.tls.certificate_file, config.ministry.tls.key_file,
          config.mailboxes[0].sftp->server.key_file,
          config.mailboxes[0].sftp->server.known_hosts_file})
        EXPECT_TRUE(each.starts_with('/')) << each;
    EXPECT_EQ(load(with(line_of("spool"), "/srv/spool")).spool, "/srv/spool");
}

// What a reload takes of each key, and what it leaves to a restart.
TEST_F(ConfigKeys, AreTakenByAReloadOrWantARestart) {
    const std::map<std::string, std::string> others{
        {"ministry.url", "https://other.example/mep/v1"},
        {"metrics.listen", "127.0.0.1:9999"},
        {"metrics.beyond_loopback", "yes"},
        {"mailboxes.senders", "[91310115MA1K00023E]"},
        {"mailboxes.completeness", "marker"},
        {"mailboxes.receipts", "outcomes"},
        {"mailboxes.sftp.url", "sftp://other.example/edi"},
        {"mailboxes.sftp.fingerprint", "SHA256:" + std::string(43, 'B')}};
    const std::set<std::string> short_waits{"ministry.results.wait", "ministry.retry.first"};
    const permitd::Config running = load(good);
    for (const Key& key : keys) {
        if (elsewhere.contains(key.path)) continue;
        SCOPED_TRACE(key.path);
        const auto other = others.find(key.path);
        std::string value = other == others.end() ? "other" : other->second;
        if (key.form == Form::Duration) value = short_waits.contains(key.path) ? "7s" : "77h";
        if (key.form == Form::Size) value = "128MiB";
        if (key.form == Form::Share) value = "7%";
        if (key.form == Form::Number) value = "7";
        const permitd::Config fresh = load(with(line_of(key.path), value));
        const auto changes = permitd::changes_of(running, fresh);
        ASSERT_FALSE(changes.empty());
        for (const permitd::SettingChange& each : changes) EXPECT_EQ(each.takes, key.takes);
        const std::string wanted = permitd::restart_wanted(changes, file());
        if (key.takes == Takes::Restart)
            EXPECT_THAT(wanted, HasSubstr("needs a restart: "));
        else
            EXPECT_EQ(wanted, "");
    }
}

}  // namespace
