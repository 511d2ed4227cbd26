#include "ctl/receipt_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "edi/receipt.hpp"
#include "ledger/issued.hpp"

namespace ctl {

namespace {

constexpr std::string_view namespace_uri = "urn:permitd:mep:1";

ReceiptFile not_read(const std::string& text) {
    ReceiptFile file;
    file.wrong = say("cannot be read: {1}", {printable(text)});
    file.unreadable = true;
    return file;
}

// Why a document was not read to its end.
std::string damage_of(const xml::Parsed& parsed) {
    std::string what = parsed.ended_early ? say("it ends in its midst") : std::string{};
    for (const base::Finding& each : parsed.findings) {
        if (what.empty()) what = each.code;
        if (each.position.line != 0)
            what += ' ' + say("(line {1}, column {2})", {std::to_string(each.position.line),
                                                         std::to_string(each.position.column)});
        break;
    }
    return say("is damaged: {1}", {what});
}

}  // namespace

base::Result<ReceiptReader> ReceiptReader::open(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    return ReceiptReader{std::move(*parser)};
}

ReceiptFile ReceiptReader::read(const std::string& path, std::string_view holding) {
    // A pipe that somebody put there must not be waited for.
    const base::Fd fd{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    if (!fd && errno != ELOOP) return not_read(base::fault_of_errno(errno, "opening it").text);
    ReceiptFile file;
    struct stat status {};
    if (!fd || ::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        file.wrong = say("is no regular file");
        return file;
    }
    const auto bytes = base::read_all(fd.number(), xml::Limits{}.bytes_max);
    if (!bytes) return not_read(bytes.fault().text);
    if (bytes->find(holding) == std::string::npos) return file;
    file.sha256 = base::sha256_hex(*bytes);
    xml::Parser::Foreign read = parser_.parse_foreign(*bytes);
    if (!read.parsed.well_formed || !read.parsed.root)
        file.wrong = damage_of(read.parsed);
    else if (read.parsed.root->name != "Receipt" || read.namespace_uri != namespace_uri)
        file.wrong = say("is no receipt: its root is {1} of the namespace {2}",
                         {printable(read.parsed.root->name), printable(read.namespace_uri)});
    else
        file.root = std::move(read.parsed.root);
    return file;
}

std::string against_its_name(const base::Element& root, const std::string& name) {
    const ledger::Issued issued = *ledger::issued_of(name);
    const std::string number{root.attribute("number")}, kind{root.attribute("kind")};
    if (number == edi::twelve_digits(issued.number) && kind == issued.kind) return {};
    return say("is not the receipt that its name says: inside stand number {1} and kind {2}",
               {printable(number), printable(kind)});
}

}  // namespace ctl
