// Evidence of one message or application (operations.md 3 and 5): all that the archive has of it
// and nothing else, what is missing by name, and a proof that sha256sum and openssl find right,
// until a byte is changed.
#include "ctl/evidence.hpp"

#include <gmock/gmock.h>

#include <cstdio>

#include "ctl/evidence_proof.hpp"
#include "ctl/evidence_readme.hpp"
#include "unit/ledger/ledger_world.hpp"

namespace {

namespace fs = std::filesystem;
using ctl::Part;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* sunday = "2026-11-22";
constexpr const char* monday = "2026-11-23";

struct Said {
    std::uint64_t number = 0;
    std::string day = sunday;
    std::string kind = "accepted";
    std::string message = "A-1";
    std::string reference = "PO-1";
    std::string original = "<a/>";
    std::string rest = {};
    std::string mailbox = "acme";
};

class EvidenceTest : public testing::Test {
protected:
    EvidenceTest() { world_.spool.put("key.pem", world_.key().pem()); }

    static std::string name_of(const Said& said) {
        return edi::twelve_digits(said.number) + '_' + said.kind + '_' + said.message + ".xml";
    }
    static std::string xml_of(const Said& said) {
        const std::string number = edi::twelve_digits(said.number);
        return "<Receipt xmlns=\"urn:permitd:mep:1\" number=\"" + number + "\" sequence=\"" +
               std::to_string(said.number) + "\" kind=\"" + said.kind +
               "\" stage=\"progress\"><IssuedAt>" + said.day +
               "T09:30:00.000+08:00</IssuedAt><InReplyTo><MessageId>" + said.message +
               "</MessageId><MessageType>LicenceApplication</MessageType><File name=\"a.xml\" "
               "sha256=\"" +
               base::sha256_hex(said.original) +
               "\" bytes=\"4\"/></InReplyTo><Subject><ApplicationRef>" + said.reference +
               "</ApplicationRef></Subject><Resend>no</Resend>" + said.rest + "</Receipt>";
    }
    ledger::Entry receipt(const Said& said) {
        const std::string xml = xml_of(said), name = name_of(said);
        EXPECT_TRUE(world_.archive->keep_receipt({said.number, said.mailbox, said.day, name, xml}));
        return {said.mailbox,          said.day,    name,
                base::sha256_hex(xml), said.number, ledger::Entry::Kind::Receipt};
    }
    // Writes and lists it with the original that it answers.
    void issue(const Said& said) {
        ASSERT_EQ(world_.add({world_.original(said.mailbox, said.number, said.day, said.original),
                              receipt(said)}),
                  "");
    }
    std::map<std::string, ctl::Evidence> found(const std::string& id) {
        auto reader = ctl::ReceiptReader::open(PERMITD_SOURCE);
        EXPECT_TRUE(reader) << reader.fault().text;
        auto evidence = ctl::find_evidence({archive_, {}, id}, *reader);
        EXPECT_TRUE(evidence) << evidence.fault().text;
        return std::move(*evidence);
    }
    ctl::Evidence gathered(const std::string& id, const std::set<std::string>& keys = {}) {
        ctl::Evidence evidence = std::move(found(id)["acme"]);
        EXPECT_TRUE(ctl::add_files(archive_, evidence));
        EXPECT_TRUE(ctl::add_exchanges(archive_, keys, evidence));
        ctl::tell_missing_exchanges(ctl::tries_of(evidence, {}), evidence);
        EXPECT_TRUE(ctl::add_proof(archive_, evidence));
        return evidence;
    }
    static std::vector<std::string> paths(const ctl::Evidence& evidence, Part part) {
        std::vector<std::string> out;
        for (const ctl::Piece& each : evidence.pieces)
            if (each.part == part) out.push_back(each.path);
        return out;
    }
    static std::vector<std::string> missing(const ctl::Evidence& evidence) {
        std::vector<std::string> out;
        for (const ctl::Missing& each : evidence.missing)
            out.push_back(ctl::say(ctl::Language::English, each.words, each.values));
        return out;
    }

