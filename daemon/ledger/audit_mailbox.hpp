// MailboxAudit: the audit of one mailbox (audit.hpp): its lists in their order, each file that they
// name, what no list names, and the heads that cover them.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <set>

#include "ledger/audit.hpp"
#include "ledger/sums.hpp"

namespace ledger {

class MailboxAudit {
public:
    MailboxAudit(const Question& question, const Trust& trust, std::string mailbox,
                 const Ears& ears, Audited& audited);
    base::Outcome run();
    std::uint64_t receipts() const { return receipts_; }
    std::uint64_t greatest() const { return number_; }

private:
    struct Day {
        std::string day;
        bool has_list = false;
    };
    // A file that is not what its list says.
    struct Mismatch {
        std::string path, listed, found;
    };
    // A list while it is read.
    struct List {
        std::string day;
        bool is_newest = false;
        std::uint64_t lines = 0, own = 0, missing = 0;
        base::Sha256 digest = {};
    };
    struct Covered {
        std::string name;
        Head head;
        bool met = false;
    };

    base::Outcome find_days();
    base::Outcome read_head();
    void take_head(const std::string& name, const std::optional<Note>& note);
    base::Outcome read_list(const Day& day);
    base::Outcome take_line(List& list, std::string_view text);
    void check_chain(const List& list, const Line& line, const Subject& subject);
    base::Outcome check_file(List& list, const Line& line, const Subject& subject);
    void check_number(const std::string& path, const Subject& subject, std::uint64_t sequence);
    base::Outcome check_signature(const List& list);
    void meet_heads();
    void end_heads();
    void tell_mismatches();

    // What stands in a day's folder (audit_folder.cpp).
    base::Outcome check_folder(const List& list);
    base::Outcome note_names(const std::string& day, const std::set<std::string>& listed);
    base::Result<std::uint64_t> count_in(const std::string& day) const;
    base::Result<std::set<std::string>> names_listed(const List& list);
    base::Outcome check_unlisted_day(const Day& day);
    void tell_unlisted();
    void tell_unlisted(const std::string& day, const std::string& file);

    void tell(Objection objection, std::vector<std::string> values);
    std::string place(const std::string& day, std::string_view file) const {
        return mailbox_ + '/' + folder_of(day) + '/' + std::string{file};
    }
    std::string full(const std::string& place) const { return question_.archive + '/' + place; }

    const Question& question_;
    const Trust& trust_;
    const std::string mailbox_;
    const Ears& ears_;
    Audited& audited_;

    std::vector<Day> days_;
    std::string newest_;       // day with a list
    std::string first_;        // likewise
    std::string list_before_;  // its day
    base::Digest digest_before_ = {};
    Tree tree_;
    std::vector<Covered> heads_;
    bool is_signed_ = false;   // a list by a trusted key
    bool is_covered_ = false;  // something that a trusted key signed was seen
    bool has_elders_ = false;  // and before that, something of an elder's
    std::vector<Mismatch> mismatches_;
    bool sequence_begins_later_ = false;  // the ledger is younger than the mailbox
    std::map<std::string, std::vector<std::string>> unlisted_;  // files by day
    std::uint64_t older_ = 0;                                   // than the ledger
    std::uint64_t first_number_ = 0, number_ = 0, sequence_ = 0, receipts_ = 0;
    std::vector<char> block_;
};

}  // namespace ledger
