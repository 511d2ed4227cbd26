#include "unit/house/floors.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace house {

namespace {

// The folders of daemon/ by floor; "." is daemon/ itself, the daemon's own sources.
const std::map<std::string, int>& floors() {
    static const std::map<std::string, int> table{
        {"base", 0},     {"edi", 1},      {"xml", 1},     {"yaml", 1},   {"transfer", 1},
        {"zip", 1},      {"http", 1},     {"mailbox", 2}, {"ledger", 2}, {"worker", 2},
        {"intake", 3},   {"validate", 3}, {"mapping", 3}, {"store", 3},  {"dispatch", 3},
        {"receipts", 3}, {"print", 3},    {"route", 4},   {".", 5},      {"ctl", 5},
        {"sandbox", 5},
    };
    return table;
}

// A fault must not hide on both sides of the wire: the ministry's stand-in shares little with us.
const std::set<std::string> sandbox_may{"base", "xml", "yaml", "http", "sandbox"};

struct Door {
    std::string_view library;          // as the sentence names it
    std::string_view headers;          // what its includes begin with
    std::vector<std::string> open_to;  // folders, or files ("http/server.cpp")
};

// The first row that fits an include counts, so narrow ones stand before wide ones.
const std::vector<Door>& doors() {
    static const std::vector<Door> table{
        {"rocksdb", "rocksdb/", {"store"}},
        {"Xerces-C++", "xercesc/", {"xml"}},
        {"yaml-cpp", "yaml-cpp/", {"yaml"}},
        {"libcurl", "curl/", {"transfer"}},
        {"libssh2", "libssh2", {"transfer"}},
        {"libzip", "zip.h", {"zip"}},
        {"Boost.Beast", "boost/beast", {"http/server.cpp", "http/client.cpp"}},
        {"Boost.Asio", "boost/asio", {"http", "."}},
        {"Boost.JSON", "boost/json", {"http", "ctl", "."}},
        {"Boost.Multiprecision", "boost/multiprecision", {"base"}},
        {"Boost.System", "boost/system", {"http", "."}},
        {"OpenSSL", "openssl/", {"base", "transfer", "http"}},
        {"libseccomp", "seccomp.h", {"worker"}},
        {"the kernel's seccomp interface", "linux/seccomp.h", {"worker"}},
        {"Landlock", "linux/landlock.h", {"worker"}},
        {"Pango", "pango/", {"print"}},
        {"Cairo", "cairo", {"print"}},
        {"utf8proc", "utf8proc.h", {"ctl/table.cpp"}},
        {"CLI11", "CLI/", {"ctl", "sandbox", "."}},
        {"libsystemd", "systemd/", {"base", "."}},
        {"GoogleTest", "gtest/", {}},
        {"GoogleMock", "gmock/", {}},
    };
    return table;
}

struct Include {
    std::string name;
    bool ours = false;  // in quotes
    int line = 0;
};

std::optional<Include> include_of(const Token& token) {
    if (token.kind != Kind::Directive) return std::nullopt;
    const auto keyword = token.text.find("include");
    const auto open = token.text.find_first_of("<\"");
    if (keyword == std::string::npos || open == std::string::npos || open < keyword)
        return std::nullopt;
    const auto close = token.text.find_first_of(">\"", open + 1);
    if (close == std::string::npos) return std::nullopt;
    return Include{token.text.substr(open + 1, close - open - 1), token.text[open] == '"',
                   token.line};
}

// "base" of "base/log.hpp", "." of "config.hpp".
std::string folder_of(std::string_view path) {
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? "." : std::string{path.substr(0, slash)};
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
        const bool is_file = names[i].find('.') != std::string::npos && names[i] != ".";
        out += names[i] == "." ? "daemon/*" : is_file ? names[i] : names[i] + "/";
    }
    return out.empty() ? "tests/" : out;
}

// `path` is that of the including source, from daemon/.
std::optional<std::string> floor_fault(std::string_view path, const Include& include) {
    const std::string from = folder_of(path), to = folder_of(include.name);
    const auto upper = floors().find(from), lower = floors().find(to);
    if (upper == floors().end()) return "daemon/" + from + "/ stands on no floor of the house";
    if (include.name.find("..") != std::string::npos || lower == floors().end())
        return "an include in quotes is a path from daemon/, not \"" + include.name + "\"";
    if (from == to) return std::nullopt;
    if (from == "sandbox" && !sandbox_may.contains(to))
        return "sandbox/ is the other side of the wire and may not share " + include.name;
    const std::string move = from + "/ (floor " + std::to_string(upper->second) +
                             ") may not include " + include.name + " (floor " +
                             std::to_string(lower->second) + ")";
    if (lower->second > upper->second) return "an include never goes up a floor: " + move;
    if (lower->second == upper->second) return "an include never goes sideways: " + move;
    return std::nullopt;
}

bool is_platform(std::string_view name) {
    static const std::set<std::string> folders{"sys", "linux", "netinet", "arpa",
                                               "net", "asm",   "bits",    "ext"};
    return name.find('/') == std::string_view::npos || folders.contains(folder_of(name));
}

std::optional<std::string> door_fault(std::string_view path, const Include& include) {
    const auto door = std::ranges::find_if(
        doors(), [&](const Door& row) { return include.name.starts_with(row.headers); });
    if (door == doors().end()) {
        if (is_platform(include.name)) return std::nullopt;
        return "no folder is the door of <" + include.name + ">";
    }
    const auto fits = [&](const std::string& place) {
        return place == path || place == folder_of(path);
    };
    if (std::ranges::any_of(door->open_to, fits)) return std::nullopt;
    return "only " + joined(door->open_to) + " may include " + std::string{door->library};
}

// A test in tests/unit/<folder> has that folder's doors, also those of one file of the folder.
std::optional<std::string> test_door_fault(const std::string& folder, const Include& include) {
    // A test may ask the kernel for faults.
    for (const char* free : {"gtest/", "gmock/", "linux/"})
        if (include.name.starts_with(free)) return std::nullopt;
    for (const char* file : {"", "server.cpp"})
        if (!door_fault(folder + "/" + file, include)) return std::nullopt;
    return door_fault(folder + "/", include);
}

}  // namespace

Sentences floors_and_doors(const std::vector<Source>& tree) {
    static constexpr std::string_view daemon = "daemon/", unit = "tests/unit/";
    Sentences sentences;
    for (const Source& source : tree)
        for (const Token& token : source.tokens) {
            const auto include = include_of(token);
            if (!include) continue;
            std::optional<std::string> fault;
            if (source.path.starts_with(daemon)) {
                const auto path = source.path.substr(daemon.size());
                fault = include->ours ? floor_fault(path, *include) : door_fault(path, *include);
            } else if (source.path.starts_with(unit) && !include->ours) {
                fault = test_door_fault(folder_of(source.path.substr(unit.size())), *include);
            }
            if (fault) sentences.push_back(*fault + ": " + source.at(include->line));
        }
    return sentences;
}

}  // namespace house