    // As the tar is unpacked elsewhere.
    void unpack(const ctl::Evidence& evidence) const {
        fs::remove_all(world_.spool.at("out"));
        for (const ctl::Piece& each : evidence.pieces) {
            const std::string to = "out/archive/" + each.path;
            fs::create_directories(world_.spool.at(to).parent_path());
            world_.spool.put(to, each.content.value_or(world_.spool.content("archive/" + each.path))
                                     .substr(0, each.bytes));
        }
    }
    // What the commands of the page say of what was unpacked.
    std::string checked(ctl::Language language = ctl::Language::English,
                        const std::string& key = "key.pem") const {
        const std::string page = ctl::readme_of(some_evidence(), {}, language);
        const std::string begin = "```sh\n";
        const std::size_t from = page.find(begin) + begin.size();
        world_.spool.put("check.sh", page.substr(from, page.find("```\n", from) - from));
        const std::string command = "cd " + world_.spool.at("out").string() +
                                    " && sh ../check.sh " + world_.spool.at(key).string() + " 2>&1";
        std::FILE* const told = ::popen(command.c_str(), "r");
        std::string out;
        for (char block[4096]; const std::size_t got = std::fread(block, 1, sizeof block, told);)
            out.append(block, got);
        ::pclose(told);
        return out;
    }
    static ctl::Evidence some_evidence() {
        ctl::Evidence evidence;
        evidence.id = "A-1";
        evidence.mailbox = "acme";
        evidence.receipts.emplace_back();
        return evidence;
    }

    tests::LedgerWorld world_;
    const std::string archive_ = world_.spool.at("archive");
};

std::string proof(const std::string& request, const std::string& answer) {
    return "<Proof><Attempt>1</Attempt><SentAt>2026-11-22T09:30:00.100+08:00</SentAt>"
           "<AnsweredAt>2026-11-22T09:30:00.200+08:00</AnsweredAt>"
           "<RequestSha256>" +
           base::sha256_hex(request) + "</RequestSha256><AnswerSha256>" + base::sha256_hex(answer) +
           "</AnswerSha256></Proof>";
}

TEST_F(EvidenceTest, IsWhatNamesTheMessageOrTheApplicationAndNothingElse) {
    issue({.number = 1});
    issue({.number = 2, .message = "A-10", .reference = "PO-10", .original = "<b/>"});
    issue({.number = 3, .day = monday, .kind = "approved", .message = "A-3"});
    issue({.number = 4, .message = "A-1", .reference = "PO-1", .mailbox = "beta"});
    const auto of_message = found("A-1"), of_reference = found("PO-1");
    EXPECT_EQ(of_message.size(), 2u);
    EXPECT_EQ(of_message.at("acme").receipts.size(), 1u);
    EXPECT_EQ(of_reference.at("acme").receipts.size(), 2u);
    EXPECT_THAT(found("PO-2"), IsEmpty());
    const ctl::Evidence evidence = gathered("PO-1");
    const std::string first = "acme/2026/11/22/";
    EXPECT_THAT(paths(evidence, Part::Receipt),
                testing::ElementsAre(first + "000000000001_accepted_A-1.xml",
                                     "acme/2026/11/23/000000000003_approved_A-3.xml"));
    EXPECT_THAT(paths(evidence, Part::Original),
                testing::ElementsAre(first + "originals/" + base::sha256_hex("<a/>") + ".xml"));
}

// Both ways of a signature at once: a day that is over, and one that is not.
TEST_F(EvidenceTest, IsProvedByThePageInEitherLanguage) {
    issue({.number = 1});
    issue({.number = 2, .message = "A-2", .reference = "PO-2"});
    issue({.number = 3, .day = monday, .kind = "approved"});
    issue({.number = 4, .day = monday, .message = "A-4", .reference = "PO-4"});
    // Of a day whose list is signed already: the next one has it.
    ASSERT_EQ(world_.add({receipt({.number = 5, .kind = "delayed"})}), "");
    world_.ledger->sign_all_heads();
    const ctl::Evidence evidence = gathered("A-1");
    EXPECT_THAT(missing(evidence), IsEmpty());
    EXPECT_FALSE(evidence.is_damaged);
    EXPECT_EQ(paths(evidence, Part::List).size(), 2u);
    EXPECT_THAT(paths(evidence, Part::Signature),
                testing::ElementsAre("acme/2026/11/22/SHA256SUMS.sig"));
    unpack(evidence);
    EXPECT_EQ(checked(), "ok: 4 files\n");
    EXPECT_EQ(checked(ctl::Language::Chinese), "ok: 4 files\n");
}

TEST_F(EvidenceTest, ThePageFindsEveryChange) {
    issue({.number = 1});
    issue({.number = 2, .day = monday, .kind = "approved"});
    world_.ledger->sign_all_heads();
    const ctl::Evidence evidence = gathered("A-1");
    unpack(evidence);
    for (const ctl::Piece& each : evidence.pieces) {
        if (each.part == Part::Key) continue;
        SCOPED_TRACE(each.path);
        const std::string file = "out/archive/" + each.path, bytes = world_.spool.content(file);
        for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 2}) {
            std::string changed = bytes;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            world_.spool.put(file, changed);
            EXPECT_THAT(checked(), Not(HasSubstr("ok:"))) << at;
        }
        world_.spool.put(file, bytes);
    }
    EXPECT_THAT(checked(), StartsWith("ok:"));
    const std::string added = "out/archive/acme/2026/11/22/000000000009_done_A-1.xml";
    world_.spool.put(added, "<Receipt/>");
    EXPECT_THAT(checked(), AllOf(StartsWith("IN NO SIGNED LIST: "), HasSubstr("_done_A-1.xml")));
    fs::remove(world_.spool.at(added));
    const auto other = base::SigningKey::make(world_.spool.at("other.key"));
    world_.spool.put("other.pem", other->verifying().pem());
    EXPECT_THAT(checked(ctl::Language::English, "other.pem"), StartsWith("BAD SIGNATURE: "));
}

