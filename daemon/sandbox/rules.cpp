// How one rule for applications is read.
#include <charconv>

#include "sandbox/reading.hpp"

namespace sandbox {

namespace {

constexpr Named<Decision> decisions[] = {{"approved", Decision::Approved},
                                         {"returned", Decision::Returned},
                                         {"disapproved", Decision::Disapproved},
                                         {"refused", Decision::Refused}};
constexpr Named<Transfer> transfers[] = {{"none", Transfer::None},
                                         {"sent", Transfer::SentOnly},
                                         {"received", Transfer::Received},
                                         {"failed", Transfer::Failed}};
constexpr Named<Telling> tellings[] = {{"told", Telling::Told}, {"untold", Telling::Untold}};
constexpr Named<Withdrawing::Decision> withdrawals[] = {
    {"confirmed", Withdrawing::Decision::Confirmed}, {"refused", Withdrawing::Decision::Refused}};
constexpr Named<Usage> usages[] = {
    {"any", Usage::Any}, {"single-batch", Usage::SingleBatch}, {"multi-batch", Usage::MultiBatch}};

std::optional<base::Decimal> decimal(const yaml::Node& node) {
    if (!node) return std::nullopt;
    const auto value = base::Decimal::parse(node.text());
    if (!value) node.complain("a plain decimal number is expected");
    return value;
}

void read(const yaml::Node& node, Condition& when) {
    when.remark = node["remark"].text();
    when.reference = node["reference"].text();
    when.reference_prefix = node["reference_prefix"].text();
    when.commodity = node["commodity"].text();
    when.usd_over = decimal(node["usd_over"]);
    when.usd_under = decimal(node["usd_under"]);
    when.usage = choice(node["usage"], usages, Usage::Any);
}

Step read_step(const yaml::Node& node) {
    const std::string opinion = node["opinion"].text();
    return {node.required("office").text(), node.required("name").text(),
            node["actor"].text("经办人"),
            node["result"].text("通过") + (opinion.empty() ? "" : "：" + opinion),
            node["after"].duration(Delay{0})};
}

// "1/3" or "rest"; a quantity stands under a key of its own.
Clearing read_clearing(const yaml::Node& node) {
    Clearing clearing;
    clearing.after = node["after"].duration(Delay{0});
    clearing.quantity = decimal(node["quantity"]);
    if (const yaml::Node revoked = node["revoked_after"])
        clearing.revoked_after = revoked.duration(Delay{0});
    const yaml::Node part = node["part"];
    const std::string text = part.text("rest");
    if (text == "rest") return clearing;
    const std::size_t slash = text.find('/');
    const char* const end = text.data() + text.size();
    const auto above = std::from_chars(text.data(), end, clearing.part);
    const auto below = slash == std::string::npos
                           ? std::from_chars_result{text.data(), std::errc::invalid_argument}
                           : std::from_chars(text.data() + slash + 1, end, clearing.parts);
    const bool sound = above.ec == std::errc{} && above.ptr == text.data() + slash &&
                       below.ec == std::errc{} && below.ptr == end && clearing.part > 0 &&
                       clearing.parts >= clearing.part;
    if (!sound) {
        part.complain("'" + text + "' is neither a part such as 1/3 nor 'rest'");
        clearing.part = 0, clearing.parts = 1;
    }
    return clearing;
}

void read_after_approval(const yaml::Node& node, Rule& rule) {
    if (const yaml::Node transfer = node["transfer"]) {
        rule.transfer = choice(transfer["outcome"], transfers, rule.transfer);
        rule.transfer_note = transfer["note"].text();
        rule.sent_after = transfer["sent_after"].duration(rule.sent_after);
        rule.received_after = transfer["received_after"].duration(rule.received_after);
    }
    for (const yaml::Node& item : node["clearances"].items())
        rule.clearings.push_back(read_clearing(item));
    if (const yaml::Node cancelled = node["cancelled"])
        rule.cancelled = {cancelled["after"].duration(Delay{0}), cancelled["note"].text()};
    rule.valid_days = static_cast<unsigned>(node["valid_days"].number(0, 1, 3660));
    rule.expiry = choice(node["expiry"], tellings, rule.expiry);
    rule.exhausted = choice(node["exhausted"], tellings, rule.exhausted);
}

void read_withdrawal(const yaml::Node& node, Withdrawing& withdrawal) {
    if (!node) return;
    withdrawal.decision = choice(node["decision"], withdrawals, withdrawal.decision);
    withdrawal.opinion = node["opinion"].text();
    withdrawal.after = node["after"].duration(Delay{0});
}

std::string usual_opinion(Decision decision) {
    switch (decision) {
        case Decision::Approved: return "同意";
        case Decision::Returned: return "请补正后重新申报";
        case Decision::Disapproved: return "不予许可";
        case Decision::Refused: return "";
    }
    return "";
}

}  // namespace

std::vector<Step> read_steps(const yaml::Node& list) {
    std::vector<Step> steps;
    for (const yaml::Node& item : list.items()) steps.push_back(read_step(item));
    return steps;
}

Refusal read_refusal(const yaml::Node& fault, const Refusal& usual) {
    if (!fault) return usual;
    return {fault["code"].text(usual.code), fault["field"].text(usual.field),
            fault["text"].text(usual.text)};
}

Rule read_rule(const yaml::Node& node) {
    Rule rule;
    if (const yaml::Node when = node["when"]) read(when, rule.when);
    rule.decision = choice(node["decision"], decisions, rule.decision);
    rule.opinion = node["opinion"].text(usual_opinion(rule.decision));
    rule.office = node["office"].text(rule.office);
    rule.officer = node["officer"].text(rule.officer);
    rule.refusal = read_refusal(node["fault"], {"E2001", "", "不予受理"});
    rule.delay = node["delay"].duration(rule.delay);
    rule.acknowledge_after = node["acknowledge_after"].duration(rule.acknowledge_after);
    rule.steps = read_steps(node["steps"]);
    read_after_approval(node, rule);
    read_withdrawal(node["withdrawal"], rule.withdrawal);
    rule.twice = node["twice"].flag(false);
    rule.reversed = node["reversed"].flag(false);
    rule.stray = node["stray"].flag(false);
    rule.incomplete = node["incomplete"].flag(false);
    if (const yaml::Node completed = node["completed_after"])
        rule.completed_after = completed.duration(Delay{0});
    return rule;
}

}  // namespace sandbox
