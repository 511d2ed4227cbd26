#include "mapping/conformity.hpp"

#include <unordered_map>

#include "base/utf8.hpp"
#include "mapping/rule.hpp"

namespace mapping {
namespace {

constexpr std::size_t value_characters_max = 200;
constexpr const char* masked = "***";

class Look {
public:
    Look(const std::string& table, const std::set<std::string>& ignored, std::size_t most)
        : table_(table), ignored_(ignored), most_(most) {}

    void at(const Shape& shape, const base::Element& element, const std::string& path) {
        if (is_secret(element.name) && !element.children.empty()) {
            // What a secret holds may look like elements; their names are not told either.
            add("PartnerText", element, path, masked, element.name);
            return;
        }
        attributes(shape, element, path);
        if (!is_blank(element.text) && !shape.is_leaf() && !shape.part("."))
            add("PartnerText", element, path, element.text, element.name);
        std::unordered_map<std::string_view, std::size_t> counts;
        for (const base::Element& child : element.children) {
            const std::size_t index = counts[child.name]++;
            const std::string here = base::path_of(path, child.name, index);
            const Shape* part = shape.part(child.name);
            const std::size_t most = part && part->repeats ? part->most : 1;
            if (!part && ignored_.contains(child.name)) continue;
            if (!part)
                add("PartnerUnknown", child, here, child.text, child.name);
            else if (most > 0 && index >= most)
                add("PartnerTooMany", child, here, child.text, child.name, std::to_string(most));
            else if (part->required && part->is_leaf() && is_blank(child.text))
                add("PartnerMissing", child, here, {}, child.name);
            else
                at(*part, child, here);
        }
        for (const Shape& part : shape.inside)
            if (part.required && !part.is_attribute() && part.name != "." &&
                !counts.contains(part.name))
                add("PartnerMissing", element, path, {}, part.name);
    }

    std::vector<base::Finding> take() { return std::move(found_); }

private:
    void attributes(const Shape& shape, const base::Element& element, const std::string& path) {
        for (const base::Attribute& each : element.attributes)
            if (const std::string name = '@' + each.name;
                !shape.part(name) && !ignored_.contains(name))
                add("PartnerUnknown", element, path + '/' + name, each.value, name);
        for (const Shape& part : shape.inside)
            if (part.required && part.is_attribute() &&
                element.attribute(std::string_view(part.name).substr(1)).empty())
                add("PartnerMissing", element, path, {}, part.name);
    }

    void add(const char* variant, const base::Element& element, const std::string& path,
             std::string_view value, const std::string& field, const std::string& most = {}) {
        if (found_.size() >= most_) return;
        base::Finding& finding = found_.emplace_back();
        finding.code = "XSD-INVALID";
        finding.variant = variant;
        finding.position = element.position;
        finding.path = path;
        const bool secret = is_secret(element.name);
        if (!value.empty())
            finding.value =
                secret ? masked
                       : base::first_characters(base::collapsed(value), value_characters_max);
        finding.arguments = {
            {"table", table_},
            {"field", std::string(base::first_characters(field, value_characters_max))}};
        if (!most.empty()) finding.arguments.push_back({"most", most});
    }

    const std::string& table_;
    const std::set<std::string>& ignored_;
    const std::size_t most_;
    std::vector<base::Finding> found_;
};

}  // namespace

std::vector<base::Finding> strays(const Shape& shape, const base::Element& root,
                                  const std::string& table, const std::set<std::string>& ignored,
                                  std::size_t most) {
    Look look(table, ignored, most);
    look.at(shape, root, '/' + root.name);
    return look.take();
}

}  // namespace mapping
