#include "ctl/receipt_row.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "ctl/field_names.hpp"
#include "ctl/table.hpp"
#include "route/licence.hpp"

namespace ctl {

namespace {

using base::Element;

constexpr std::size_t characters_max = 200;

std::string text_in(const Element& problem, Language language) {
    for (const Element* each : problem.all("Text"))
        if (each->attribute("xml:lang") == (language == Language::Chinese ? "zh" : "en"))
            return each->text;
    return std::string{problem.text_at("Text")};
}

// Parts that stand in columns of their own, or say nothing about what was decided.
bool is_detail(const Element& child) {
    constexpr std::string_view others[] = {"IssuedAt", "InReplyTo", "Subject", "State",
                                           "Resend",   "Problem",   "Proof",   "LicenceNo"};
    return std::ranges::find(others, child.name) == std::end(others);
}

void append(std::string& out, std::string_view between, const std::string& part) {
    if (part.empty()) return;
    if (!out.empty()) out += between;
    out += part;
}

std::string labelled(std::string_view name, const std::string& value, Language language) {
    if (value.empty()) return {};
    return name_of_field(name, language) + ' ' + coded_value(name, value, language);
}

// Every value in an element, without its own name.
std::string values_in(const Element& element, Language language) {
    std::string out;
    if (element.name == "Field") return labelled(element.attribute("name"), element.text, language);
    for (const base::Attribute& each : element.attributes)
        append(out, ", ", labelled(each.name, each.value, language));
    append(out, ", ", element.text);
    for (const Element& child : element.children)
        append(out, ", ",
               child.children.empty() && child.attributes.empty()
                   ? labelled(child.name, child.text, language)
                   : values_in(child, language));
    return out;
}

// What was found first, and how much more.
std::string problems_in_short(const Element& receipt, Language language) {
    const auto problems = receipt.all("Problem");
    if (problems.empty()) return {};
    std::string out{problems.front()->attribute("code")};
    out += ' ' + text_in(*problems.front(), language);
    if (problems.size() > 1)
        out += (language == Language::Chinese ? "（另有 " : " (and ") +
               std::to_string(problems.size() - 1) +
               (language == Language::Chinese ? " 项）" : " more)");
    return out;
}

std::string details_in_short(const Element& receipt, Language language) {
    std::string out;
    const auto& all = receipt.children;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t count = 1;
        while (i + count < all.size() && all[i + count].name == all[i].name) ++count;
        const std::string name = name_of_field(all[i].name, language);
        if (is_detail(all[i])) {
            const std::string value =
                coded_value(all[i].name, values_in(all[i], language), language);
            append(out, "; ",
                   count > 1 ? name + " × " + std::to_string(count) : name + ' ' + value);
        }
        i += count;
    }
    return out;
}

// A leaf of that name, or what stands for one: a field of a row, an attribute of a line.
bool names(const Element& element, std::string_view name, const auto& is_it) {
    if (element.name == name && is_it(element.text)) return true;
    if (element.name == "Field" && element.attribute("name") == name && is_it(element.text))
        return true;
    if (name == "MessageId" && is_it(element.attribute("messageId"))) return true;
    return std::ranges::any_of(element.children,
                               [&](const Element& child) { return names(child, name, is_it); });
}

}  // namespace

ReceiptRow receipt_row(const Element& receipt) {
    const auto attribute = [&](const char* name) { return std::string{receipt.attribute(name)}; };
    const auto text = [&](const char* path) { return std::string{receipt.text_at(path)}; };
    ReceiptRow row{attribute("number"),
                   attribute("sequence"),
                   attribute("kind"),
                   attribute("stage"),
                   text("IssuedAt"),
                   text("InReplyTo/MessageId"),
                   text("InReplyTo/MessageType"),
                   text("Subject/ApplicationRef"),
                   text("Subject/ApplicationNo"),
                   text("LicenceNo"),
                   {},
                   text("Resend"),
                   {}};
    if (const Element* const state = receipt.child("State")) row.state = state->attribute("code");
    for (const Element* each : receipt.all("Problem"))
        row.problems.emplace_back(each->attribute("code"));
    return row;
}

std::string said_in_short(const Element& receipt, Language language) {
    std::string out;
    if (const Element* const state = receipt.child("State")) {
        const std::string code{state->attribute("code")};
        out = language == Language::Chinese ? code + ' ' + state->text : code;
    }
    append(out, "; ", problems_in_short(receipt, language));
    append(out, "; ", details_in_short(receipt, language));
    out = base::collapsed(printable(base::collapsed(out)));
    const std::string_view whole = out;
    const std::string_view front = base::first_characters(whole, characters_max);
    return front.size() < whole.size() ? std::string{front} + "…" : out;
}

bool names_all(const Element& receipt, const Named& wanted) {
    const auto is = [](const std::string& value) {
        return [&value](std::string_view text) { return text == value; };
    };
    const auto is_licence = [&](std::string_view text) {
        return route::licence_key(text) == route::licence_key(wanted.licence_no);
    };
    return (wanted.message_id.empty() || names(receipt, "MessageId", is(wanted.message_id))) &&
           (wanted.reference.empty() || names(receipt, "ApplicationRef", is(wanted.reference))) &&
           (wanted.licence_no.empty() || names(receipt, "LicenceNo", is_licence));
}

}  // namespace ctl
