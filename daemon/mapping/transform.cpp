#include "mapping/transform.hpp"

#include <span>

namespace mapping {
namespace {

base::Element& descend(base::Element& from, std::span<const std::string> names) {
    base::Element* here = &from;
    for (const std::string& name : names) {
        base::Element* next = here->child(name);
        here = next ? next : &here->add(name);
    }
    return *here;
}

void put(base::Element& root, std::span<const std::string> target, std::string value) {
    if (target.empty()) {
        root.text = std::move(value);
        return;
    }
    if (target.back().starts_with('@')) {
        base::Element& owner = descend(root, target.first(target.size() - 1));
        owner.attributes.push_back({target.back().substr(1), std::move(value)});
        return;
    }
    descend(root, target).text = std::move(value);
}

// What these elements hold is never told (messages.md 3.1).
bool is_secret(std::string_view name) { return name == "Password" || name == "accountPwd"; }

// The name of what stands at a path as a rule writes it.
std::string name_at(const std::string& written, const Chain& source) {
    if (written == ".") return source.back()->name;
    const std::string last = written.substr(written.rfind('/') + 1);
    return last.substr(0, last.find('['));
}

class Run {
public:
    Run(const Table& table, const Given& given) : table_(table), given_(given) {}

    Transformed whole(const base::Element& source) {
        Transformed made;
        made.document.name = table_.target->name;
        Chain chain{&source};
        for (const std::string& name : table_.source_base) {
            const base::Element* next = chain.back()->child(name);
            if (!next) break;
            chain.push_back(next);
        }
        if (chain.size() == table_.source_base.size() + 1)
            follow(table_.rules, chain, made.document);
        arrange(*table_.target, made.document);
        made.troubles = std::move(troubles_);
        for (std::string& each : shortcomings(*table_.target, made.document))
            made.troubles.push_back(std::move(each));
        return made;
    }

private:
    void follow(const std::vector<Rule>& rules, const Chain& source, base::Element& target) {
        for (const Rule& rule : rules) {
            if (rule.when && !holds(source, *rule.when)) continue;
            switch (rule.kind) {
                case RuleKind::Drop: break;
                case RuleKind::Each: repeat(rule, source, target); break;
                case RuleKind::Constant: give(rule, rule.text, rule.text, source, target); break;
                case RuleKind::Computed:
                    give(rule, rule.text == "key" ? given_.key : given_.at, rule.text, source,
                         target);
                    break;
                case RuleKind::Copy: copy(rule, source, target); break;
            }
        }
    }

    static bool holds(const Chain& source, const Condition& condition) {
        const Path& path = condition.path;
        if (!condition.value.empty()) {
            const std::optional<std::string> value = value_at(source, path);
            return value && base::collapsed(*value) == condition.value;
        }
        const bool attribute = !path.steps.empty() && path.steps.back().name.starts_with('@');
        return attribute ? value_at(source, path).has_value() : !elements_at(source, path).empty();
    }

    void repeat(const Rule& rule, const Chain& source, base::Element& target) {
        for (const Chain& each : elements_at(source, rule.sources.front())) {
            base::Element made{rule.target.back(), {}};
            follow(rule.rules, each, made);
            const std::span<const std::string> names(rule.target);
            descend(target, names.first(names.size() - 1)).children.push_back(std::move(made));
        }
    }

    void copy(const Rule& rule, const Chain& source, base::Element& target) {
        for (const Path& path : rule.sources) {
            const std::optional<std::string> value = value_at(source, path);
            if (!value || base::collapsed(*value).empty()) continue;
            give(rule, *value, path.written, source, target);
            return;
        }
        if (!rule.absent.empty()) put(target, rule.target, rule.absent);
    }

    void give(const Rule& rule, const std::string& value, const std::string& where,
              const Chain& source, base::Element& target) {
        Converted converted = convert(rule.conversion, value, day(rule, source));
        const std::string from = name_at(where, source);
        const std::string to = rule.target.empty() ? target.name : rule.target.back();
        if (!converted.trouble.empty()) {
            if (table_.unknown == Unknown::Refuse) {
                troubles_.push_back(
                    where + ": " +
                    (is_secret(from) || is_secret(to) ? "cannot be converted" : converted.trouble));
                return;
            }
            converted.value = base::collapsed(value);
        }
        if (converted.value) put(target, rule.target, std::move(*converted.value));
    }

    std::optional<base::Date> day(const Rule& rule, const Chain& source) const {
        if (!rule.conversion.on) return given_.day;
        const std::optional<std::string> text = value_at(source, *rule.conversion.on);
        return text ? base::parse_date(base::collapsed(*text)) : std::nullopt;
    }

    const Table& table_;
    const Given& given_;
    std::vector<std::string> troubles_;
};

}  // namespace

Transformed transform(const Table& table, const base::Element& source, const Given& given) {
    return Run(table, given).whole(source);
}

}  // namespace mapping
