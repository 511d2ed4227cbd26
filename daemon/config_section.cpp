#include "config_section.hpp"

#include <algorithm>
#include <cstdlib>

namespace permitd {

namespace {

using std::chrono::milliseconds;

std::string in_unit(milliseconds time) {
    const auto count = time.count();
    if (count % 86'400'000 == 0 && count > 0) return std::to_string(count / 86'400'000) + "d";
    if (count % 3'600'000 == 0 && count > 0) return std::to_string(count / 3'600'000) + "h";
    if (count % 60'000 == 0 && count > 0) return std::to_string(count / 60'000) + "m";
    if (count % 1000 == 0) return std::to_string(count / 1000) + "s";
    return std::to_string(count) + "ms";
}

constexpr std::string_view credential_mark = "credential:";

// A file that systemd gave to the service: loaded under that name, or from the unit's directory of
// secrets. Asked for outside of the service (--check-config) it is told where the service has it.
std::string credential(const std::string& name) {
    const char* const told = std::getenv("CREDENTIALS_DIRECTORY");
    const std::string directory = told != nullptr ? told : "/run/credentials/permitd.service";
    const std::string of_directory = directory + "/secrets_" + name, own = directory + '/' + name;
    std::error_code missing;
    return std::filesystem::exists(own, missing) ? own : of_directory;
}

}  // namespace

std::string Section::text(const std::string& key, const std::string& absent) const {
    const yaml::Node value = node_[key];
    std::string read = value.text(absent);
    tell(key, value, read);
    return read;
}

std::string Section::required_text(const std::string& key) const {
    const yaml::Node value = node_.required(key);
    std::string read = value.text();
    tell(key, value, read);
    return read;
}

std::string Section::path(const std::string& key, const std::string& absent) const {
    const yaml::Node value = node_[key];
    std::string read = beneath(value.text(absent));
    tell(key, value, read);
    return read;
}

std::string Section::required_path(const std::string& key) const {
    const yaml::Node value = node_.required(key);
    std::string read = beneath(value.text());
    tell(key, value, read);
    return read;
}

milliseconds Section::time(const std::string& key, milliseconds absent, milliseconds least) const {
    const yaml::Node value = node_[key];
    const milliseconds read = value.duration(absent);
    if (read < least) value.complain("must be at least " + in_unit(least));
    tell(key, value, in_unit(read));
    return read;
}

std::uint64_t Section::number(const std::string& key, std::uint64_t absent, std::uint64_t least,
                              std::uint64_t most) const {
    const yaml::Node value = node_[key];
    const std::uint64_t read = value.number(absent, least, most);
    tell(key, value, std::to_string(read));
    return read;
}

std::uint64_t Section::bytes(const std::string& key, std::uint64_t absent,
                             std::uint64_t least) const {
    const yaml::Node value = node_[key];
    const std::uint64_t read = value.bytes(absent);
    if (read < least) value.complain("must be at least " + std::to_string(least) + " bytes");
    tell(key, value, std::to_string(read));
    return read;
}

std::uint64_t Section::percent(const std::string& key, std::uint64_t absent,
                               std::uint64_t most) const {
    const yaml::Node value = node_[key];
    const std::uint64_t read = value.percent(absent);
    if (read > most) value.complain("must be at most " + std::to_string(most) + "%");
    tell(key, value, std::to_string(read) + "%");
    return read;
}

std::size_t Section::word(const std::string& key, const std::vector<std::string>& words) const {
    const yaml::Node value = node_[key];
    const std::string read = value.text(words.front());
    const auto found = std::ranges::find(words, read);
    if (found == words.end()) {
        std::string all;
        for (const std::string& each : words) all += (all.empty() ? "" : ", ") + each;
        value.complain("one of " + all + " is expected, not '" + read.substr(0, 60) + "'");
    }
    tell(key, value, read);
    return found == words.end() ? 0 : static_cast<std::size_t>(found - words.begin());
}

void Section::tell(const std::string& key, const yaml::Node& value,
                   const std::string& effective) const {
    settings_.push_back(
        {prefix_ + key, effective.empty() ? "\"\"" : effective, value ? value.where() : "default"});
}

std::string Section::beneath(const std::string& path) const {
    if (path.empty() || path.front() == '/') return path;
    if (path.starts_with(credential_mark)) return credential(path.substr(credential_mark.size()));
    return (std::filesystem::path{folder_} / path).lexically_normal();
}

}  // namespace permitd
