// Comments, instructions and CDATA at every place of a document change nothing of what it says; a
// batch may end at any byte; and nothing that a document names is ever looked at (quality page 2).
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

// Where something may stand between tags and in text: not within a tag or a reference. `leaf`: in a
// text that is not white space between tags.
struct Gap {
    std::size_t at;
    bool leaf;
};

std::vector<Gap> gaps(const std::string& document) {
    std::vector<Gap> all;
    const std::size_t begin = document.find('>', document.find("<Message"));
    const std::size_t end = document.rfind("</Message>");
    bool in_tag = true, in_reference = false, closing = false;
    for (std::size_t at = begin; at < end; ++at) {
        const char c = document[at];
        if (c == '<') closing = document[at + 1] == '/';
        if (c == '<' || c == '>') in_tag = c == '<';
        if (c == '&' || c == ';') in_reference = c == '&';
        const bool character_ends = (document[at + 1] & 0xc0) != 0x80;
        if (in_tag || in_reference || !character_ends) continue;
        const std::size_t next = document.find('<', at + 1);
        all.push_back({at + 1, !closing && document[next + 1] == '/'});
    }
    return all;
}

const char* const documents_bent[] = {"06-application-minimal", "02-account-binding",
                                      "01-registration-submit"};

void expect_same(const std::string& inserted, bool leaves_only) {
    for (const char* name : documents_bent) {
        const std::string whole = sample("valid/" + std::string{name} + ".xml");
        const Parsed plain = parser().parse(whole);
        ASSERT_EQ(codes(plain), "");
        const std::string wanted = flat(*plain.root);
        std::size_t places = 0;
        for (const Gap& gap : gaps(whole)) {
            if (leaves_only && !gap.leaf) continue;
            ++places;
            const std::string bent = whole.substr(0, gap.at) + inserted + whole.substr(gap.at);
            const Parsed parsed = parser().parse(bent);
            ASSERT_EQ(codes(parsed), "") << bent;
            ASSERT_EQ(flat(*parsed.root), wanted) << bent;
        }
        EXPECT_GT(places, 50u) << name;
    }
}

TEST(Everywhere, ACommentChangesNothing) { expect_same("<!-- <a b='c'>&d; ]]> -->", false); }
TEST(Everywhere, AnInstructionChangesNothing) { expect_same("<?p <a b='c'>&d; ]]> ?>", false); }
TEST(Everywhere, CdataChangesNothing) { expect_same("<![CDATA[]]>", true); }

// The content of each leaf as CDATA, from any character to its end.
TEST(Everywhere, CdataIsText) {
    for (const char* name : documents_bent) {
        const std::string whole = sample("valid/" + std::string{name} + ".xml");
        const std::string wanted = flat(*parser().parse(whole).root);
        for (const Gap& gap : gaps(whole)) {
            const std::size_t end = whole.find('<', gap.at);
            if (!gap.leaf || whole.substr(gap.at, end - gap.at).find('&') != std::string::npos)
                continue;
            const std::string bent = whole.substr(0, gap.at) + "<![CDATA[" +
                                     whole.substr(gap.at, end - gap.at) + "]]>" + whole.substr(end);
            const Parsed parsed = parser().parse(bent);
            ASSERT_EQ(codes(parsed), "") << bent;
            ASSERT_EQ(flat(*parsed.root), wanted) << bent;
        }
    }
}

TEST(Everywhere, InBase64) {
    const std::string whole = sample("valid/03-application-single-machine.xml");
    const std::string wanted = flat(*parser().parse(whole).root);
    const std::size_t begin = whole.find("JVBE");
    ASSERT_NE(begin, std::string::npos);
    for (const char* inserted : {"<!-- c -->", "<?p q?>", "<![CDATA[]]>"})
        for (std::size_t at = begin; at <= whole.find('<', begin); ++at) {
            const Parsed parsed = parser().parse(std::string{whole}.insert(at, inserted));
            ASSERT_EQ(codes(parsed), "") << at;
            ASSERT_EQ(flat(*parsed.root), wanted) << at;
        }
}

