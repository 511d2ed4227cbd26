#include "mapping/transform.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

#include "base/utf8.hpp"

namespace mapping {
namespace {

constexpr std::size_t value_characters_max = 200;

// Where something made comes from. While a document is made, the position of each of its elements
// is the number of its origin, for elements move when their siblings come.
struct Origin {
    const base::Element* element = nullptr;
    std::string attribute = {};
    const std::string* value = nullptr;  // as it stood; of a group, a constant, a secret null
    const Rule* rule = nullptr;
    std::size_t index = 0;  // that its rule gives it among its namesakes
};

// The name of what stands at a path as a rule writes it.
std::string name_at(const std::string& written, const Chain& source) {
    if (written == ".") return source.back()->name;
    const std::string last = written.substr(written.rfind('/') + 1);
    return last.substr(0, last.find('['));
}

bool is_missing(const std::string* value) { return !value || is_blank(*value); }

std::string_view as_it_stood(const Origin& origin) {
    return origin.value ? std::string_view{*origin.value} : std::string_view{};
}

// What an element or attribute that is made takes beside its value, until it is told of.
constexpr std::size_t made_bytes = sizeof(base::Element) + sizeof(Origin) + sizeof(Field);

class Run {
public:
    Run(const Table& table, const Given& given, std::size_t bytes_max)
        : table_(table), given_(given), bytes_left_(bytes_max) {}

    void whole(const base::Element& source) {
        document_.name = table_.target->name;
        document_.position.line = add_origin({.element = &source});
        Chain chain{&source};
        for (const std::string& name : table_.source_base) {
            const base::Element* next = chain.back()->child(name);
            if (!next) break;
            chain.push_back(next);
        }
        if (chain.size() == table_.source_base.size() + 1) follow(table_.rules, chain, document_);
        arrange(*table_.target, document_);
    }

    Transformed plain() {
        forget(document_);
        Transformed made{std::move(document_), {}};
        for (const Refused& each : refused_)
            made.troubles.push_back(each.where + ": " + each.trouble);
        for (std::string& each : shortcomings(*table_.target, made.document))
            made.troubles.push_back(std::move(each));
        return made;
    }

    Traced traced(const base::Element& source) {
        Traced made;
        made.too_large = too_large_;
        if (too_large_) return made;
        for (const Refused& each : refused_) places_[each.origin.element];
        for (const Origin& each : origins_) places_[each.element];
        for (const auto& [number, some] : attributes_)
            for (const auto& [name, origin] : some) places_[origin.element];
        locate(source, '/' + source.name);
        tell(document_, '/' + document_.name, made.fields);
        made.document = std::move(document_);
        for (const Refused& each : refused_) {
            base::Finding& finding = made.refused.emplace_back();
            finding.code = "XSD-INVALID";
            finding.variant = "PartnerValue";
            const xml::Place place = place_of(each.origin);
            finding.path = place.path;
            finding.position = place.position;
            finding.value = base::first_characters(as_it_stood(each.origin), value_characters_max);
            finding.arguments = {{"expected", wanted(each.origin.rule->conversion)}};
        }
        return made;
    }

private:
    struct Refused {
        Origin origin;
        std::string where;
        std::string trouble;
    };

    void follow(const std::vector<Rule>& rules, const Chain& source, base::Element& target) {
        for (const Rule& rule : rules) {
            if (too_large_) return;
            if (rule.when && !holds(source, *rule.when)) continue;
            Origin here{.element = source.back(), .rule = &rule};
            switch (rule.kind) {
                case RuleKind::Drop: break;
                case RuleKind::Each: repeat(rule, source, target); break;
                case RuleKind::Constant:
                    give(rule.text, rule.text, std::move(here), source, target);
                    break;
                case RuleKind::Computed:
                    give(rule.text == "key" ? given_.key : given_.at, rule.text, std::move(here),
                         source, target);
                    break;
                case RuleKind::Copy: copy(rule, source, target); break;
            }
        }
    }

    // What stands above an element is the same for all beside it, and is looked up once for them:
    // in a file of many messages there are many beside it.
    template <class Found, class Look>
    static Found once(std::map<std::pair<const base::Element*, const Path*>, Found>& known,
                      const Chain& source, const Path& path, const Look& look) {
        if (path.up == 0 || path.up >= source.size()) return look();
        const auto [found, fresh] =
            known.try_emplace({source[source.size() - 1 - path.up], &path}, Found{});
        if (fresh) found->second = look();
        return found->second;
    }

