#include "route/rows.hpp"

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "route/licence.hpp"
#include "route/row.hpp"

namespace route {

namespace {

using base::Element;

constexpr std::size_t limit_default = 100;

std::size_t limit_of(const Element& query) {
    const std::string_view text = query.text_at("Limit");
    std::size_t limit = limit_default;
    std::from_chars(text.data(), text.data() + text.size(), limit);
    return limit;
}

std::vector<edi::Application> named(const Element& query, const std::string& sender,
                                    const Scene& scene) {
    std::vector<edi::Application> found;
    for (const Element* each : query.all("ApplicationRef"))
        if (auto application = scene.state.application({sender, each->text}))
            found.push_back(std::move(*application));
    return found;
}

std::string written_licence(const edi::Application& application, const Scene& scene) {
    const auto licence = scene.state.licence(application.licence_no);
    return licence ? licence->written : application.licence_no;
}

Row status_row(const edi::Application& application, const Scene& scene) {
    Row row;
    row.field("ApplicationRef", application.reference)
        .field("State", edi::code_of(application.state))
        .field("StateZh", edi::chinese_of(application.state))
        .field("ApplicationNo", application.application_no)
        .field("LicenceNo", written_licence(application, scene))
        .field("MessageId", application.message_id)
        .field("CreatedAt", application.created_at)
        .field("ChangedAt", application.changed_at);
    return row;
}

// As it was sent: what permitd added to the goods stands in fields.
Element without_additions(const edi::Application& application) {
    Element content = application.content;
    std::erase_if(content.children, [](const Element& each) { return each.name == "Attachment"; });
    if (Element* const machine = content.child("SingleMachine"))
        std::erase_if(machine->children, [](const Element& each) {
            return each.name == "CommodityName" || each.name == "Unit";
        });
    return content;
}

Rows application(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    for (const edi::Application& each : named(query, sender, scene)) {
        Row row = status_row(each, scene);
        row.field("CommodityName", each.content->text_at("SingleMachine/CommodityName"))
            .field("Unit", each.content->text_at("SingleMachine/Unit"));
        row.document(without_additions(each));
        out.rows.push_back(row);
        for (const Element* attachment : each.content->all("Attachment")) {
            const std::string bytes = base::parse_base64(attachment->text).value_or(std::string{});
            out.rows.push_back(Row{}
                                   .field("Attachment", attachment->attribute("name"))
                                   .field("MediaType", attachment->attribute("mediaType"))
                                   .field("Bytes", std::to_string(bytes.size()))
                                   .field("Sha256", base::sha256_hex(bytes)));
        }
    }
    return out;
}

bool matches(const edi::Application& application, const Element& query) {
    const auto states = query.all("State");
    const bool state = states.empty() || std::ranges::any_of(states, [&](const Element* each) {
                           return each->text == edi::code_of(application.state);
                       });
    const std::string created = base::iso(base::day_of(application.created_at));
    const auto given = [&](const char* name) { return query.text_at(name); };
    const std::string_view goods = application.content->text_at("SingleMachine/CommodityCode");
    return state && (given("CreatedFrom").empty() || created >= given("CreatedFrom")) &&
           (given("CreatedTo").empty() || created <= given("CreatedTo")) &&
           (given("CommodityCode").empty() || goods.starts_with(given("CommodityCode"))) &&
           (given("ApplicationRef").empty() || application.reference == given("ApplicationRef")) &&
           (given("ApplicationNo").empty() ||
            application.application_no == given("ApplicationNo")) &&
           (given("LicenceNo").empty() ||
            application.licence_no == licence_key(given("LicenceNo")));
}

Element list_row(const edi::Application& each, const Scene& scene) {
    const Element* goods = each.content->child("SingleMachine");
    if (!goods) goods = each.content->child("Project");
    Row row = status_row(each, scene);
    row.field("Year", each.content->text_at("Year"))
        .field("CommodityCode", each.content->text_at("SingleMachine/CommodityCode"))
        .field("CommodityName", each.content->text_at("SingleMachine/CommodityName"))
        .field("Project", each.content->text_at("Project/Name"))
        .field("Quantity", each.content->text_at("Totals/Quantity"))
        .field("Amount", each.content->text_at("Totals/Amount"))
        .field("Currency", goods ? goods->text_at("Currency") : std::string_view{})
        .field("AmountUsd", each.content->text_at("Totals/AmountUsd"));
    return row;
}

Rows application_list(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    const std::size_t limit = limit_of(query);
    std::string last;
    scene.state.each_application(sender, std::string{query.text_at("After")},
                                 [&](const edi::Application& each) {
                                     auto row = listed(query, each, scene);
                                     if (!row) return true;
                                     if (out.rows.size() == limit) {
                                         out.next_after = last;
                                         return false;
                                     }
                                     last = each.reference;
                                     out.rows.push_back(std::move(*row));
                                     return true;
                                 });
    return out;
}

// The rows of a list that are in force and hold the text, behind `After`, at most `Limit`.
Rows page_of(const edi::List& list, const Element& query, base::Date day,
             const std::function<bool(const edi::ListRow&)>& wanted,
             const std::function<Element(const edi::ListRow&)>& told) {
    Rows out;
    const std::size_t limit = limit_of(query);
    std::string last;
    for (const edi::ListRow* each : list.in_force_on(day)) {
        if (each->code <= query.text_at("After") || !wanted(*each)) continue;
        if (out.rows.size() == limit) {
            out.next_after = last;
            break;
        }
        last = each->code;
        out.rows.push_back(told(*each));
    }
    return out;
}

Rows code_list(const Element& query, const std::string&, const Scene& scene) {
    const edi::List* const list = scene.lists.list(std::string{query.text_at("List")});
    if (!list) return {};
    const std::string_view contained = query.text_at("Contains");
    return page_of(
        *list, query, base::day_of(scene.now),
        [&](const edi::ListRow& row) {
            return contained.empty() ||
                   std::ranges::any_of(row.cells, [&](const std::string& cell) {
                       return cell.find(contained) != std::string::npos;
                   });
        },
        [&](const edi::ListRow& row) {
            Row out;
            for (std::size_t i = 0; i < list->columns.size(); ++i)
                out.field(list->columns[i].c_str(), row.cells[i]);
            return Element(std::move(out));
        });
}

// Of this year by default; of another year its first of January counts as the day.
base::Date catalogue_day(const Element& query, base::Time now) {
    const base::Date today = base::day_of(now);
    const auto first = base::parse_date(std::string{query.text_at("Year")} + "-01-01");
    return first && first->year() != today.year() ? *first : today;
}

Rows commodities(const Element& query, const std::string&, const Scene& scene) {
    const edi::List* const list = scene.lists.list("commodities");
    if (!list) return {};
    const base::Date day = catalogue_day(query, scene.now);
    const std::string_view prefix = query.text_at("CodePrefix");
    const std::string_view name = query.text_at("NameContains");
    return page_of(
        *list, query, day,
        [&](const edi::ListRow& row) {
            return row.code.starts_with(prefix) &&
                   list->cell(row.code, "name_zh", day).find(name) != std::string::npos;
        },
        [&](const edi::ListRow& row) {
            const auto cell = [&](const char* column) { return list->cell(row.code, column, day); };
            const edi::List* const units = scene.lists.list("units");
            return Element(Row{}
                               .field("CommodityCode", row.code)
                               .field("Name", cell("name_zh"))
                               .field("Unit", cell("unit"))
                               .field("UnitName", units->cell(cell("unit"), "name_zh", day))
                               .field("Supervision", cell("supervision"))
                               .field("IssuingTier", cell("issuing_tier"))
                               .field("ValidFrom", row.valid_from)
                               .field("ValidTo", row.valid_to));
        });
}

Row registration_row(const edi::Registration& registration) {
    Row row;
    row.field("State", edi::code_of(registration.state))
        .field("StateZh", edi::chinese_of(registration.state))
        .field("Account", registration.account)
        .field("MessageId", registration.message_id)
        .field("CreatedAt", registration.created_at)
        .field("ChangedAt", registration.changed_at);
    return row;
}

Rows registration(const Element&, const std::string& sender, const Scene& scene) {
    edi::Registration known = scene.state.registration(sender).value_or(edi::Registration{});
    Row row = registration_row(known);
    if (const Element* const account = known.content.child("LicensingAccount"))
        for (const Element& each : account->children)
            if (each.name != "Password") row.field(each.name.c_str(), each.text);
    const Element* const enterprise = known.content.child("Enterprise");
    if (enterprise)
        row.document(*enterprise);
    else if (!known.approved.name.empty())
        row.document(known.approved);
    Rows out;
    out.rows.push_back(row);
    return out;
}

Rows registration_status(const Element&, const std::string& sender, const Scene& scene) {
    Rows out;
    if (const auto known = scene.state.registration(sender))
        out.rows.push_back(registration_row(*known));
    return out;
}

Rows status(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    for (const edi::Application& each : named(query, sender, scene))
        out.rows.push_back(status_row(each, scene));
    return out;
}

}  // namespace

std::optional<Element> listed(const Element& query, const edi::Application& application,
                              const Scene& scene) {
    if (!matches(application, query)) return std::nullopt;
    return list_row(application, scene);
}

Rows rows_of(const Element& query, const std::string& sender, const Scene& scene) {
    struct Table {
        std::string_view type;
        Rows (*rows)(const Element&, const std::string&, const Scene&);
    };
    static constexpr Table tables[] = {
        {"ApplicationQuery", application},     {"ApplicationListQuery", application_list},
        {"CommodityQuery", commodities},       {"CodeListQuery", code_list},
        {"RegistrationQuery", registration},   {"RegistrationStatusQuery", registration_status},
        {"ApplicationStatusQuery", status},    {"ProcessTrailQuery", trail_rows},
        {"ReviewOpinionQuery", opinion_rows},  {"CustomsTransferQuery", transfer_rows},
        {"LicenceBalanceQuery", balance_rows}, {"ClearanceQuery", clearance_rows},
    };
    const auto* const found = std::ranges::find(tables, std::string_view{query.name}, &Table::type);
    return found == std::end(tables) ? Rows{} : found->rows(query, sender, scene);
}

}  // namespace route
