#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "yaml/place.hpp"

namespace yaml {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view digits) {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr Unit times[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit sizes[] = {{"", 1}, {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}};
constexpr Unit shares[] = {{"%", 1}};

// Digits with one of the units behind them; nothing when it is not that or above `most`.
std::optional<std::uint64_t> measured(const std::string& text, std::span<const Unit> units,
                                      std::uint64_t most) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto value = whole_number(std::string_view(text).substr(0, digits));
    for (const Unit& unit : units)
        if (value && text.substr(digits) == unit.name && *value <= most / unit.factor)
            return *value * unit.factor;
    return std::nullopt;
}

}  // namespace

bool Node::Place::is(Kind kind, const std::string& expected) const {
    if (!item) return false;
    if (item->kind == kind) return true;
    if (kind == Kind::Scalar || item->kind != Kind::Nothing) {
        tree->complain(position, expected + " is expected");
        item->misread = true;
    }
    return false;
}

Node::operator bool() const { return place_ && place_->item; }
bool Node::is_map() const { return *this && place_->item->kind == Kind::Map; }
bool Node::is_list() const { return *this && place_->item->kind == Kind::List; }
bool Node::is_empty() const { return *this && place_->item->kind == Kind::Nothing; }

std::string Node::where() const { return place_ ? place_->tree->where(place_->position) : ""; }

void Node::complain(const std::string& text) const {
    if (place_) place_->tree->complain(place_->position, text);
}

Node Node::operator[](const std::string& key) const {
    Node node;
    if (!place_) return node;
    auto place = std::make_shared<Place>(Place{place_->tree, nullptr, place_->position});
    if (place_->is(Kind::Map, "a map")) {
        place_->item->known.insert(key);
        if (Entry* entry = place_->item->entry(key)) {
            entry->asked = true;
            place->item = entry->value.get();
            place->position = entry->value->position;
        }
    }
    node.place_ = std::move(place);
    return node;
}

Node Node::required(const std::string& key) const {
    Node node = (*this)[key];
    const bool told = !*this || place_->item->misread;
    if (!node && !told) complain("key " + shown(key) + " is missing");
    return node;
}

std::vector<std::string> Node::keys() const {
    std::vector<std::string> all;
    if (!place_ || !place_->is(Kind::Map, "a map")) return all;
    for (Entry& entry : place_->item->entries) {
        entry.asked = true;
        all.push_back(entry.key);
    }
    return all;
}

std::vector<Node> Node::items() const {
    std::vector<Node> all;
    if (!place_ || !place_->is(Kind::List, "a list")) return all;
    for (const auto& item : place_->item->items) {
        Node node;
        node.place_ = std::make_shared<Place>(Place{place_->tree, item.get(), item->position});
        all.push_back(std::move(node));
    }
    return all;
}

std::string Node::text(const std::string& absent) const {
    if (!place_ || !place_->is(Kind::Scalar, "a value")) return absent;
    return place_->item->text;
}

std::uint64_t Node::number(std::uint64_t absent, std::uint64_t least, std::uint64_t most) const {
    const std::string expected =
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    if (!place_ || !place_->is(Kind::Scalar, expected)) return absent;
    const auto value = whole_number(place_->item->text);
    if (value && *value >= least && *value <= most && place_->item->style == Style::Plain)
        return *value;
    complain(expected + " is expected, not " + shown(place_->item->text));
    return absent;
}

bool Node::flag(bool absent) const {
    if (!place_ || !place_->is(Kind::Scalar, "yes or no")) return absent;
    const std::string& text = place_->item->text;
    if (place_->item->style == Style::Plain && (text == "yes" || text == "true")) return true;
    if (place_->item->style == Style::Plain && (text == "no" || text == "false")) return false;
    complain("yes or no is expected, not " + shown(text));
    return absent;
}

std::chrono::milliseconds Node::duration(std::chrono::milliseconds absent) const {
    const std::string expected = "a duration such as 500ms, 15s, 30m, 4h or 5d";
    if (!place_ || !place_->is(Kind::Scalar, expected)) return absent;
    // A century: longer ones would overflow once they are added to a time in microseconds.
    constexpr std::uint64_t most = 36'525ull * 86'400'000ull;
    if (const auto value = measured(place_->item->text, times, most))
        return std::chrono::milliseconds(*value);
    complain(expected + " is expected, not " + shown(place_->item->text));
    return absent;
}

std::uint64_t Node::bytes(std::uint64_t absent) const {
    const std::string expected = "a size such as 512, 4KiB or 16MiB";
    if (!place_ || !place_->is(Kind::Scalar, expected)) return absent;
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (const auto value = measured(place_->item->text, sizes, most)) return *value;
    complain(expected + " is expected, not " + shown(place_->item->text));
    return absent;
}

std::uint64_t Node::percent(std::uint64_t absent) const {
    const std::string expected = "a share such as 10%";
    if (!place_ || !place_->is(Kind::Scalar, expected)) return absent;
    if (const auto value = measured(place_->item->text, shares, 100)) return *value;
    complain(expected + " is expected, not " + shown(place_->item->text));
    return absent;
}

}  // namespace yaml
