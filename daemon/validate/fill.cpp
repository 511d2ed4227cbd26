#include "validate/fill.hpp"

#include <algorithm>
#include <array>

#include "validate/figures.hpp"
#include "validate/identifiers.hpp"
#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Element;
using Order = std::span<const std::string_view>;

constexpr std::array<std::string_view, 18> application_order{"ApplicationRef",
                                                             "Year",
                                                             "Importer",
                                                             "EndUser",
                                                             "Handler",
                                                             "TradeMode",
                                                             "ForeignExchangeSource",
                                                             "GoodsUse",
                                                             "CustomsOffice",
                                                             "TradingCountry",
                                                             "OriginCountry",
                                                             "UsageMode",
                                                             "SingleMachine",
                                                             "Project",
                                                             "Totals",
                                                             "Contract",
                                                             "Attachment",
                                                             "Remarks"};
constexpr std::array<std::string_view, 3> importer_order{"Code", "Uscc", "Name"};
constexpr std::array<std::string_view, 3> end_user_order{"Uscc", "Name", "Region"};
constexpr std::array<std::string_view, 6> machine_order{
    "CommodityCode", "Condition", "Currency", "Specification", "CommodityName", "Unit"};
constexpr std::array<std::string_view, 5> line_order{"Model", "Quantity", "UnitPrice", "Amount",
                                                     "AmountUsd"};
constexpr std::array<std::string_view, 6> project_order{"Name",     "Type",   "Industry",
                                                        "Currency", "Amount", "AmountUsd"};
constexpr std::array<std::string_view, 3> totals_order{"Quantity", "Amount", "AmountUsd"};

// messages.md 3.2
constexpr const char* defaults[][2] = {
    {"TradeMode", "10"}, {"ForeignExchangeSource", "01"}, {"GoodsUse", "01"}};

constexpr std::string_view no_trading_right_prefix = "9999";

// What permitd may fill in; nothing else is ever taken out, wherever it has come from since.
constexpr std::array<std::string_view, 6> ours_in_application{
    "Importer", "EndUser", "TradeMode", "ForeignExchangeSource", "GoodsUse", "Totals"};
constexpr std::array<std::string_view, 2> ours_in_machine{"CommodityName", "Unit"};
constexpr std::array<std::string_view, 2> ours_in_line{"Amount", "AmountUsd"};

void take_out(Element* from, Order names) {
    if (!from) return;
    std::erase_if(from->children, [&](const Element& each) {
        return each.position.line == 0 &&
               std::find(names.begin(), names.end(), each.name) != names.end();
    });
}

void take_out_ours(Element& application) {
    take_out(&application, ours_in_application);
    take_out(application.child("Importer"), importer_order);
    take_out(application.child("EndUser"), end_user_order);
    take_out(application.child("Totals"), totals_order);
    take_out(application.child("Project"), ours_in_line);
    Element* machine = application.child("SingleMachine");
    if (!machine) return;
    take_out(machine, ours_in_machine);
    for (Element& each : machine->children)
        if (each.name == "Specification") take_out(&each, ours_in_line);
}

// Values in the form of their type, so that nothing after this has to think of white space.
void tidy(Element& element) {
    if (element.name == "Attachment") return;
    if (element.children.empty()) element.text = base::collapsed(element.text);
    for (Element& each : element.children) tidy(each);
}

std::size_t rank(Order order, std::string_view name) {
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), name) - order.begin());
}

class Filler {
public:
    Filler(Element& body, std::string path, const Facts& facts)
        : body_(body), path_(std::move(path)), facts_(facts), today_(base::day_of(facts.now)) {}

    std::vector<std::string> fill() {
        resolve_aliases();
        importer();
        end_user();
        for (const auto& [name, value] : defaults)
            leaf(body_, path_, application_order, name, value);
        goods();
        amounts();
        return std::move(filled_);
    }

private:
    // The child of that name; a new one at its place if there is none.
    Element& child(Element& parent, const std::string& path, Order order, std::string_view name) {
        if (Element* found = parent.child(name)) return *found;
        const auto behind = std::find_if(
            parent.children.begin(), parent.children.end(),
            [&](const Element& each) { return rank(order, each.name) > rank(order, name); });
        filled_.push_back(base::path_of(path, name, 0));
        return *parent.children.insert(behind, Element{std::string(name), {}});
    }

    void leaf(Element& parent, const std::string& path, Order order, std::string_view name,
              std::string_view value) {
        if (!value.empty() && !parent.child(name)) child(parent, path, order, name).text = value;
    }

    // A whole element, told as one.
    void whole(std::string_view name, Order order,
               const std::vector<std::pair<std::string_view, std::string>>& leaves) {
        Element& made = child(body_, path_, application_order, name);
        const std::size_t told = filled_.size();
        for (const auto& [leaf_name, value] : leaves) leaf(made, {}, order, leaf_name, value);
        filled_.resize(told);
    }

