#include "sandbox/scenario.hpp"

#include <charconv>

#include "yaml/document.hpp"

namespace sandbox {

namespace {

template <class Choice>
struct Named {
    const char* name;
    Choice choice;
};

constexpr Named<Decision> decisions[] = {{"approved", Decision::Approved},
                                         {"returned", Decision::Returned},
                                         {"disapproved", Decision::Disapproved},
                                         {"refused", Decision::Refused}};
constexpr Named<Transfer> transfers[] = {{"none", Transfer::None},
                                         {"sent", Transfer::SentOnly},
                                         {"received", Transfer::Received},
                                         {"failed", Transfer::Failed}};
constexpr Named<Usage> usages[] = {
    {"any", Usage::Any}, {"single-batch", Usage::SingleBatch}, {"multi-batch", Usage::MultiBatch}};

template <class Choice, std::size_t count>
Choice choice(const yaml::Node& node, const Named<Choice> (&names)[count], Choice absent) {
    if (!node) return absent;
    const std::string text = node.text();
    std::string known;
    for (const auto& [name, value] : names) {
        if (text == name) return value;
        known += std::string(known.empty() ? "" : ", ") + name;
    }
    node.complain("'" + text + "' is none of " + known);
    return absent;
}

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
    return {node.required("office").text(), node.required("name").text(),
            node["actor"].text("经办人"), node["result"].text("通过"),
            node["after"].duration(Delay{0})};
}

// "1/3" or "rest"; a quantity stands under a key of its own.
Clearing read_clearing(const yaml::Node& node) {
    Clearing clearing;
    clearing.after = node["after"].duration(Delay{0});
    clearing.quantity = decimal(node["quantity"]);
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

Rule read_rule(const yaml::Node& node) {
    Rule rule;
    if (const yaml::Node when = node["when"]) read(when, rule.when);
    rule.decision = choice(node["decision"], decisions, rule.decision);
    rule.opinion = node["opinion"].text(usual_opinion(rule.decision));
    rule.office = node["office"].text(rule.office);
    rule.officer = node["officer"].text(rule.officer);
    if (const yaml::Node fault = node["fault"])
        rule.refusal = {fault["code"].text(), fault["field"].text(), fault["text"].text()};
    if (rule.refusal.code.empty()) rule.refusal.code = "E2001";
    if (rule.refusal.text.empty()) rule.refusal.text = "不予受理";
    rule.delay = node["delay"].duration(rule.delay);
    rule.acknowledge_after = node["acknowledge_after"].duration(rule.acknowledge_after);
    for (const yaml::Node& item : node["steps"].items()) rule.steps.push_back(read_step(item));
    read_after_approval(node, rule);
    rule.twice = node["twice"].flag(false);
    rule.reversed = node["reversed"].flag(false);
    rule.stray = node["stray"].flag(false);
    rule.incomplete = node["incomplete"].flag(false);
    return rule;
}

base::Result<Scenario> read_document(yaml::Document document) {
    Scenario scenario;
    const yaml::Node root = document.root();
    scenario.name = root.required("scenario").text();
    for (const yaml::Node& item : root["rules"].items()) {
        if (!item["when"]) item.complain("a rule needs 'when'; what holds for all is 'otherwise'");
        scenario.rules.push_back(read_rule(item));
    }
    if (const yaml::Node otherwise = root["otherwise"]) scenario.otherwise = read_rule(otherwise);
    std::string all;
    for (const std::string& complaint : document.complaints())
        all += (all.empty() ? "" : "\n") + complaint;
    if (!all.empty()) return base::Fault{base::Remedy::AskOperator, all};
    return scenario;
}

}  // namespace

base::Result<Scenario> read_scenario(const std::string& file) {
    auto document = yaml::Document::read(file);
    if (!document) return document.fault();
    return read_document(std::move(*document));
}

base::Result<Scenario> parse_scenario(const std::string& text, const std::string& name) {
    auto document = yaml::Document::parse(text, name);
    if (!document) return document.fault();
    return read_document(std::move(*document));
}

}  // namespace sandbox
