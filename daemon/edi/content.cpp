// The canonical content of a message (messages.md 1, "Content"): what two arrivals must share to be
// the same message.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "edi/message.hpp"

namespace edi {

namespace {

// Leaves whose XSD type has more than one spelling for a value; all others are collapsed text.
constexpr std::array<std::string_view, 5> decimals{"Quantity", "UnitPrice", "Amount", "AmountUsd",
                                                   "RegisteredCapital"};
constexpr std::array<std::string_view, 1> booleans{"TradingRight"};
constexpr std::array<std::string_view, 1> binaries{"Attachment"};

template <std::size_t n>
bool one_of(const std::array<std::string_view, n>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string canonical_text(const base::Element& leaf) {
    std::string text = base::collapsed(leaf.text);
    if (one_of(decimals, leaf.name)) {
        const auto value = base::Decimal::parse(text);
        return value ? value->text() : text;
    }
    if (one_of(booleans, leaf.name)) {
        if (text == "1") return "true";
        if (text == "0") return "false";
    }
    if (one_of(binaries, leaf.name)) return base::parse_base64(leaf.text).value_or(text);
    return text;
}

void write(base::Writer& out, const base::Element& element) {
    out.text(element.name);
    std::vector<base::Attribute> attributes = element.attributes;
    std::sort(attributes.begin(), attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    out.number(attributes.size());
    for (const base::Attribute& each : attributes)
        out.text(each.name), out.text(base::collapsed(each.value));
    out.text(element.children.empty() ? canonical_text(element) : std::string{});
    out.number(element.children.size());
    for (const base::Element& each : element.children) write(out, each);
}

}  // namespace

std::string content_digest(const std::string& sender, const base::Element& body) {
    base::Writer out;
    out.text(sender);
    write(out, body);
    return base::sha256_hex(out.take());
}

}  // namespace edi
