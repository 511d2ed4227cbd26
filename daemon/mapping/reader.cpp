#include "mapping/reader.hpp"

#include <algorithm>
#include <set>

#include "mapping/coverage.hpp"
#include "mapping/several.hpp"

namespace mapping {
namespace {

// Asks for everything inside, so that what cannot be read is not told of as unknown, too.
void pass_over(const yaml::Node& node) {
    if (node.is_map())
        for (const std::string& key : node.keys()) pass_over(node[key]);
    if (node.is_list())
        for (const yaml::Node& item : node.items()) pass_over(item);
}

class TableReader {
public:
    TableReader(const Shapes& shapes, const SharedRules& shared, const edi::Lists& lists,
                const Shape* partner)
        : shapes_(shapes), shared_(shared), lists_(lists), partner_(partner) {}

    Table read(const yaml::Node& root) {
        Table table;
        Scope scope;
        table.from = read_base(root.required("from"), scope.source);
        table.to = read_base(root.required("to"), scope.target);
        const yaml::Node unknown = root.required("unknown");
        if (unknown && unknown.text() != "refuse" && unknown.text() != "keep")
            unknown.complain("refuse or keep is expected, not '" + unknown.text() + "'");
        unknown_ = unknown.text() == "keep" ? Unknown::Keep : Unknown::Refuse;
        table.unknown = unknown_;
        const yaml::Node rules = root.required("rules");
        if (scope.source.empty() || scope.target.empty()) {
            rules.complain("not read, because from or to is unknown");
            pass_over(rules);
            return table;
        }
        table.source = scope.source.front();
        table.target = scope.target.front();
        for (std::size_t i = 1; i < scope.source.size(); ++i)
            table.source_base.push_back(scope.source[i]->name);
        table.rules = read_rules(rules, scope);
        for (const std::string& path : coverage_.uncovered(*table.source))
            rules.complain("'" + path + "' of " + table.from + " is neither mapped nor dropped");
        for (const std::string& path : coverage_.unfilled(*table.target))
            rules.complain("nothing is mapped to '" + path + "' of " + table.to);
        return table;
    }

private:
    // "gateway/mepRequest/application": file, document, groups.
    std::string read_base(const yaml::Node& node, ShapeChain& chain) {
        const std::string text = node.text();
        const std::size_t slash = text.find('/');
        const auto path = parse_path(slash == std::string::npos ? "" : text.substr(slash + 1));
        ShapeChain found;
        const Shape* here = documents_of(text.substr(0, slash));
        if (!here || !path || path->up > 0) {
            if (node) node.complain("unknown document '" + text + "'");
            return text;
        }
        for (const Step& step : path->steps) {
            here = here->part(step.name);
            if (!here || here->is_leaf() || here->repeats || step.index > 0) {
                node.complain("unknown document '" + text + "'");
                return text;
            }
            found.push_back(here);
        }
        chain = std::move(found);
        return text;
    }

    const Shape* documents_of(const std::string& file) const {
        if (partner_ && file == partner_->name) return partner_;
        const auto found = shapes_.find(file);
        return found == shapes_.end() ? nullptr : &found->second.documents;
    }

    std::vector<Rule> read_rules(const yaml::Node& list, const Scope& scope) {
        std::vector<Rule> rules;
        for (const yaml::Node& item : list.items()) {
            std::string words;
            yaml::Node options;
            if (item.is_map()) {
                const std::vector<std::string> keys = item.keys();
                words = keys.empty() ? "" : keys.front();
                options = item[words];
                if (keys.size() != 1) {
                    item.complain("one rule is expected, in braces behind it its options");
                    pass_over(item);
                    continue;
                }
            } else {
                words = item.text();
            }
            if (words.starts_with("include ")) {
                include(item, words.substr(8), scope, rules);
                continue;
            }
            rules.push_back(read_rule(item, words, options, scope));
        }
        return rules;
    }

    // The shared rules as if they stood here.
    void include(const yaml::Node& item, const std::string& name, const Scope& scope,
                 std::vector<Rule>& rules) {
        const auto found = shared_.find(name);
        if (found == shared_.end()) {
            item.complain("there is no shared/" + name + ".yaml");
        } else if (included_) {
            item.complain("shared rules include no others");
        } else {
            included_ = true;
            for (Rule& each : read_rules(found->second, scope)) rules.push_back(std::move(each));
            included_ = false;
        }
    }

