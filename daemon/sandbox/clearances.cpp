#include "sandbox/clearances.hpp"

#include <algorithm>
#include <cstdlib>

namespace sandbox {

namespace {

using base::Decimal;
using base::Element;

__extension__ using Wide = __int128;

// A project names no commodity; customs clear its machines one way or another.
constexpr const char* project_code = "8479899990";

// value * above / below, cut after `digits` fraction digits. REQUIRES: nothing negative.
Decimal fraction_of(Decimal value, Decimal above, Decimal below, int digits) {
    const auto units = [](Decimal number) {
        std::string text = number.text(4);
        std::erase(text, '.');
        return static_cast<Wide>(std::atoll(text.c_str()));
    };
    if (units(below) == 0) return Decimal{};
    Wide scaled = units(value) * units(above) / units(below);
    for (int i = digits; i < 4; ++i) scaled /= 10;
    std::string text = std::to_string(static_cast<long long>(scaled));
    if (digits == 0) return Decimal::parse(text).value_or(Decimal{});
    while (text.size() <= static_cast<std::size_t>(digits)) text.insert(text.begin(), '0');
    text.insert(text.end() - digits, '.');
    return Decimal::parse(text).value_or(Decimal{});
}

// The usual pairs of trade mode and customs regime.
std::string regime_of(const std::string& trade_mode) {
    static constexpr std::pair<const char*, const char*> pairs[] = {
        {"10", "0110"}, {"11", "3511"}, {"12", "3612"}, {"13", "0513"}, {"14", "0214"},
        {"15", "0615"}, {"16", "1616"}, {"19", "4019"}, {"20", "0420"}, {"23", "1523"},
        {"25", "2025"}, {"27", "1427"}, {"30", "0130"}, {"31", "1831"}, {"33", "1233"},
        {"34", "5034"}, {"35", "5335"}, {"39", "9900"}};
    for (const auto& [mode, regime] : pairs)
        if (trade_mode == mode) return regime;
    return "0110";
}

}  // namespace

Decimal licensed_quantity(const Declaration& declaration) {
    return declaration.quantity == Decimal{} ? Decimal::whole(1) : declaration.quantity;
}

Drawdown::Drawdown(const Declaration& declaration)
    : declaration_(declaration), licensed_(licensed_quantity(declaration)), left_(licensed_),
      uses_left_(declaration.multi_batch ? uses_max : 1) {}

bool Drawdown::exhausted() const { return uses_left_ == 0 || left_ == Decimal{}; }

Decimal Drawdown::quantity_of(const Clearing& clearing) const {
    if (clearing.quantity) return std::min(*clearing.quantity, left_);
    if (clearing.part == 0) return left_;
    const bool whole = licensed_.is_whole();
    const Decimal part = fraction_of(licensed_, Decimal::whole(clearing.part),
                                     Decimal::whole(clearing.parts), whole ? 0 : 4);
    const Decimal least = whole ? Decimal::whole(1) : left_;
    return std::min(part == Decimal{} ? least : part, left_);
}

Element Drawdown::item(Decimal quantity) const {
    Element item{"item", ""};
    item.add("no", "1");
    item.add("code", declaration_.commodity.empty() ? project_code : declaration_.commodity);
    item.add("name", declaration_.goods_name);
    item.add("qty", quantity.text());
    item.add("unit", declaration_.unit);
    item.add("amount", fraction_of(declaration_.amount, quantity, licensed_, 2).text(2));
    item.add("currency", declaration_.currency);
    return item;
}

Element Drawdown::clear(const Clearing& clearing, const std::string& licence_no, base::Time at,
                        Numbers& numbers) {
    const Decimal quantity = quantity_of(clearing);
    left_ = left_ - quantity;
    --uses_left_;
    Element clearance{"clearance", ""};
    clearance.add("licenceNo", licence_no);
    clearance.add("declarationNo", numbers.next_declaration_no(declaration_.customs, at));
    clearance.add("customs", declaration_.customs);
    clearance.add("regime", regime_of(declaration_.trade_mode));
    clearance.add("clearedOn", base::iso(base::day_of(at)));
    clearance.children.push_back(item(quantity));
    add_left(clearance);
    return clearance;
}

Element Drawdown::revoke(Element clearance) {
    left_ = left_ + Decimal::parse(clearance.text_at("item/qty")).value_or(Decimal{});
    ++uses_left_;
    std::erase_if(clearance.children, [](const Element& child) {
        return child.name == "usesLeft" || child.name == "qtyLeft";
    });
    add_left(clearance);
    clearance.add("revoked", "true");
    return clearance;
}

void Drawdown::add_left(Element& clearance) const {
    if (!declaration_.multi_batch) return;
    clearance.add("usesLeft", std::to_string(uses_left_));
    clearance.add("qtyLeft", left_.text());
}

}  // namespace sandbox