TEST_F(EvidenceTest, TellsWhatIsMissing) {
    issue({.number = 1});
    EXPECT_THAT(missing(gathered("A-1")),
                AllOf(Contains(HasSubstr("checkpoint: the head of the ledger")),
                      Contains(HasSubstr("SHA256SUMS: a signature as far as line 3"))));
    world_.ledger->sign_all_heads();
    EXPECT_THAT(missing(gathered("A-1")), IsEmpty());
    receipt({.number = 2, .kind = "approved", .original = "<lost/>", .rest = proof("ask", "say")});
    const ctl::Evidence evidence = gathered("A-1");
    EXPECT_THAT(
        missing(evidence),
        testing::UnorderedElementsAre(
            "the original that receipt 000000000002 answers, SHA-256 " +
                base::sha256_hex("<lost/>"),
            "the bytes of the request of message A-1, SHA-256 " + base::sha256_hex("ask"),
            "the bytes of the answer of 2026-11-22T09:30:00.200+08:00, SHA-256 " +
                base::sha256_hex("say"),
            "proof of acme/2026/11/22/000000000002_approved_A-1.xml: no list has it; it is older "
            "than the ledger, or not listed yet"));
    EXPECT_FALSE(evidence.is_damaged);
    unpack(evidence);
    EXPECT_THAT(checked(), HasSubstr("IN NO SIGNED LIST"));
    fs::remove_all(world_.spool.at("archive/keys"));
    EXPECT_THAT(missing(gathered("A-1")), Contains("proof: this archive has no ledger"));
}

