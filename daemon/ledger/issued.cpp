#include "ledger/issued.hpp"

#include <algorithm>
#include <charconv>

namespace ledger {

namespace {

constexpr std::size_t digits = 12;

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// What stands between two texts; empty when they do not.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
    const std::size_t from = text.find(open);
    if (from == std::string_view::npos) return {};
    text.remove_prefix(from + open.size());
    const std::size_t to = text.find(close);
    return to == std::string_view::npos ? std::string_view{} : text.substr(0, to);
}

}  // namespace

std::optional<Issued> issued_of(std::string_view name) {
    if (name.size() <= digits || name[digits] != '_' || !name.ends_with(".xml")) return {};
    // A file that goes with a receipt has one more part.
    const std::size_t end = name.find('_', digits + 1);
    if (!is_digits(name.substr(0, digits)) || end == std::string_view::npos ||
        name.find('_', end + 1) != std::string_view::npos)
        return {};
    Issued issued;
    issued.number = number_in(name.substr(0, digits));
    issued.kind = name.substr(digits + 1, end - digits - 1);
    return issued;
}

std::optional<Issued> issued_of(std::string_view name, std::string_view bytes) {
    auto issued = issued_of(name);
    if (!issued) return issued;
    const std::string_view root = between(bytes, "<Receipt ", ">");
    const std::string_view number = between(root, " number=\"", "\"");
    // Torn, or not what its name says.
    if (!is_digits(number) || number_in(number) != issued->number) return issued;
    issued->sequence = number_in(between(root, " sequence=\"", "\""));
    const std::string_view reply = between(bytes, "<InReplyTo>", "</InReplyTo>");
    issued->message_id = between(reply, "<MessageId>", "</MessageId>");
    issued->type = between(reply, "<MessageType>", "</MessageType>");
    // No value of an attribute holds a quotation mark.
    issued->file_sha256 = between(reply, " sha256=\"", "\"");
    issued->reference =
        between(between(bytes, "<Subject>", "</Subject>"), "<ApplicationRef>", "</ApplicationRef>");
    return issued;
}

}  // namespace ledger
