#include "ctl/evidence.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "ctl/receipt_row.hpp"
#include "ledger/in_order.hpp"
#include "ledger/sums.hpp"

namespace ctl {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 1u << 18;
constexpr const char* exchanges_name = "exchanges";

bool is_there(const std::string& path) {
    std::error_code none;
    return fs::is_regular_file(fs::symlink_status(path, none));
}

bool is_digest(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string folder_in(const Evidence& evidence, const std::string& day) {
    return evidence.mailbox + '/' + ledger::folder_of(day) + '/';
}

// Reads `piece.bytes` of its beginning, or all.
bool measure(const std::string& file, Piece& piece) {
    const base::Fd fd{
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    struct stat status {};
    if (!fd || ::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    if (piece.bytes == 0) piece.bytes = static_cast<std::uint64_t>(status.st_size);
    base::Sha256 sum;
    std::vector<char> block(block_bytes);
    for (std::uint64_t left = piece.bytes; left > 0;) {
        const ssize_t got =
            ::read(fd.number(), block.data(),
                   static_cast<std::size_t>(std::min<std::uint64_t>(left, block_bytes)));
        if (got <= 0) return false;
        sum.add({block.data(), static_cast<std::size_t>(got)});
        left -= static_cast<std::uint64_t>(got);
    }
    piece.sha256 = base::hex(sum.sum());
    return true;
}

// Where the original stands: in the folder of the day on which it was taken.
std::optional<ledger::Shelf> shelf_of(const std::string& archive, const FoundReceipt& receipt,
                                      const std::string& mailbox, const std::string& name,
                                      const std::vector<std::string>& days) {
    for (auto day = days.rbegin(); day != days.rend(); ++day) {
        const ledger::Shelf shelf{mailbox, *day};
        if (*day <= receipt.day && is_there(ledger::path_of_original(archive, shelf, name)))
            return shelf;
    }
    return std::nullopt;
}

base::Outcome add_originals(const std::string& archive, Evidence& evidence) {
    const auto days = ledger::days_of(archive, evidence.mailbox);
    if (!days) return days.fault();
    std::set<std::string> seen;
    for (const FoundReceipt& each : evidence.receipts) {
        const base::Element* const file = each.root.at("InReplyTo/File");
        if (!file) continue;
        const std::string digest{file->attribute("sha256")}, number{each.root.attribute("number")};
        if (!is_digest(digest)) {
            evidence.missing.push_back(
                {"receipt {1} answers a file of which no copy was kept: it could not be decoded, "
                 "or was too large",
                 {number}});
            continue;
        }
        if (!seen.insert(digest).second) continue;
        const std::string name = digest + ".xml";
        const auto shelf = shelf_of(archive, each, evidence.mailbox, name, *days);
        if (shelf)
            add_piece(archive, Part::Original,
                      folder_in(evidence, shelf->day) + ledger::originals_name + '/' + name,
                      each.issued_at, evidence);
        else
            evidence.missing.push_back(
                {"the original that receipt {1} answers, SHA-256 {2}", {number, digest}});
    }
    return base::done;
}

base::Outcome add_enclosures(const std::string& archive, Evidence& evidence) {
    std::map<std::string, std::map<std::string, base::Time>> numbers;  // by day
    for (const FoundReceipt& each : evidence.receipts)
        if (each.root.child("Document"))
            numbers[each.day][std::string{each.root.attribute("number")}] = each.issued_at;
    for (const auto& [day, of_day] : numbers) {
        std::map<std::string, base::Time> found;  // by name, in order
        const auto listed = ledger::each_issued_name(
            archive, {evidence.mailbox, day}, [&, &of = of_day](const std::string& name) {
                const auto receipt = of.find(name.substr(0, name.find('_')));
                if (receipt != of.end() && !ledger::issued_of(name)) found[name] = receipt->second;
                return base::Outcome{base::done};
            });
        if (!listed) return listed;
        for (const auto& [name, at] : found)
            add_piece(archive, Part::Enclosure, folder_in(evidence, day) + name, at, evidence);
    }
    return base::done;
}

// The days on which something was said, the first and the last and all between.
base::Result<std::vector<std::string>> days_within(const std::string& archive,
                                                   const Evidence& evidence) {
    auto days = ledger::days_of(archive, evidence.mailbox);
    if (!days) return days;
    std::erase_if(*days, [&](const std::string& day) {
        return day < evidence.receipts.front().day || day > evidence.receipts.back().day;
    });
    return days;
}

// "<key>-<attempt>.request.xml"
std::string key_in(std::string_view name) { return std::string{name.substr(0, name.find('-'))}; }

// The keys of requests that the receipts prove, by the lists.
base::Outcome add_proven_keys(const std::string& archive, const Evidence& evidence,
                              const std::string& day, std::set<std::string>& keys) {
    std::set<std::string> digests;
    for (const FoundReceipt& each : evidence.receipts)
        digests.emplace(each.root.text_at("Proof/RequestSha256"));
    const std::string file =
        archive + '/' + folder_in(evidence, day) + std::string{ledger::list_name};
    const base::Fd list{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!list) return base::done;
    const std::string folder = std::string{exchanges_name} + '/';
    const auto read = ledger::each_line(list.number(), 0, [&](std::string_view text) {
        const auto line = ledger::line_of(text);
        if (line && line->path.starts_with(folder) && digests.contains(line->sha256))
            keys.insert(key_in(std::string_view{line->path}.substr(folder.size())));
        return true;
    });
    return read ? base::Outcome{base::done} : read.fault();
}

}  // namespace

void add_piece(const std::string& archive, Part part, const std::string& path, base::Time at,
               Evidence& evidence, std::uint64_t bytes) {
    Piece piece{part, path, bytes, {}, at};
    if (measure(archive + '/' + path, piece)) {
        evidence.pieces.push_back(std::move(piece));
        return;
    }
    evidence.is_damaged = true;
    evidence.missing.push_back({"{1}: it cannot be read", {path}});
}

base::Result<std::map<std::string, Evidence>> find_evidence(const Wanted& wanted,
                                                            ReceiptReader& reader) {
    std::map<std::string, Evidence> found;
    const auto visit = [&](const ledger::Shelf& shelf, const std::string& name) -> base::Outcome {
        const std::string path = ledger::path_of_issued(wanted.archive, shelf, name);
        const bool bears_it = name.ends_with('_' + wanted.id + ".xml");
        const ReceiptFile file = reader.read(path, bears_it ? std::string{} : wanted.id);
        if (!file.root && file.wrong.empty()) return base::done;
        if (file.root && !names_all(*file.root, {wanted.id, {}, {}}) &&
            !names_all(*file.root, {{}, wanted.id, {}}))
            return base::done;
        Evidence& evidence = found[shelf.mailbox];
        evidence.id = wanted.id;
        evidence.mailbox = shelf.mailbox;
        std::string beneath = path.substr(wanted.archive.size() + 1);
        const auto at = file.root ? base::parse_time(file.root->text_at("IssuedAt")) : std::nullopt;
        if (!at || !against_its_name(*file.root, name).empty()) {
            evidence.is_damaged = true;
            evidence.missing.push_back(
                {"{1}: it is damaged (permitctl receipts tells how)", {std::move(beneath)}});
            return base::done;
        }
        evidence.receipts.push_back({std::move(*file.root), shelf.day, std::move(beneath), *at});
        return base::done;
    };
    const auto walked = ledger::each_name_in_order(
        wanted.archive, {wanted.mailbox, {}, {}},
        {visit,
         [](const ledger::Shelf&, const std::string&) { return base::Outcome{base::done}; }});
    if (!walked) return walked.fault();
    return found;
}

base::Outcome add_files(const std::string& archive, Evidence& evidence) {
    for (const FoundReceipt& each : evidence.receipts)
        add_piece(archive, Part::Receipt, each.path, each.issued_at, evidence);
    if (auto added = add_enclosures(archive, evidence); !added) return added;
    return add_originals(archive, evidence);
}

base::Outcome add_exchanges(const std::string& archive, const std::set<std::string>& keys,
                            Evidence& evidence) {
    const auto days = days_within(archive, evidence);
    if (!days) return days.fault();
    std::set<std::string> wanted = keys;
    for (const std::string& day : *days)
        if (auto read = add_proven_keys(archive, evidence, day, wanted); !read) return read;
    for (const std::string& day : *days) {
        const std::string folder = folder_in(evidence, day) + exchanges_name + '/';
        std::error_code none;
        if (!fs::is_directory(archive + '/' + folder, none)) continue;
        std::set<std::string> names;
        const auto listed =
            base::each_name_in(archive + '/' + folder, [&](const std::string& name) {
                if (wanted.contains(key_in(name))) names.insert(name);
                return true;
            });
        if (!listed) return listed;
        for (const std::string& name : names)
            add_piece(archive, Part::Exchange, folder + name, evidence.until(), evidence);
    }
    return base::done;
}

}  // namespace ctl
