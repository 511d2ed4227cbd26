#include "mapping/reader.hpp"

#include "mapping/coverage.hpp"

namespace mapping {
namespace {

using ShapeChain = std::vector<const Shape*>;  // the document first

struct Scope {
    ShapeChain source;
    ShapeChain target;
};

enum class Side { Source, Target };
enum class Last { Once, Each, Any };  // what the last step of a path may be

// Asks for everything inside, so that what cannot be read is not told of as unknown, too.
void pass_over(const yaml::Node& node) {
    if (node.is_map())
        for (const std::string& key : node.keys()) pass_over(node[key]);
    if (node.is_list())
        for (const yaml::Node& item : node.items()) pass_over(item);
}

class TableReader {
public:
    TableReader(const Shapes& shapes, const SharedRules& shared, const edi::Lists& lists)
        : shapes_(shapes), shared_(shared), lists_(lists) {}

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
        const auto file = shapes_.find(text.substr(0, slash));
        const auto path = parse_path(slash == std::string::npos ? "" : text.substr(slash + 1));
        if (file == shapes_.end() || !path || path->up > 0) {
            if (node) node.complain("unknown document '" + text + "'");
            return text;
        }
        ShapeChain found;
        const Shape* here = &file->second.documents;
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
        if (left.starts_with('=') || left.starts_with('$')) {
            rule.kind = left[0] == '=' ? RuleKind::Constant : RuleKind::Computed;
            rule.text = left.substr(1);
            if (left[0] == '$' && rule.text != "key" && rule.text != "at")
                item.complain("'" + left + "' is unknown: $key and $at are known");
        } else {
            read_sources(item, left, rule, scope);
        }
        read_target(item, right, rule, scope);
        if (!options) return rule;
        rule.conversion = read_conversion(options, lists_, unknown_);
        if (rule.conversion.on)
            resolve(options["on"], *rule.conversion.on, scope.source, Side::Source, Last::Once);
        if (const yaml::Node when = options["when"]) rule.when = read_when(when, scope);
        rule.absent = options["absent"].text();
        return rule;
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
            resolve(node, *path, scope.source, Side::Source, Last::Any);
            return Condition{*path, {}};
        }
        resolve(node, *path, scope.source, Side::Source, Last::Once);
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
        const ShapeChain chain = resolve(item, *path, scope.source, Side::Source, Last::Any);
        if (!chain.empty()) coverage_.cover_all(*chain.back());
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
        rule.sources.push_back(*from);
        Scope inner;
        inner.source = resolve(item, *from, scope.source, Side::Source, Last::Each);
        const ShapeChain target = resolve(item, *to, scope.target, Side::Target, Last::Each);
        if (inner.source.empty() || target.empty()) {
            pass_over(rules);
            return rule;
        }
        for (std::size_t i = 1; i < target.size(); ++i) rule.target.push_back(target[i]->name);
        inner.target = {target.back()};
        rule.rules = read_rules(rules, inner);
        return rule;
    }

    void read_sources(const yaml::Node& item, std::string left, Rule& rule, const Scope& scope) {
        while (true) {
            const std::size_t bar = left.find(" | ");
            const std::string words = left.substr(0, bar);
            if (const std::optional<Path> path = parse_path(words)) {
                const ShapeChain chain =
                    resolve(item, *path, scope.source, Side::Source, Last::Once);
                cover(item, *path, chain);
                rule.sources.push_back(*path);
            } else {
                item.complain("'" + words + "' is not a path");
            }
            if (bar == std::string::npos) return;
            left = left.substr(bar + 3);
        }
    }

    void cover(const yaml::Node& item, const Path& path, const ShapeChain& chain) {
        if (chain.empty()) return;
        const Shape* leaf = chain.back();
        if (!leaf->is_leaf()) leaf = leaf->part(".");
        if (!leaf) {
            item.complain("'" + path.written + "' holds elements, not a value");
            return;
        }
        std::size_t index = 0;
        for (const Step& step : path.steps)
            if (step.index > 0) index = step.index;
        coverage_.cover(*leaf, index);
    }

    void read_target(const yaml::Node& item, const std::string& words, Rule& rule,
                     const Scope& scope) {
        const std::optional<Path> path = parse_path(words);
        if (!path) {
            item.complain("'" + words + "' is not a path");
            return;
        }
        const ShapeChain chain = resolve(item, *path, scope.target, Side::Target, Last::Once);
        if (chain.empty()) return;
        const Shape* leaf = chain.back();
        if (!leaf->is_leaf()) leaf = leaf->part(".");
        if (!leaf) {
            item.complain("'" + words + "' holds elements, not a value");
        } else if (const std::string* first = coverage_.filled(*leaf)) {
            item.complain("'" + words + "' is mapped twice, first at " + *first);
        } else {
            coverage_.fill(*leaf, item.where());
        }
        for (std::size_t i = 1; i < chain.size(); ++i) rule.target.push_back(chain[i]->name);
    }

    // The shapes from the document down to the path; empty, and a complaint, when there is no such
    // path or it says too little about which of several is meant.
    ShapeChain resolve(const yaml::Node& item, const Path& path, const ShapeChain& from, Side side,
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
            const std::string wrong = repetition(*part, step, side, ends ? last : Last::Once);
            if (!wrong.empty()) {
                item.complain(shown + ": " + wrong);
                return {};
            }
            chain.push_back(part);
        }
        return chain;
    }

    static std::string repetition(const Shape& part, const Step& step, Side side, Last last) {
        const std::string name = "'" + part.name + "'";
        if (step.index > 0 && (side == Side::Target || !part.repeats || last == Last::Each))
            return name + " bears no number here";
        if (part.most > 0 && step.index > part.most)
            return name + " stands " + std::to_string(part.most) + " times at most";
        if (last == Last::Each && !part.repeats) return name + " stands once: no each is needed";
        if (last == Last::Once && part.repeats && step.index == 0)
            return name + " may stand several times: say each, or which one, as in " + part.name +
                   "[1]";
        return {};
    }

    const Shapes& shapes_;
    const SharedRules& shared_;
    const edi::Lists& lists_;
    bool included_ = false;  // what is read stands in a shared file
    Unknown unknown_ = Unknown::Refuse;
    Coverage coverage_;
};

}  // namespace

Table read_table(const yaml::Node& root, const Shapes& shapes, const SharedRules& shared,
                 const edi::Lists& lists) {
    return TableReader(shapes, shared, lists).read(root);
}

}  // namespace mapping
