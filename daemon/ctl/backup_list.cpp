#include "ctl/backup_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <filesystem>
#include <sstream>

#include "base/hash.hpp"
#include "ctl/copying.hpp"
#include "ctl/words.hpp"
#include "store/layout.hpp"

namespace ctl {

namespace {

namespace json = boost::json;
namespace layout = store::layout;

constexpr std::uint64_t list_version = 1;
constexpr std::size_t facts_bytes_max = 1u << 20;
constexpr std::size_t sums_bytes_max = 256u << 20;
constexpr std::size_t digest_digits = 64;

base::Fault damaged(const std::string& file, const std::string& what) {
    return {base::Remedy::AskOperator, say("{1}: {2}; take another backup", {file, what})};
}

std::string json_of(const BackupFacts& facts) {
    return json::serialize(json::object{{"permitd_backup", list_version},
                                        {"version", facts.version},
                                        {"record_format", facts.record_format},
                                        {"taken_at", facts.taken_at},
                                        {"host", facts.host},
                                        {"receipts_issued", facts.receipts_issued},
                                        {"spool_id", facts.spool_id},
                                        {"state", facts.state},
                                        {"spool", facts.spool},
                                        {"archive", facts.archive},
                                        {"files", facts.files},
                                        {"bytes", facts.bytes}}) +
           '\n';
}

base::Outcome write_durably(const std::string& path, const std::string& bytes) {
    const base::Fd file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file) return base::fault_of_errno(errno, "making " + path);
    if (auto written = base::write_all(file.number(), bytes); !written) return written;
    if (::fsync(file.number()) == 0) return base::done;
    return base::fault_of_errno(errno, "making durable " + path);
}

std::string text_in(const json::object& from, const char* name) {
    const json::value* const value = from.if_contains(name);
    return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::uint64_t number_in(const json::object& from, const char* name) {
    const json::value* const value = from.if_contains(name);
    boost::system::error_code wrong;
    return value ? value->to_number<std::uint64_t>(wrong) : 0;
}

base::Result<BackupFacts> facts_of(const std::string& file, const std::string& text) {
    boost::system::error_code wrong;
    const json::value parsed = json::parse(text, wrong);
    if (wrong || !parsed.is_object()) return damaged(file, say("not what permitctl wrote"));
    const json::object& from = parsed.as_object();
    if (number_in(from, "permitd_backup") != list_version)
        return damaged(file, say("no backup that this permitctl knows"));
    return BackupFacts{text_in(from, "version"),
                       number_in(from, "record_format"),
                       text_in(from, "taken_at"),
                       text_in(from, "host"),
                       number_in(from, "receipts_issued"),
                       text_in(from, "spool_id"),
                       text_in(from, "state"),
                       text_in(from, "spool"),
                       text_in(from, "archive"),
                       number_in(from, "files"),
                       number_in(from, "bytes")};
}

// "<digest>  <path>"
std::optional<Listed> listed_of(const std::string& line) {
    if (line.size() < digest_digits + 3 || line.compare(digest_digits, 2, "  ") != 0)
        return std::nullopt;
    Listed listed{line.substr(digest_digits + 2), line.substr(0, digest_digits)};
    if (listed.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
        return std::nullopt;
    return listed;
}

base::Result<std::vector<Listed>> lines_of(const std::string& file, const std::string& text) {
    std::vector<Listed> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        auto listed = listed_of(line);
        if (!listed || (listed->path != facts_name && !belongs_in_a_backup(listed->path)))
            return damaged(file, say("line {1} is not one of permitctl's",
                                     {std::to_string(lines.size() + 1)}));
        lines.push_back(std::move(*listed));
    }
    if (!text.ends_with('\n') || lines.back().path != facts_name)
        return damaged(file, say("its end is missing"));
    return lines;
}

}  // namespace

bool belongs_in_a_backup(const std::string& path) {
    const auto names = {layout::state_key, layout::ledger_key, layout::forgotten, layout::spool_id};
    if (std::ranges::find(names, path) != names.end()) return true;
    return std::ranges::any_of(
        std::initializer_list<std::string>{layout::database + '/', layout::batches + '/'},
        [&](const std::string& folder) {
            return path.starts_with(folder) && path.size() > folder.size() &&
                   path[folder.size()] != '.' && path.find('/', folder.size()) == std::string::npos;
        });
}

base::Outcome write_list(const std::string& directory, const Backup& backup) {
    const std::string facts = json_of(backup.facts);
    if (auto written = write_durably(directory + '/' + facts_name, facts); !written) return written;
    std::string sums;
    for (const Listed& each : backup.files) sums += each.sha256 + "  " + each.path + '\n';
    sums += base::sha256_hex(facts) + "  " + facts_name + '\n';
    const std::string name = directory + '/' + sums_name, unfinished = directory + "/." + sums_name;
    if (auto written = write_durably(unfinished, sums); !written) return written;
    if (::rename(unfinished.c_str(), name.c_str()) != 0)
        return base::fault_of_errno(errno, "naming " + name);
    return sync_directory(directory);
}

base::Result<Backup> read_list(const std::string& directory) {
    const std::string sums_file = directory + '/' + sums_name;
    const std::string facts_file = directory + '/' + facts_name;
    if (std::error_code none; !std::filesystem::exists(sums_file, none))
        return damaged(directory,
                       say("no backup, or one that was cut off while it was made: there is no {1} "
                           "in it",
                           {sums_name}));
    const auto sums = base::read_file(sums_file, sums_bytes_max);
    if (!sums) return sums.fault();
    auto lines = lines_of(sums_file, *sums);
    if (!lines) return lines.fault();
    const auto text = base::read_file(facts_file, facts_bytes_max);
    if (!text) return text.fault();
    if (base::sha256_hex(*text) != lines->back().sha256)
        return damaged(facts_file, say("not the file that was backed up"));
    auto facts = facts_of(facts_file, *text);
    if (!facts) return facts.fault();
    lines->pop_back();
    if (lines->size() != facts->files) return damaged(sums_file, say("a line of it is missing"));
    return Backup{std::move(*facts), std::move(*lines)};
}

}  // namespace ctl
