#include "ledger/audit.hpp"

#include <algorithm>

#include "ledger/audit_mailbox.hpp"
#include "ledger/contents.hpp"

namespace ledger {

namespace {

struct Row {
    Objection objection;
    const char* code;
    bool note;
};
constexpr Row rows[] = {
    {Objection::Changed, "changed", false},
    {Objection::Swapped, "swapped", false},
    {Objection::Missing, "missing", false},
    {Objection::Added, "added", false},
    {Objection::Unlisted, "original-unlisted", false},
    {Objection::NoLine, "no-line", false},
    {Objection::Twice, "listed-twice", false},
    {Objection::ChainBroken, "chain-broken", false},
    {Objection::DayMissing, "day-missing", false},
    {Objection::ListMissing, "list-missing", false},
    {Objection::EndCut, "end-cut", false},
    {Objection::OtherRoot, "other-root", false},
    {Objection::Gap, "gap", false},
    {Objection::NumberAgain, "number-again", false},
    {Objection::NotSigned, "not-signed", false},
    {Objection::BadSignature, "bad-signature", false},
    {Objection::KeyReplaced, "key-replaced", false},
    {Objection::KeyUnreadable, "key-unreadable", false},
    {Objection::NoHead, "no-head", false},
    {Objection::BadHead, "bad-head", false},
    {Objection::BeginsLater, "begins-later", true},
    {Objection::OlderThanLedger, "older-than-ledger", true},
    {Objection::NotYetListed, "not-yet-listed", true},
    {Objection::TornEnd, "torn-end", true},
    {Objection::NumbersElsewhere, "numbers-elsewhere", true},
};

const Row& row_of(Objection objection) {
    return *std::ranges::find(rows, objection, &Row::objection);
}

void tell(const Ears& ears, Audited& audited, Found found) {
    if (!is_note(found.objection)) ++audited.faults;
    ears.found(found);
}

// Heads of mailboxes that are not here: all of them was cut off.
void tell_lost(const Question& question, const std::vector<std::string>& mailboxes,
               const Ears& ears, Audited& audited) {
    for (const Anchor& each : question.anchors) {
        const Head& head = each.note.head;
        if (std::ranges::find(mailboxes, head.mailbox) == mailboxes.end())
            tell(ears, audited,
                 {Objection::EndCut,
                  head.mailbox,
                  {each.name, std::to_string(head.tree.size()), "0"}});
    }
}

}  // namespace

const char* code_of(Objection objection) { return row_of(objection).code; }
bool is_note(Objection objection) { return row_of(objection).note; }

base::Result<Audited> audit(const Question& question, const Ears& ears) {
    auto mailboxes = mailboxes_of(question.archive);
    if (!mailboxes) return mailboxes.fault();
    std::ranges::sort(*mailboxes);
    if (!question.mailbox.empty())
        std::erase_if(*mailboxes, [&](const auto& name) { return name != question.mailbox; });
    Audited audited;
    const Trust trust{question.keys, question.archive + '/' + std::string{keys_name}};
    for (const std::string& name : trust.unreadable())
        tell(ears, audited, {Objection::KeyUnreadable, {}, {std::string{keys_name} + '/' + name}});
    for (const base::VerifyingKey& key : trust.strangers())
        tell(ears, audited, {Objection::KeyReplaced, {}, {key.id()}});
    std::uint64_t receipts = 0, greatest = 0;
    for (const std::string& mailbox : *mailboxes) {
        MailboxAudit one{question, trust, mailbox, ears, audited};
        if (auto ran = one.run(); !ran) return ran.fault();
        ++audited.mailboxes;
        receipts += one.receipts();
        greatest = std::max(greatest, one.greatest());
    }
    tell_lost(question, *mailboxes, ears, audited);
    if (question.mailbox.empty() && receipts < greatest)
        tell(ears, audited,
             {Objection::NumbersElsewhere,
              {},
              {std::to_string(greatest - receipts), std::to_string(greatest)}});
    return audited;
}

}  // namespace ledger