    Spot spot(const Chain& source, const Path& path) {
        return once(spots_, source, path, [&] { return spot_at(source, path); });
    }

    bool holds(const Chain& source, const Condition& condition) {
        const Path& path = condition.path;
        const bool attribute = !path.steps.empty() && path.steps.back().name.starts_with('@');
        if (attribute || !condition.value.empty()) {
            const std::string* const value = spot(source, path).value;
            if (condition.value.empty()) return !is_missing(value);
            return value && base::collapsed(*value) == condition.value;
        }
        return once(there_, source, path, [&] { return is_there(source, path); });
    }

    static bool is_there(const Chain& source, const Path& path) {
        return std::ranges::any_of(elements_at(source, path), [](const Chain& each) {
            const base::Element& found = *each.back();
            return !found.children.empty() || !found.attributes.empty() || !is_blank(found.text);
        });
    }

    void repeat(const Rule& rule, const Chain& source, base::Element& target) {
        const std::span<const Step> steps(rule.target);
        for (const Chain& each : elements_at(source, rule.from)) {
            if (too_large_) return;
            base::Element made{rule.target.back().name, {}};
            made.position.line = add_origin({.element = each.back()});
            follow(rule.rules, each, made);
            descend(target, steps.first(steps.size() - 1), {.element = source.back()})
                .children.push_back(std::move(made));
        }
    }

    void copy(const Rule& rule, const Chain& source, base::Element& target) {
        for (const Joined& joined : rule.sources) {
            const auto value = joined_value(joined, source);
            if (!value) continue;
            const Path& first = *std::ranges::find_if(joined, [](const Piece& each) {
                                     return each.path.has_value();
                                 })->path;
            const Spot from = spot(source, first);
            give(*value, first.written, {from.element, from.attribute, from.value, &rule}, source,
                 target);
            return;
        }
        if (!rule.absent.empty())
            put(target, rule.target, rule.absent, {.element = source.back(), .rule = &rule});
    }

    std::optional<std::string> joined_value(const Joined& joined, const Chain& source) {
        std::string all;
        for (const Piece& each : joined) {
            if (!each.path) {
                all += each.text;
                continue;
            }
            const std::string* const value = spot(source, *each.path).value;
            if (is_missing(value)) return std::nullopt;
            all += joined.size() == 1 ? *value : base::collapsed(*value);
        }
        return all;
    }

    void give(const std::string& value, const std::string& where, Origin origin,
              const Chain& source, base::Element& target) {
        const Rule& rule = *origin.rule;
        Converted converted = convert(rule.conversion, value, day(rule, source));
        const std::string to = rule.target.empty() ? target.name : rule.target.back().name;
        const bool secret = is_secret(name_at(where, source)) || is_secret(to);
        if (secret) origin.value = nullptr;
        if (!converted.trouble.empty()) {
            if (table_.unknown == Unknown::Refuse) {
                if (secret) converted.trouble = "cannot be converted";
                if (spend(sizeof(Refused) + where.size() + converted.trouble.size()))
                    refused_.push_back({std::move(origin), where, std::move(converted.trouble)});
                return;
            }
            converted.value = base::collapsed(value);
        }
        if (converted.value)
            put(target, rule.target, std::move(*converted.value), std::move(origin));
    }

    std::optional<base::Date> day(const Rule& rule, const Chain& source) {
        if (!rule.conversion.on) return given_.day;
        const std::string* const text = spot(source, *rule.conversion.on).value;
        return text ? base::parse_date(base::collapsed(*text)) : std::nullopt;
    }

    std::uint32_t add_origin(Origin origin) {
        spend(made_bytes);
        origins_.push_back(std::move(origin));
        return static_cast<std::uint32_t>(origins_.size() - 1);
    }

    // A table may copy one long text to each of many elements, or refuse it for each.
    bool spend(std::size_t bytes) {
        if (bytes > bytes_left_) too_large_ = true;
        bytes_left_ -= std::min(bytes, bytes_left_);
        return !too_large_;
    }