TEST_F(EvidenceTest, TellsWhatIsDamaged) {
    issue({.number = 1});
    issue({.number = 2, .kind = "approved", .original = "<b/>"});
    world_.ledger->sign_all_heads();
    const std::string folder = "archive/acme/2026/11/22/";
    const std::string original = folder + "originals/" + base::sha256_hex("<a/>") + ".xml";
    fs::permissions(world_.spool.at(original), fs::perms{0644});
    world_.spool.put(original, "<c/>");
    ctl::Evidence evidence = gathered("A-1");
    EXPECT_TRUE(evidence.is_damaged);
    EXPECT_THAT(missing(evidence), Contains(HasSubstr("as it was listed: it has other bytes")));
    const std::string torn = folder + "000000000002_approved_A-1.xml";
    fs::permissions(world_.spool.at(torn), fs::perms{0644});
    fs::resize_file(world_.spool.at(torn), 20);
    evidence = gathered("A-1");
    EXPECT_EQ(evidence.receipts.size(), 1u);
    EXPECT_THAT(missing(evidence), Contains(HasSubstr("_approved_A-1.xml: it is damaged")));
}

// Found by their key, which permitd tells, or by the digest that a receipt has of the request.
TEST_F(EvidenceTest, HasRequestsAndAnswersWhereTheArchiveHasThem) {
    issue({.number = 1});
    issue({.number = 2, .kind = "submitted", .rest = proof("ask", "say")});
    const std::string folder = "archive/acme/2026/11/22/";
    fs::create_directory(world_.spool.at(folder + "exchanges"));
    for (const auto& [name, bytes] :
         std::map<std::string, std::string>{{"k1-1.request.xml", "ask"},
                                            {"k1-1.answer.xml", "say"},
                                            {"k2-1.request.xml", "of another"}})
        world_.spool.put(folder + "exchanges/" + name, bytes);
    const std::string in_archive = folder.substr(folder.find('/') + 1) + "exchanges/";
    EXPECT_THAT(paths(gathered("A-1"), Part::Exchange), IsEmpty());
    const auto both =
        testing::ElementsAre(in_archive + "k1-1.answer.xml", in_archive + "k1-1.request.xml");
    ctl::Evidence evidence = gathered("A-1", {"k1"});
    EXPECT_THAT(paths(evidence, Part::Exchange), both);
    EXPECT_THAT(missing(evidence), Not(Contains(HasSubstr("the bytes of"))));
    const std::string list = folder + "SHA256SUMS";
    world_.spool.put(list, world_.spool.content(list) + base::sha256_hex("ask") +
                               "  exchanges/k1-1.request.xml\n");
    EXPECT_THAT(paths(gathered("A-1"), Part::Exchange), both);
}

TEST_F(EvidenceTest, HasTheFilesThatBelongToAReceipt) {
    issue({.number = 1, .kind = "document", .rest = "<Document fileName=\"x.pdf\"/>"});
    const std::string folder = "acme/2026/11/22/";
    world_.spool.put("archive/" + folder + "000000000001_document_A-1_x.pdf", "%PDF");
    world_.spool.put("archive/" + folder + "000000000002_document_A-2_x.pdf", "%PDF");
    EXPECT_THAT(paths(gathered("A-1"), Part::Enclosure),
                testing::ElementsAre(folder + "000000000001_document_A-1_x.pdf"));
}

// Strangers' text is text on the page, too.
TEST_F(EvidenceTest, ThePageTakesNoMarkupFromDocuments) {
    issue({.number = 1, .rest = "<Opinion>| [x](http://evil) &lt;b&gt; `</Opinion>"});
    world_.ledger->sign_all_heads();
    const std::string page = ctl::readme_of(gathered("A-1"), {}, ctl::Language::English);
    EXPECT_THAT(page, HasSubstr(R"(\| \[x\](http://evil) \<b\> \`)"));
    EXPECT_THAT(page, HasSubstr("## What is missing\n\nNothing.\n"));
    EXPECT_THAT(ctl::readme_of(gathered("A-1"), {}, ctl::Language::Chinese),
                HasSubstr("## 缺少的内容\n\n无。\n"));
}

}  // namespace
