#include "rules.hpp"

#include <filesystem>

namespace permitd {

namespace {

namespace fs = std::filesystem;

std::string copies_beneath(const Config& config) { return config.state + "/rules"; }

// Walked by hand: libstdc++'s copy of a directory throws where one cannot be read to its end.
// Whatever the modes in `share` and the umask are: the copy is nobody else's business.
std::error_code copy_private(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::create_directories(to, error);
    for (fs::recursive_directory_iterator at{from, error}, end; !error && at != end;
         at.increment(error)) {
        const fs::path copy = to / at->path().lexically_relative(from);
        const bool is_directory = at->is_directory(error);
        if (!error && is_directory) fs::create_directory(copy, error);
        if (!error && !is_directory) fs::copy_file(at->path(), copy, error);
        if (!error && !is_directory)
            fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, error);
        if (error) return error;
    }
    return error;
}

// The directories of a copy.
std::error_code keep_private(const fs::path& top) {
    std::error_code error;
    fs::permissions(top, fs::perms::owner_all, error);
    if (error) return error;
    for (fs::recursive_directory_iterator at{top, error}, end; !error && at != end;
         at.increment(error)) {
        const bool is_directory = at->is_directory(error);
        if (!error && is_directory) fs::permissions(at->path(), fs::perms::owner_all, error);
        if (error) return error;
    }
    return error;
}

}  // namespace

base::Result<std::shared_ptr<const Rules>> Rules::load(const Config& config, std::uint64_t number) {
    const std::string copy = copies_beneath(config) + '/' + std::to_string(number);
    const std::shared_ptr<Rules> rules{new Rules{copy, config.share}};
    if (auto made = rules->make_copy(); !made) return made.fault();
    auto tables = load_tables(copy, config);
    if (!tables)
        return base::Fault{tables.fault().remedy, rules->by_their_names(tables.fault().text)};
    rules->tables_ = std::move(*tables);
    return std::shared_ptr<const Rules>{rules};
}

void Rules::remove_all(const Config& config) {
    std::error_code ignored;
    fs::remove_all(copies_beneath(config), ignored);
}

Rules::~Rules() {
    std::error_code ignored;
    fs::remove_all(copy_, ignored);
}

// What is not there is missed by whoever loads it, who can say why it is wanted.
base::Outcome Rules::make_copy() const {
    for (const char* const each : {"xsd", "mapping", "config/codes", "config/messages"}) {
        const fs::path from = fs::path{share_} / each, to = fs::path{copy_} / each;
        std::error_code error;
        if (!fs::exists(from, error) && !error) continue;
        if (!error) error = copy_private(from, to);
        if (error) return base::fault_of_errno(error.value(), "copying " + from.string());
    }
    std::error_code error;
    fs::permissions(fs::path{copy_}.parent_path(), fs::perms::owner_all, error);
    if (!error) error = keep_private(copy_);
    if (error) return base::fault_of_errno(error.value(), "keeping " + copy_ + " private");
    return base::done;
}

std::vector<std::string> Rules::worker_command(const char* kind, const Config& config) const {
    std::vector<std::string> command{"/proc/self/exe", kind, copy_};
    for (const std::string& each : wanted_dialects(config)) {
        command.emplace_back("--dialect");
        command.push_back(each);
    }
    return command;
}

std::string Rules::by_their_names(std::string text) const {
    for (std::size_t at = 0; (at = text.find(copy_, at)) != std::string::npos; at += share_.size())
        text.replace(at, copy_.size(), share_);
    return text;
}

}  // namespace permitd