    // Codes that are an alias of another (RMB of CNY) as the code proper.
    void resolve_aliases() {
        for (const char* place :
             {"SingleMachine/Currency", "Project/Currency", "Contract/Currency"})
            if (Element* currency = body_.at(place))
                currency->text = facts_.lists->canonical("currencies", currency->text, today_);
    }

    std::string registered(std::string_view name) const {
        return facts_.registration ? base::collapsed(facts_.registration->text_at(name)) : "";
    }

    std::string registered_organisation() const {
        const std::string code = registered("OrganizationCode");
        return code.empty() ? std::string(organisation_of_uscc(registered("Uscc"))) : code;
    }

    std::string registered_importer_code() const {
        const std::string right = registered("TradingRight");
        const bool may_trade = right == "true" || right == "1";
        const std::string region = registered("Region");
        const std::string area =
            may_trade ? region.substr(0, 4) : std::string(no_trading_right_prefix);
        return area + registered_organisation();
    }

    void importer() {
        const auto& newest = facts_.importer;
        Element* given = body_.child("Importer");
        const std::string code = given ? std::string(given->text_at("Code")) : "";
        if (newest && (!given || newest->text_at("Code") == code)) {
            adopt("Importer", importer_order,
                  {{"Code", std::string(newest->text_at("Code"))},
                   {"Uscc", std::string(newest->text_at("Uscc"))},
                   {"Name", std::string(newest->text_at("Name"))}});
        }
        if (!facts_.registration || (!given && newest)) return;
        if (given && organisation_of_enterprise_code(code) != registered_organisation()) return;
        adopt("Importer", importer_order,
              {{"Code", registered_importer_code()},
               {"Uscc", registered("Uscc")},
               {"Name", registered("Name")}});
    }

    void end_user() {
        if (!facts_.registration) return;
        const Element* given = body_.child("EndUser");
        if (given && given->text_at("Uscc") != registered("Uscc")) return;
        adopt("EndUser", end_user_order,
              {{"Uscc", registered("Uscc")},
               {"Name", registered("Name")},
               {"Region", registered("Region")}});
    }

    void adopt(std::string_view name, Order order,
               const std::vector<std::pair<std::string_view, std::string>>& leaves) {
        Element* given = body_.child(name);
        if (!given) return whole(name, order, leaves);
        const std::string path = base::path_of(path_, name, 0);
        for (const auto& [leaf_name, value] : leaves) leaf(*given, path, order, leaf_name, value);
    }

    void goods() {
        Element* machine = body_.child("SingleMachine");
        if (!machine) return;
        const auto commodity = catalogue_entry(body_, facts_).commodity;
        if (!commodity) return;
        const std::string path = base::path_of(path_, "SingleMachine", 0);
        leaf(*machine, path, machine_order, "CommodityName", commodity->name);
        leaf(*machine, path, machine_order, "Unit", commodity->unit);
    }

    void amounts() {
        const Figures figures = figures_of(body_, *facts_.lists, today_);
        if (figures.lines.empty()) return;
        const auto text = [](std::optional<base::Decimal> value, int digits) {
            return value ? value->text(digits) : std::string{};
        };
        std::size_t index = 0;
        const auto line = [&](Element& element, const std::string& path, Order order) {
            leaf(element, path, order, "Amount",
                 text(figures.lines[index].amount, figures.minor_units));
            leaf(element, path, order, "AmountUsd", text(figures.lines[index].amount_usd, 2));
            ++index;
        };
        if (Element* machine = body_.child("SingleMachine")) {
            const std::string path = base::path_of(path_, "SingleMachine", 0);
            for (Element& each : machine->children)
                if (each.name == "Specification")
                    line(each, base::path_of(path, each.name, index), line_order);
        } else if (Element* project = body_.child("Project")) {
            line(*project, base::path_of(path_, "Project", 0), project_order);
        }
        if (!figures.amount) return;
        adopt("Totals", totals_order,
              {{"Quantity", figures.quantity ? figures.quantity->text() : std::string{}},
               {"Amount", text(figures.amount, figures.minor_units)},
               {"AmountUsd", text(figures.amount_usd, 2)}});
    }

    Element& body_;
    std::string path_;
    const Facts& facts_;
    base::Date today_;
    std::vector<std::string> filled_;
};

}  // namespace

std::vector<std::string> fill_in(Element& body, const std::string& path, const Facts& facts) {
    tidy(body);
    if (body.name != "LicenceApplication") return {};
    if (body.position.line != 0) take_out_ours(body);
    return Filler(body, path, facts).fill();
}

}  // namespace validate
