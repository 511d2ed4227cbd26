#include "sandbox/declaration.hpp"

namespace sandbox {

namespace {

using base::Decimal;

Decimal decimal_at(const base::Element& element, std::string_view path) {
    return Decimal::parse(base::collapsed(element.text_at(path))).value_or(Decimal{});
}

std::string text_at(const base::Element& element, std::string_view path) {
    return base::collapsed(element.text_at(path));
}

bool starts_with(const std::string& text, const std::string& front) {
    return text.compare(0, front.size(), front) == 0;
}

bool holds(const Condition& when, const Declaration& declaration) {
    if (declaration.note.find(when.remark) == std::string::npos) return false;
    if (!when.reference.empty() && when.reference != declaration.client_ref) return false;
    if (!starts_with(declaration.client_ref, when.reference_prefix)) return false;
    if (!starts_with(declaration.commodity, when.commodity)) return false;
    if (when.usd_over && declaration.amount_usd <= *when.usd_over) return false;
    if (when.usd_under && declaration.amount_usd >= *when.usd_under) return false;
    switch (when.usage) {
        case Usage::Any: return true;
        case Usage::SingleBatch: return !declaration.multi_batch;
        case Usage::MultiBatch: return declaration.multi_batch;
    }
    return false;
}

}  // namespace

Declaration read_declaration(const base::Element& application) {
    Declaration declaration;
    declaration.client_ref = text_at(application, "clientRef");
    declaration.enterprise = text_at(application, "tradeScCode");
    if (declaration.enterprise.empty())
        declaration.enterprise = text_at(application, "corpTradeScCode");
    declaration.note = text_at(application, "note");
    declaration.commodity = text_at(application, "businessCode");
    declaration.goods_name = text_at(application, "businessName");
    if (declaration.goods_name.empty())
        declaration.goods_name = text_at(application, "project/name");
    declaration.unit = text_at(application, "infoList/info/unit");
    if (declaration.unit.empty()) declaration.unit = "001";
    declaration.currency = text_at(application, "currCde");
    declaration.customs = text_at(application, "bg1");
    declaration.trade_mode = text_at(application, "trdCde");
    declaration.quantity = decimal_at(application, "qtySum");
    declaration.amount = decimal_at(application, "amountSum");
    declaration.amount_usd = decimal_at(application, "amountUsdSum");
    declaration.multi_batch = text_at(application, "oneMk") == "1";
    return declaration;
}

const Rule& rule_for(const Scenario& scenario, const Declaration& declaration) {
    for (const Rule& rule : scenario.rules)
        if (holds(rule.when, declaration)) return rule;
    return scenario.otherwise;
}

}  // namespace sandbox
