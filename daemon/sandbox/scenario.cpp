#include "sandbox/scenario.hpp"

#include <filesystem>

#include "sandbox/reading.hpp"

namespace sandbox {

namespace {

// `rules` and `otherwise` of a map.
template <class OneRule>
void read_rules(const yaml::Node& node, OneRule (*read)(const yaml::Node&),
                std::vector<OneRule>& rules, OneRule& last) {
    for (const yaml::Node& item : node["rules"].items()) {
        if (!item["when"]) item.complain("a rule needs 'when'; what holds for all is 'otherwise'");
        rules.push_back(read(item));
    }
    if (const yaml::Node otherwise = node["otherwise"]) last = read(otherwise);
}

base::Result<Scenario> read_document(yaml::Document document) {
    Scenario scenario;
    const yaml::Node root = document.root();
    scenario.name = root.required("scenario").text();
    scenario.catalogue = root["catalogue"].text();
    read_rules(root, read_rule, scenario.rules, scenario.otherwise);
    if (const yaml::Node node = root["registrations"])
        read_rules(node, read_registration_rule, scenario.registrations,
                   scenario.registration_otherwise);
    if (const yaml::Node node = root["bindings"])
        read_rules(node, read_binding_rule, scenario.bindings, scenario.binding_otherwise);
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
    auto scenario = read_document(std::move(*document));
    if (scenario && !scenario->catalogue.empty())
        scenario->catalogue =
            (std::filesystem::path(file).parent_path() / scenario->catalogue).string();
    return scenario;
}

base::Result<Scenario> parse_scenario(const std::string& text, const std::string& name) {
    auto document = yaml::Document::parse(text, name);
    if (!document) return document.fault();
    return read_document(std::move(*document));
}

}  // namespace sandbox
