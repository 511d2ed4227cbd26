#include "ctl/verify_command.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>

#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "ledger/audit.hpp"
#include "ledger/sums.hpp"

namespace ctl {

namespace {

using ledger::Objection;

constexpr std::size_t small_file_bytes_max = 65'536;
constexpr std::uint64_t megabyte = 1'000'000;

struct Failed {
    int status = EX_OK;
    std::string text;
};

int fail(const Failed& failed) {
    std::cerr << "permitctl: " << failed.text << '\n';
    return failed.status;
}

bool is_there(const std::string& path) {
    std::error_code none;
    return std::filesystem::exists(path, none);
}

std::string sentence_of(const ledger::Found& found) {
    const auto& v = found.values;
    switch (found.objection) {
        case Objection::Changed: return say("{1} has other bytes than its list says", v);
        case Objection::Swapped: return say("{1} has the bytes of {2}", v);
        case Objection::Missing: return say("{1} is listed and is not there", v);
        case Objection::Added:
            return say(
                "{1} is there and in no list: it was added, or permitd cannot list it "
                "(permitctl status)",
                v);
        case Objection::Unlisted:
            return say(
                "{1} is in no list: its file was read and never answered, or it was added "
                "(permitctl fsck tells)",
                v);
        case Objection::NoLine: return say("{1}, line {2}: permitd writes no such line", v);
        case Objection::Twice: return say("{1} is listed twice", v);
        case Objection::ChainBroken:
            return say(
                "{1} does not begin with the digest of the list before it: one of the two "
                "was changed",
                v);
        case Objection::DayMissing: return say("{1} goes on from {2}, which is not there", v);
        case Objection::ListMissing: return say("{1} is not there, and its day has receipts", v);
        case Objection::EndCut:
            return say("{1} covers {2} lines, and there are {3}: the end was cut off", v);
        case Objection::OtherRoot:
            return say("{1} covers {2} lines that are not these: lines were changed or removed", v);
        case Objection::Gap:
            return say("{1} has sequence {2}, and {3} is due: what stood between was removed", v);
        case Objection::NumberAgain:
            return say(
                "{1} stands behind receipt {2}: its number was given twice, by a state that "
                "was put back",
                v);
        default: return {};
    }
}

std::string sentence_of_rest(const ledger::Found& found) {
    const auto& v = found.values;
    switch (found.objection) {
        case Objection::NotSigned: return say("{1} is not signed, and its day is over", v);
        case Objection::BadSignature: return say("{1} is not signed by a key that is trusted", v);
        case Objection::KeyReplaced:
            return say("keys/{1}.pub.pem is neither the key that was given nor vouched for by it",
                       v);
        case Objection::KeyUnreadable: return say("{1} is not the key that its name says", v);
        case Objection::NoHead:
            return say("{1} has no checkpoint: nothing shows whether its end was cut off", v);
        case Objection::BadHead: return say("{1} is no head that a trusted key signed", v);
        case Objection::BeginsLater:
            return say("{1} begins with sequence {2}: what is older stands in no list", v);
        case Objection::OlderThanLedger:
            return say("{1} has {2} files from before its ledger began", v);
        case Objection::NotYetListed: return say("{1} is not listed yet", v);
        case Objection::TornEnd: return say("{1} ends within line {2}: it was being written", v);
        case Objection::NumbersElsewhere:
            return say(
                "{1} of {2} numbers are in no list that is here: on their way, older than "
                "the ledger, or of a mailbox that is not here",
                v);
        default: return {};
    }
}

std::string words_of(const ledger::Found& found) {
    std::string words = sentence_of(found);
    return words.empty() ? sentence_of_rest(found) : words;
}

void print_found(const ledger::Found& found, Form form) {
    const char* const code = code_of(found.objection);
    const bool note = is_note(found.objection);
    if (form == Form::Human) {
        std::cout << in_colour(note ? 33 : 31, code_and_word(code)) << "  "
                  << printable(words_of(found)) << '\n';
        return;
    }
    boost::json::object line{{"finding", code}, {"note", note}};
    if (!found.mailbox.empty()) line["mailbox"] = found.mailbox;
    boost::json::array values;
    for (const std::string& each : found.values) values.emplace_back(printable(each));
    line["values"] = std::move(values);
    line["text"] = printable(words_of(found));
    std::cout << boost::json::serialize(line) << '\n';
}

ledger::Ears ears_of(Form form) {
    const bool shown = ::isatty(STDERR_FILENO);
    return {[form, shown](const ledger::Found& found) {
                if (shown) std::cerr << "\r\x1b[K";
                print_found(found, form);
            },
            [shown](std::uint64_t files) {
                if (shown)
                    std::cerr << "\r\x1b[K" << say("{1} files", {std::to_string(files)})
                              << std::flush;
            }};
}

Failed read_keys(const Verify& asked, ledger::Question& question) {
    for (const std::string& file : asked.keys) {
        const auto pem = base::read_file(file, small_file_bytes_max);
        if (!pem) return {EX_NOINPUT, pem.fault().text};
        auto key = base::VerifyingKey::of_pem(*pem);
        if (!key) return {EX_DATAERR, say("{1} is no Ed25519 public key in PEM", {file})};
        question.keys.push_back(std::move(*key));
    }
    return {};
}

Failed read_heads(const Verify& asked, ledger::Question& question) {
    for (const std::string& file : asked.heads) {
        const auto bytes = base::read_file(file, small_file_bytes_max);
        if (!bytes) return {EX_NOINPUT, bytes.fault().text};
        auto note = ledger::note_of(*bytes);
        if (!note) return {EX_DATAERR, say("{1} is no checkpoint of permitd's", {file})};
        question.anchors.push_back({file, std::move(*note)});
    }
    return {};
}

Failed look_at_place(const Verify& asked) {
    std::error_code none;
    if (!std::filesystem::is_directory(asked.directory, none))
        return {EX_NOINPUT, say("{1} is no archive", {asked.directory})};
    if (!asked.mailbox.empty() && !is_there(asked.directory + '/' + asked.mailbox))
        return {EX_NOINPUT,
                say("there is no mailbox {1} in {2}", {asked.mailbox, asked.directory})};
    return {};
}

void print_end(const ledger::Audited& audited, Form form) {
    if (form == Form::Json) {
        std::cout << boost::json::serialize(boost::json::object{{"mailboxes", audited.mailboxes},
                                                                {"days", audited.days},
                                                                {"files", audited.files},
                                                                {"bytes", audited.bytes},
                                                                {"wrong", audited.faults}})
                  << '\n';
        return;
    }
    std::cout << say("{1} mailboxes, {2} days, {3} files, {4} MB: {5}",
                     {std::to_string(audited.mailboxes), std::to_string(audited.days),
                      std::to_string(audited.files), std::to_string(audited.bytes / megabyte),
                      audited.faults == 0
                          ? in_colour(32, say("all as it was signed"))
                          : in_colour(31, say("{1} wrong", {std::to_string(audited.faults)}))})
              << '\n';
}

}  // namespace

int verify(const Verify& asked, Form form) {
    ledger::Question question{asked.directory, {}, {}, asked.mailbox};
    for (const Failed& failed :
         {look_at_place(asked), read_keys(asked, question), read_heads(asked, question)})
        if (failed.status != EX_OK) return fail(failed);
    const auto audited = ledger::audit(question, ears_of(form));
    if (::isatty(STDERR_FILENO)) std::cerr << "\r\x1b[K";
    if (!audited) return fail({EX_IOERR, audited.fault().text});
    print_end(*audited, form);
    return audited->faults == 0 ? EX_OK : EX_DATAERR;
}

}  // namespace ctl