// Whatever was whole before the end is handed out; the end itself is told as such.
TEST(Torn, ABatchAtEveryByte) {
    const std::string one = with(minimal(), minimal().substr(0, minimal().find("<Message")), "");
    const std::string whole =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Batch xmlns=\"urn:permitd:mep:1\"><Header>"
        "<BatchId>B-1</BatchId><Sender>91110108MA0000015T</Sender>"
        "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>" +
        one + one + "</Batch>";
    const std::string message_end = "</Message>";
    for (std::size_t length = whole.find("<Batch") + 7; length < whole.size(); ++length) {
        const std::string prefix = whole.substr(0, length);
        std::size_t at = 0, messages = 0, wanted = 0;
        const BatchEnd end = parser().parse_batch(
            [&] {
                const std::string piece = prefix.substr(at, 1'000);
                at += piece.size();
                return piece;
            },
            [&](const Parsed& message) { messages += message.well_formed; });
        for (std::size_t found = prefix.find(message_end); found != std::string::npos;
             found = prefix.find(message_end, found + 1))
            ++wanted;
        ASSERT_EQ(messages, wanted) << length;
        ASSERT_FALSE(end.envelope.well_formed) << length;
        ASSERT_TRUE(end.envelope.ended_early) << length << codes(end.envelope);
        ASSERT_EQ(end.envelope.findings.size(), 1u) << length;
    }
}

// A file, a pipe and a socket that tell whether anybody came.
class Bait {
public:
    Bait() : watch_(::inotify_init1(IN_NONBLOCK)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        std::ofstream{directory_ + "/file"} << "<xs:schema/>";
        EXPECT_EQ(::mkfifo((directory_ + "/pipe").c_str(), 0600), 0);
        EXPECT_GE(::inotify_add_watch(watch_, directory_.c_str(), IN_OPEN | IN_ACCESS), 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&at), size), 0);
        EXPECT_EQ(::listen(socket_, 4), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
        EXPECT_EQ(::fcntl(socket_, F_SETFL, O_NONBLOCK), 0);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port)) + "/x";
        address_ = at;
    }
    ~Bait() {
        ::close(watch_);
        ::close(socket_);
        for (const char* name : {"/file", "/pipe"}) ::unlink((directory_ + name).c_str());
        ::rmdir(directory_.c_str());
    }
    std::vector<std::string> names() const {
        return {url_, "file://" + directory_ + "/file", directory_ + "/file",
                "file://" + directory_ + "/pipe", directory_ + "/pipe"};
    }
    bool was_opened() const {
        char event[4096];
        return ::read(watch_, event, sizeof event) > 0;
    }
    bool was_called() const {
        const int caller = ::accept(socket_, nullptr, nullptr);
        if (caller >= 0) ::close(caller);
        return caller >= 0;
    }
    // What the two above would see.
    void open() const { std::ifstream{directory_ + "/file"}.get(); }
    void call() const {
        const int caller = ::socket(AF_INET, SOCK_STREAM, 0);
        EXPECT_EQ(::connect(caller, reinterpret_cast<const sockaddr*>(&address_), sizeof address_),
                  0);
        ::close(caller);
    }

private:
    static std::string made() {
        std::string name = testing::TempDir() + "baitXXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        return name;
    }
    const std::string directory_ = made();
    const int watch_, socket_;
    sockaddr_in address_{};
    std::string url_;
};

TEST(Outside, NothingThatADocumentNamesIsLookedAt) {
    const Bait bait;
    const std::string xsi = " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' ";
    for (const std::string& at : bait.names())
        for (const std::string& document : {
                 "<!DOCTYPE a SYSTEM '" + at + "'><a/>",
                 "<!DOCTYPE a PUBLIC '-//x//y' '" + at + "'><a/>",
                 "<!DOCTYPE a [<!ENTITY x SYSTEM '" + at + "'>]><a>&x;</a>",
                 "<!DOCTYPE a [<!ENTITY % x SYSTEM '" + at + "'>%x;]><a/>",
                 "<!DOCTYPE a [<!NOTATION n SYSTEM '" + at + "'>]><a/>",
                 "<?xml-stylesheet href='" + at + "'?><a/>",
                 "<a" + xsi + "i:noNamespaceSchemaLocation='" + at + "'/>",
                 "<a xmlns='urn:x'" + xsi + "i:schemaLocation='urn:x " + at + "'/>",
                 with(minimal(), "<Message ",
                      "<Message" + xsi + "i:schemaLocation='urn:permitd:mep:1 " + at + "' "),
                 with(minimal(), "<Handler>",
                      "<Handler" + xsi + "i:schemaLocation='urn:y " + at + "'>"),
                 "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='" + at + "'/>",
                 "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:include "
                 "schemaLocation='" +
                     at + "'/></xs:schema>",
             }) {
            parser().parse(document);
            parser().parse_foreign(document);
            std::size_t pieces = 0;
            const std::string inner = document.substr(document.find_last_of("?]") + 1);
            for (const std::string& batch :
                 {document, "<Batch xmlns='urn:permitd:mep:1'>" + inner + "</Batch>"}) {
                pieces = 0;
                parser().parse_batch([&] { return pieces++ == 0 ? batch : std::string{}; },
                                     [](const Parsed&) {});
            }
            EXPECT_FALSE(bait.was_opened()) << document;
            EXPECT_FALSE(bait.was_called()) << document;
        }
    bait.open();
    EXPECT_TRUE(bait.was_opened());
    bait.call();
    EXPECT_TRUE(bait.was_called());
}

}  // namespace
}  // namespace xml
