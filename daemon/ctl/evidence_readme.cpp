#include "ctl/evidence_readme.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "ctl/evidence_check.hpp"
#include "ctl/receipt_row.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

// What stands there: text of strangers makes no cells, headings or links.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : base::collapsed(printable(text))) {
        if (std::string_view{"\\`*_|<>[]#!"}.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

// A name or a digest, letter by letter.
std::string verbatim(const std::string& text) {
    return text.find_first_of("`|") == std::string::npos ? '`' + printable(text) + '`' : cell(text);
}

class Page {
public:
    Page(const Evidence& evidence, const Stories& stories, Language language)
        : evidence_(evidence), stories_(stories), language_(language) {}

    std::string made() {
        out_ =
            "# " + text("Evidence about {1}", {evidence_.id}) + "\n\n" +
            text(
                "What permitd holds about {1}: {2} receipts of the mailbox {3}, issued from {4} "
                "to {5}. What stands beneath archive/ is copied from permitd's archive, byte "
                "for byte. Where a document has a password, every copy has `***` in its place, "
                "and digests are those of the copy. Times have their offset.",
                {evidence_.id, std::to_string(evidence_.receipts.size()), evidence_.mailbox,
                 base::iso(evidence_.receipts.front().issued_at), base::iso(evidence_.until())}) +
            '\n';
        add_receipts();
        add_tries();
        add_actions();
        add_missing();
        add_pieces();
        out_ += '\n' + check_of(evidence_.mailbox, language_);
        return std::move(out_);
    }

private:
    std::string text(Words words, const std::vector<std::string>& values = {}) const {
        return say(language_, words, values);
    }
    void heading(Words words) { out_ += "\n## " + text(words) + "\n\n"; }
    void row(const std::vector<std::string>& cells) {
        for (const std::string& each : cells) out_ += "| " + each + ' ';
        out_ += "|\n";
    }
    void head(const std::vector<Words>& words) {
        std::vector<std::string> names, rule;
        for (const Words each : words) {
            names.push_back(text(each));
            rule.emplace_back("---");
        }
        row(names);
        row(rule);
    }

    void add_receipts() {
        heading("What was said");
        head({"ISSUED", "RECEIPT", "KIND", "MESSAGE", "REFERENCE", "SAID"});
        for (const FoundReceipt& each : evidence_.receipts) {
            const ReceiptRow found = receipt_row(each.root);
            row({found.issued_at, found.number, coded_kind(found.kind), cell(found.message_id),
                 cell(found.reference), cell(said_in_short(each.root, language_))});
        }
    }
    std::string coded_kind(const std::string& kind) const {
        const Row* const word = row_of(kind);
        return word && language_ == Language::Chinese ? kind + ' ' + std::string{word->zh}
                                                      : cell(kind);
    }

    std::string digests_of(const Try& one) const {
        std::string out;
        const auto add = [&](Words words, const std::string& digest) {
            if (digest.empty()) return;
            if (!out.empty()) out += "<br>";
            out += text(words, {verbatim(digest)});
        };
        add("request {1}", one.request_sha256);
        add("answer {1}", one.answer_sha256);
        add("certificate of the server {1}", one.certificate_sha256);
        return out;
    }

    void add_tries() {
        const auto tries = tries_of(evidence_, stories_);
        if (tries.empty()) return;
        heading("What was sent to the ministry");
        head({"SENT AT", "ANSWERED AT", "MESSAGE", "ATTEMPT", "HTTP status", "SHA-256"});
        for (const Try& each : tries)
            row({each.sent_at, each.answered_at, cell(each.message_id), each.attempt,
                 each.http_status, digests_of(each)});
        out_ += '\n' +
                text(
                    "permitd keeps the digest of a certificate, not the certificate. It is "
                    "what this makes of it: `openssl x509 -in CERTIFICATE -outform DER | "
                    "sha256sum`") +
                '\n';
    }

    void add_actions() {
        std::size_t rows = 0;
        for (const json::object& story : stories_)
            for (const json::value& each : array_of(story, "actions")) {
                const json::object& action = each.as_object();
                if (rows++ == 0) {
                    heading("What operators did");
                    head({"AT", "WHO", "COMMAND", "REASON", "MESSAGE", "REFERENCE",
                          "WHAT CAME OF IT"});
                }
                const auto of = [&](const char* name) { return cell(text_of(action, name)); };
                row({of("at"), of("user"), of("command"), of("reason"),
                     cell(text_of(story, "message_id")), of("reference"), of("result")});
            }
    }

    void add_missing() {
        heading("What is missing");
        for (const Missing& each : evidence_.missing)
            out_ += "- " + cell(text(each.words, each.values)) + '\n';
        if (evidence_.missing.empty()) out_ += text("Nothing.") + '\n';
    }

    static Words word_of(Part part) {
        switch (part) {
            case Part::Receipt: return "a receipt";
            case Part::Enclosure: return "a file that belongs to a receipt";
            case Part::Original: return "an original";
            case Part::Exchange: return "a request or its answer";
            case Part::List: return "the list of a day";
            case Part::Signature: return "the signature of a list";
            case Part::Head: return "the head of the ledger";
            case Part::Key: break;
        }
        return "a public key";
    }

    void add_pieces() {
        heading("What is here");
        head({"FILE", "CONTENT", "SHA-256"});
        for (const Piece& each : evidence_.pieces)
            row({verbatim("archive/" + each.path), text(word_of(each.part)),
                 verbatim(each.sha256)});
        if (!stories_.empty())
            row({verbatim("messages.json"),
                 text("what permitd knows of each message, as permitctl --json explain tells it; "
                      "nothing signs it"),
                 ""});
    }

    const Evidence& evidence_;
    const Stories& stories_;
    const Language language_;
    std::string out_;
};

}  // namespace

std::string readme_of(const Evidence& evidence, const Stories& stories, Language language) {
    return Page{evidence, stories, language}.made();
}

}  // namespace ctl
