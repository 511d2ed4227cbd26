#include "ctl/evidence_proof.hpp"

#include <fcntl.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "ledger/contents.hpp"
#include "ledger/head.hpp"
#include "ledger/sums.hpp"

namespace ctl {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t head_bytes_max = 65'536;
constexpr std::string_view to_mailbox = "../../../";

class Proof {
public:
    Proof(const std::string& archive, Evidence& evidence) : archive_(archive), evidence_(evidence) {
        for (const Piece& each : evidence.pieces) open_[each.path] = each.sha256;
    }

    base::Outcome add() {
        add_keys();
        if (!has_keys_) {
            evidence_.missing.push_back({"proof: this archive has no ledger"});
            return base::done;
        }
        read_head();
        const auto days = ledger::days_of(archive_, evidence_.mailbox);
        if (!days) return days.fault();
        const std::string first = first_folder();
        for (const std::string& day : *days) {
            if (open_.empty()) break;
            if (ledger::folder_of(day) < first) continue;
            if (auto read = read_list(day); !read) return read;
        }
        for (const auto& [path, digest] : open_)
            evidence_.missing.push_back(
                {"proof of {1}: no list has it; it is older than the ledger, or not listed yet",
                 {path}});
        return base::done;
    }

private:
    void add_keys() {
        std::set<std::string> names;
        std::error_code none;
        const std::string folder{ledger::keys_name};
        for (const auto& each : fs::directory_iterator{archive_ + '/' + folder, none})
            if (each.path().filename().string().find(".pub.pem") != std::string::npos)
                names.insert(each.path().filename());
        for (const std::string& name : names)
            add_piece(archive_, Part::Key, folder + '/' + name, evidence_.until(), evidence_);
        has_keys_ = !names.empty();
    }

    // As it stands now: permitd replaces it with each group of receipts.
    void read_head() {
        const std::string path = evidence_.mailbox + '/' + std::string{ledger::head_name};
        auto bytes = base::read_file(archive_ + '/' + path, head_bytes_max);
        auto note = bytes ? ledger::note_of(*bytes) : std::nullopt;
        if (!note) {
            evidence_.missing.push_back({"{1}: the head of the ledger", {path}});
            return;
        }
        head_ = std::move(note->head);
        evidence_.pieces.push_back({Part::Head, path, bytes->size(), base::sha256_hex(*bytes),
                                    evidence_.until(), std::move(*bytes)});
    }

    // "2026/11/22", the first that a file stands in.
    std::string first_folder() const {
        std::string first = "9999";
        for (const auto& [path, digest] : open_)
            first = std::min(first, path.substr(evidence_.mailbox.size() + 1, 10));
        return first;
    }

    // What a list says, as a path beneath the archive.
    std::string path_of(const std::string& day, const std::string& said) const {
        const std::string mailbox = evidence_.mailbox + '/';
        return said.starts_with(to_mailbox) ? mailbox + said.substr(to_mailbox.size())
                                            : mailbox + ledger::folder_of(day) + '/' + said;
    }

    base::Outcome read_list(const std::string& day) {
        const std::string path = path_of(day, std::string{ledger::list_name});
        const std::string signature = path + ".sig";
        // Looked for first: a list that is signed gets no further line.
        std::error_code none;
        const bool is_signed = fs::exists(archive_ + '/' + signature, none);
        const base::Fd list{
            ::open((archive_ + '/' + path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (!list) return base::done;
        std::uint64_t lines = 0, last = 0;
        const auto end = ledger::each_line(list.number(), 0, [&](std::string_view text) {
            ++lines;
            if (const auto line = ledger::line_of(text); line && settle(path, day, *line))
                last = lines;
            return true;
        });
        if (!end) return end.fault();
        if (last == 0) return base::done;
        add_piece(archive_, Part::List, path, evidence_.until(), evidence_, *end);
        if (is_signed) {
            add_piece(archive_, Part::Signature, signature, evidence_.until(), evidence_);
            return base::done;
        }
        const bool is_covered = head_ && head_->day == day && head_->lines >= last;
        if (!is_covered)
            evidence_.missing.push_back(
                {"{1}: a signature as far as line {2}; while permitd runs, it comes within a "
                 "second",
                 {path, std::to_string(last)}});
        return base::done;
    }

    // Whether the line is about one of the files.
    bool settle(const std::string& list, const std::string& day, const ledger::Line& line) {
        const auto file = open_.find(path_of(day, line.path));
        if (file == open_.end()) return false;
        if (file->second != line.sha256) {
            evidence_.is_damaged = true;
            evidence_.missing.push_back(
                {"{1} as it was listed: it has other bytes than {2} says", {file->first, list}});
        }
        open_.erase(file);
        return true;
    }

    const std::string& archive_;
    Evidence& evidence_;
    std::map<std::string, std::string> open_;  // digests of files that no list was found for yet
    std::optional<ledger::Head> head_;
    bool has_keys_ = false;
};

}  // namespace

base::Outcome add_proof(const std::string& archive, Evidence& evidence) {
    return Proof{archive, evidence}.add();
}

}  // namespace ctl
