// permitctl export: all that there is about one message or application, with its proof, as a tar.
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <iostream>
#include <memory>

#include "ctl/archive_place.hpp"
#include "ctl/commands.hpp"
#include "ctl/evidence_proof.hpp"
#include "ctl/evidence_readme.hpp"
#include "ctl/own_file.hpp"
#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/tar.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr std::size_t block_bytes = 1u << 18;

struct Asked {
    std::string id;
    std::string archive;
    std::string mailbox;
    std::string file;
    bool force = false;
};

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

// As xsd/ has it: no such id can be a path, and no receipt writes one otherwise than it is.
bool is_reference(const std::string& id) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
    return !id.empty() && id.size() <= 64 && id.front() != '.' && id.front() != '-' &&
           id.find_first_not_of(letters) == std::string::npos;
}

void say_missing(const Evidence& evidence) {
    for (const Missing& each : evidence.missing)
        std::cerr << "permitctl: " << printable(say("missing: {1}", {say(each.words, each.values)}))
                  << '\n';
}

// A file of the archive into the tar; false when it became shorter meanwhile.
bool copy_piece(const std::string& archive, const Piece& piece, const std::string& name,
                TarWriter& tar) {
    if (piece.content) {
        tar.add(name, *piece.content, piece.changed_at);
        return true;
    }
    const base::Fd fd{::open((archive + '/' + piece.path).c_str(),
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    tar.begin(name, piece.bytes, piece.changed_at);
    std::string block(block_bytes, '\0');
    for (std::uint64_t left = piece.bytes; left > 0;) {
        const ssize_t got =
            ::read(fd.number(), block.data(),
                   static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size())));
        if (got <= 0) return false;
        tar.put({block.data(), static_cast<std::size_t>(got)});
        left -= static_cast<std::uint64_t>(got);
    }
    return true;
}

int write_tar(const Asked& asked, const Evidence& evidence, const Stories& stories,
              std::uint64_t& bytes) {
    OwnFile file{asked.file, asked.force};
    TarWriter tar{[&](std::string_view some) {
        bytes += some.size();
        file.put(some);
    }};
    const std::string folder = "evidence-" + evidence.id + '/';
    const base::Time at = evidence.until();
    tar.add(folder + "README.en.md", readme_of(evidence, stories, Language::English), at);
    tar.add(folder + "README.zh.md", readme_of(evidence, stories, Language::Chinese), at);
    if (!stories.empty()) tar.add(folder + "messages.json", lines_of(stories), at);
    for (const Piece& each : evidence.pieces)
        if (!copy_piece(asked.archive, each, folder + "archive/" + each.path, tar))
            return fail(EX_IOERR, say("{1} is not as long any more as it was",
                                      {printable(asked.archive + '/' + each.path)}));
    tar.end();
    return file.keep();
}

void print_end(const Common& common, const Asked& asked, const Evidence& evidence,
               std::uint64_t bytes) {
    if (!common.json) {
        std::cout << say("{1}, {2} bytes", {printable(asked.file), std::to_string(bytes)}) << '\n';
        return;
    }
    json::array missing;
    for (const Missing& each : evidence.missing)
        missing.push_back(
            json::object{{"zh", printable(say(Language::Chinese, each.words, each.values))},
                         {"en", printable(say(Language::English, each.words, each.values))}});
    print_line(json::object{{"file", printable(asked.file)},
                            {"bytes", bytes},
                            {"mailbox", evidence.mailbox},
                            {"receipts", evidence.receipts.size()},
                            {"missing", std::move(missing)}});
}

// What is to be told of the one mailbox that has receipts; 0, 64, 65 or 66.
int choose(std::map<std::string, Evidence>& found, const Asked& asked, Evidence& chosen) {
    std::string names;
    int with_receipts = 0;
    for (auto& [mailbox, evidence] : found) {
        if (evidence.receipts.empty()) continue;
        names += (names.empty() ? "" : ", ") + mailbox;
        ++with_receipts;
        chosen = std::move(evidence);
    }
    if (with_receipts == 1) return EX_OK;
    if (with_receipts > 1)
        return misused(say("{1} is named in several mailboxes ({2}): --mailbox chooses one",
                           {asked.id, names}));
    for (const auto& [mailbox, evidence] : found) say_missing(evidence);
    return fail(found.empty() ? EX_NOINPUT : EX_DATAERR,
                say("no receipt in {1} names {2}", {printable(asked.archive), asked.id}));
}

base::Outcome put_together(const Asked& asked, Evidence& evidence, const Stories& stories) {
    if (auto added = add_files(asked.archive, evidence); !added) return added;
    if (auto added = add_exchanges(asked.archive, keys_of(stories), evidence); !added) return added;
    tell_missing_exchanges(tries_of(evidence, stories), evidence);
    return add_proof(asked.archive, evidence);
}

int export_evidence(const Common& common, Asked asked) {
    if (!is_reference(asked.id))
        return misused(say("{1} is no MessageId and no ApplicationRef", {printable(asked.id)}));
    const bool is_named = !asked.archive.empty();
    if (asked.file.empty()) asked.file = "evidence-" + asked.id + ".tar";
    if (!asked.force && ::access(asked.file.c_str(), F_OK) == 0)
        return fail(EX_CANTCREAT,
                    say("{1} is there already: --force replaces it", {printable(asked.file)}));
    if (const int status = find_archive(common, asked.archive, asked.mailbox); status != EX_OK)
        return status;
    auto reader = ReceiptReader::open(place_of(common.config).share);
    if (!reader) return fail(EX_CONFIG, reader.fault().text);
    auto found = find_evidence({asked.archive, asked.mailbox, asked.id}, *reader);
    if (!found) return fail(EX_IOERR, found.fault().text);
    Evidence evidence;
    if (const int status = choose(*found, asked, evidence); status != EX_OK) return status;
    Stories stories;
    if (is_named)
        evidence.missing.push_back(
            {"what permitd knows (tries, times, what operators did): it was not asked, as an "
             "archive was named"});
    else
        stories = ask_stories(socket_of(common), evidence);
    if (const auto put = put_together(asked, evidence, stories); !put)
        return fail(EX_IOERR, put.fault().text);
    std::uint64_t bytes = 0;
    if (const int status = write_tar(asked, evidence, stories, bytes); status != EX_OK)
        return status;
    print_end(common, asked, evidence, bytes);
    say_missing(evidence);
    return evidence.is_damaged ? EX_DATAERR : EX_OK;
}

}  // namespace

void add_export_command(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = app.add_subcommand(
        "export", "Evidence of one message or application as a tar: documents and their proof");
    command->add_option("--evidence", asked->id, "A MessageId or an ApplicationRef")->required();
    command->add_option("-o,--output", asked->file,
                        "The tar, made with mode 0600; else evidence-ID.tar");
    command->add_flag("--force", asked->force, "Replace a file that is there");
    command->add_option("--archive", asked->archive,
                        "An archive or a copy of it, without a daemon; else the one of the "
                        "configuration, and what permitd knows");
    command->add_option("--mailbox", asked->mailbox,
                        "Of this mailbox, where several have such an id");
    command->footer(
        "A page in the tar (README.en.md, README.zh.md) says what is there, what is missing, and "
        "how to check it with sha256sum and openssl.\n"
        "Examples:\n  permitctl export --evidence PO-2026-7781\n"
        "  permitctl export --evidence ACME-20261122-000001 --archive /media/copy -o one.tar");
    command->callback([&common, &ended, asked] { ended = export_evidence(common, *asked); });
}

}  // namespace ctl