    Rule read_rule(const yaml::Node& item, const std::string& words, const yaml::Node& options,
                   const Scope& scope) {
        if (words.starts_with("drop ")) return read_drop(item, words.substr(5), options, scope);
        const std::size_t arrow = words.find(" -> ");
        if (arrow == std::string::npos) {
            item.complain("'" + words + "' is no rule: source -> target is expected");
            pass_over(options);
            return {};
        }
        std::string left = words.substr(0, arrow);
        const std::string right = words.substr(arrow + 4);
        if (left.starts_with("each "))
            return read_each(item, left.substr(5), right, options, scope);
        Rule rule;
        bool secret = false;
        if (left.starts_with('$') || (left.starts_with('=') && left.find(" + ") == left.npos)) {
            rule.kind = left[0] == '=' ? RuleKind::Constant : RuleKind::Computed;
            rule.text = left.substr(1);
            if (left[0] == '$') check_computed(item, rule.text);
        } else {
            secret = read_sources(item, left, rule, scope);
        }
        const bool to_secret = read_target(item, right, rule, scope);
        if (partner_ && (secret || to_secret))
            check_secret(item, rule, secret && to_secret, options);
        if (!options) return rule;
        // What a partner sends has the day of its arrival.
        rule.conversion = read_conversion(options, lists_, partner_ ? Unknown::Refuse : unknown_);
        if (rule.conversion.on)
            resolve(options["on"], *rule.conversion.on, scope.source, Last::Once);
        if (const yaml::Node when = options["when"]) rule.when = read_when(when, scope);
        rule.absent = options["absent"].text();
        return rule;
    }

    void check_computed(const yaml::Node& item, const std::string& name) const {
        if (partner_ && name != "at") item.complain("'$" + name + "' is unknown: $at is known");
        if (!partner_ && name != "key" && name != "at")
            item.complain("'$" + name + "' is unknown: $key and $at are known");
    }

    // The archive blanks elements of these names, as they stand in the partner's file.
    static void check_secret(const yaml::Node& item, const Rule& rule, bool both,
                             const yaml::Node& options) {
        const bool alone = rule.kind == RuleKind::Copy && rule.sources.size() == 1 &&
                           rule.sources.front().size() == 1;
        if (!both || !alone || options)
            item.complain(
                "a Password comes from an element named Password, alone and unchanged, and goes "
                "nowhere else");
    }

    std::optional<Condition> read_when(const yaml::Node& node, const Scope& scope) {
        const std::string text = node.text();
        const std::size_t sign = text.find(" = ");
        const std::string words = text.substr(0, sign);
        const std::optional<Path> path = parse_path(words);
        if (!path) {
            node.complain("'" + words + "' is not a path");
            return std::nullopt;
        }
        if (sign == std::string::npos) {
            resolve(node, *path, scope.source, Last::Any);
            return Condition{*path, {}};
        }
        resolve(node, *path, scope.source, Last::Once);
        return Condition{*path, text.substr(sign + 3)};
    }

    Rule read_drop(const yaml::Node& item, const std::string& words, const yaml::Node& reason,
                   const Scope& scope) {
        Rule rule;
        rule.kind = RuleKind::Drop;
        if (reason.text().empty()) item.complain("a reason is missing: why is it dropped?");
        const std::optional<Path> path = parse_path(words);
        if (!path) {
            item.complain("'" + words + "' is not a path");
            return rule;
        }
        const ShapeChain chain = resolve(item, *path, scope.source, Last::Any);
        if (!chain.empty()) coverage_.cover_all(*chain.back(), choice_of(scope, *path));
        return rule;
    }

    Rule read_each(const yaml::Node& item, const std::string& left, const std::string& right,
                   const yaml::Node& rules, const Scope& scope) {
        Rule rule;
        rule.kind = RuleKind::Each;
        const std::optional<Path> from = parse_path(left);
        const std::optional<Path> to = parse_path(right);
        if (!from || !to || from->steps.empty() || to->steps.empty()) {
            item.complain("'" + left + " -> " + right + "' are not two paths");
            pass_over(rules);
            return rule;
        }
        rule.from = *from;
        Scope inner;
        inner.source = resolve(item, *from, scope.source, Last::Each);
        const ShapeChain target = resolve_target(item, *to, scope, Last::Each);
        if (inner.source.empty() || target.empty()) {
            pass_over(rules);
            return rule;
        }
        rule.target = steps_of(*to, target, scope);
        note_several(item, *target.back(), several_by_each_, several_by_number_);
        inner.target = {target.back()};
        inner.choices = choices_within(scope, *from);
        rule.rules = read_rules(rules, inner);
        return rule;
    }

    // Whether one of them holds a secret.
    bool read_sources(const yaml::Node& item, const std::string& words, Rule& rule,
                      const Scope& scope) {
        bool secret = false;
        for (const std::string& each : split(words, " | ")) {
            Joined& joined = rule.sources.emplace_back();
            bool any = false;
            for (const std::string& piece : split(each, " + ")) {
                if (piece.starts_with('=')) {
                    joined.push_back({std::nullopt, piece.substr(1)});
                    continue;
                }
                any = true;
                const std::optional<Path> path = parse_path(piece);
                if (!path) {
                    item.complain("'" + piece + "' is not a path");
                    continue;
                }
                const ShapeChain chain = resolve(item, *path, scope.source, Last::Once);
                cover(item, *path, chain, scope);
                secret = secret || std::ranges::any_of(chain, [](const Shape* shape) {
                             return is_secret(shape->name);
                         });
                joined.push_back({*path, {}});
            }
            if (!any) item.complain("'" + each + "' names no field");
        }
        return secret;
    }