    // The child of that name and number, made in the order of the numbers.
    base::Element& step_into(base::Element& from, const Step& step, const Origin& group) {
        auto place = from.children.begin();
        for (; place != from.children.end(); ++place) {
            if (place->name != step.name) continue;
            const std::size_t index = origins_[place->position.line].index;
            if (index == step.index) return *place;
            if (index > step.index) break;
        }
        Origin origin = group;
        origin.index = step.index;
        base::Element made{step.name, {}};
        made.position.line = add_origin(std::move(origin));
        return *from.children.insert(place, std::move(made));
    }

    base::Element& descend(base::Element& from, std::span<const Step> steps, const Origin& group) {
        base::Element* here = &from;
        for (const Step& step : steps) here = &step_into(*here, step, group);
        return *here;
    }

    void put(base::Element& root, std::span<const Step> target, std::string value, Origin origin) {
        // Twice: in the document, and as what was made of a field.
        if (!spend(2 * value.size() + as_it_stood(origin).size())) return;
        const Origin group{.element = origin.element};
        if (!target.empty() && target.back().name.starts_with('@')) {
            base::Element& owner = descend(root, target.first(target.size() - 1), group);
            spend(made_bytes);
            owner.attributes.push_back({target.back().name.substr(1), std::move(value)});
            attributes_[owner.position.line].emplace_back(owner.attributes.back().name,
                                                          std::move(origin));
            return;
        }
        base::Element& leaf = descend(root, target, group);
        leaf.text = std::move(value);
        origin.index = origins_[leaf.position.line].index;
        origins_[leaf.position.line] = std::move(origin);
    }

    static void forget(base::Element& element) {
        element.position = {};
        for (base::Element& each : element.children) forget(each);
    }

    void locate(const base::Element& here, const std::string& path) {
        if (const auto found = places_.find(&here); found != places_.end()) found->second = path;
        std::unordered_map<std::string_view, std::size_t> namesakes;
        for (const base::Element& each : here.children)
            locate(each, base::path_of(path, each.name, namesakes[each.name]++));
    }

    xml::Place place_of(const Origin& origin) const {
        xml::Place place;
        place.path = places_.at(origin.element);
        if (!origin.attribute.empty()) place.path += "/@" + origin.attribute;
        place.position = origin.element->position;
        return place;
    }

    Field field_of(const Origin& origin, std::string path, const std::string& made) const {
        const std::string_view stood = as_it_stood(origin);
        Field field{place_of(origin), std::string{stood}, made, origin.rule};
        field.place.made = std::move(path);
        if (base::collapsed(stood) != made)
            field.place.value = base::first_characters(stood, value_characters_max);
        return field;
    }

    // Numbers of origins become positions.
    void tell(base::Element& element, const std::string& path, std::vector<Field>& fields) const {
        const std::uint32_t number = element.position.line;
        const Origin& origin = origins_[number];
        const bool secret = is_secret(element.name);
        fields.push_back(field_of(origin, path, secret ? std::string{} : element.text));
        element.position = origin.element->position;
        if (const auto found = attributes_.find(number); found != attributes_.end())
            for (const auto& [name, from] : found->second)
                fields.push_back(
                    field_of(from, path + "/@" + name, std::string(element.attribute(name))));
        std::unordered_map<std::string, std::size_t> namesakes;
        for (base::Element& each : element.children)
            tell(each, base::path_of(path, each.name, namesakes[each.name]++), fields);
    }

    const Table& table_;
    const Given& given_;
    std::size_t bytes_left_;
    bool too_large_ = false;
    base::Element document_;
    std::vector<Origin> origins_;
    std::unordered_map<std::uint32_t, std::vector<std::pair<std::string, Origin>>> attributes_;
    std::vector<Refused> refused_;
    std::map<std::pair<const base::Element*, const Path*>, Spot> spots_;
    std::map<std::pair<const base::Element*, const Path*>, bool> there_;
    std::unordered_map<const base::Element*, std::string> places_;  // of what is asked for
};

}  // namespace

Transformed transform(const Table& table, const base::Element& source, const Given& given) {
    Run run(table, given, SIZE_MAX);
    run.whole(source);
    return run.plain();
}

Traced trace(const Table& table, const base::Element& source, const Given& given) {
    Run run(table, given, bytes_made_max);
    run.whole(source);
    return run.traced(source);
}

}  // namespace mapping