    void cover(const yaml::Node& item, const Path& path, const ShapeChain& chain,
               const Scope& scope) {
        if (chain.empty()) return;
        const Shape* leaf = chain.back();
        if (!leaf->is_leaf()) leaf = leaf->part(".");
        if (!leaf) {
            item.complain("'" + path.written + "' holds elements, not a value");
            return;
        }
        coverage_.cover(*leaf, choice_of(scope, path));
    }

    // Whether it is to hold a secret.
    bool read_target(const yaml::Node& item, const std::string& words, Rule& rule,
                     const Scope& scope) {
        const std::optional<Path> path = parse_path(words);
        if (!path) {
            item.complain("'" + words + "' is not a path");
            return false;
        }
        const ShapeChain chain = resolve_target(item, *path, scope, Last::Once);
        if (chain.empty()) return false;
        const Shape* leaf = chain.back();
        if (!leaf->is_leaf()) leaf = leaf->part(".");
        std::string which;
        for (const Step& step : path->steps)
            if (step.index > 0) which += std::to_string(step.index) + ' ';
        if (!leaf) {
            item.complain("'" + words + "' holds elements, not a value");
        } else if (const std::string* first = coverage_.filled(*leaf, which)) {
            item.complain("'" + words + "' is mapped twice, first at " + *first);
        } else {
            coverage_.fill(*leaf, which, item.where());
        }
        rule.target = steps_of(*path, chain, scope);
        for (std::size_t i = 0; i < path->steps.size(); ++i)
            if (path->steps[i].index > 0)
                note_several(item, *chain[chain.size() - path->steps.size() + i],
                             several_by_number_, several_by_each_);
        return is_secret(chain.back()->name);
    }

    // From the document down, which is not named itself.
    static std::vector<Step> steps_of(const Path& path, const ShapeChain& chain,
                                      const Scope& scope) {
        std::vector<Step> steps;
        for (std::size_t i = 1; i + path.up < scope.target.size(); ++i)
            steps.push_back({chain[i]->name});
        steps.insert(steps.end(), path.steps.begin(), path.steps.end());
        return steps;
    }

    static void note_several(const yaml::Node& item, const Shape& shape,
                             std::set<const Shape*>& this_way,
                             const std::set<const Shape*>& other_way) {
        this_way.insert(&shape);
        if (other_way.contains(&shape))
            item.complain("'" + shape.name + "' is made both by each and by number");
    }

    // A target is made: no field of its own can choose it.
    ShapeChain resolve_target(const yaml::Node& item, const Path& path, const Scope& scope,
                              Last last) {
        for (const Step& step : path.steps)
            if (!step.field.empty()) {
                item.complain("'" + path.written + "': a target bears a number or nothing");
                return {};
            }
        return resolve(item, path, scope.target, last);
    }

    // The shapes from the document down to the path; empty, and a complaint, when there is no such
    // path or it says too little about which of several is meant.
    ShapeChain resolve(const yaml::Node& item, const Path& path, const ShapeChain& from,
                       Last last) {
        const std::string shown = "'" + path.written + "'";
        if (path.up >= from.size()) {
            item.complain(shown + " leads out of the document");
            return {};
        }
        ShapeChain chain(from.begin(), from.end() - static_cast<std::ptrdiff_t>(path.up));
        for (std::size_t i = 0; i < path.steps.size(); ++i) {
            const Step& step = path.steps[i];
            const Shape* part = chain.back()->part(step.name);
            if (!part) {
                item.complain("unknown path " + shown + ": '" + chain.back()->name +
                              "' holds no '" + step.name + "'");
                return {};
            }
            const bool ends = i + 1 == path.steps.size();
            const std::string wrong = misnumbered(*part, step, ends ? last : Last::Once);
            if (!wrong.empty()) {
                item.complain(shown + ": " + wrong);
                return {};
            }
            chain.push_back(part);
        }
        return chain;
    }

    const Shapes& shapes_;
    const SharedRules& shared_;
    const edi::Lists& lists_;
    const Shape* partner_;   // the documents of a partner table; else null
    bool included_ = false;  // what is read stands in a shared file
    Unknown unknown_ = Unknown::Refuse;
    Coverage coverage_;
    std::set<const Shape*> several_by_each_, several_by_number_;  // targets
};

}  // namespace

Table read_table(const yaml::Node& root, const Shapes& shapes, const SharedRules& shared,
                 const edi::Lists& lists, const Shape* partner) {
    return TableReader(shapes, shared, lists, partner).read(root);
}

}  // namespace mapping
