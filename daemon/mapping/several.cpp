#include "mapping/several.hpp"

#include <numeric>

namespace mapping {
namespace {

std::string chosen_by(const Step& step) {
    if (step.index > 0) return '[' + std::to_string(step.index) + ']';
    if (step.field.empty()) return {};
    return '[' + step.field + (step.differs ? "!=" : "=") + step.value + ']';
}

}  // namespace

std::vector<std::string> choices_within(const Scope& scope, const Path& path) {
    std::vector<std::string> choices = scope.choices;
    choices.resize(scope.source.size() - path.up);
    for (const Step& step : path.steps) choices.push_back(chosen_by(step));
    return choices;
}

std::string choice_of(const Scope& scope, const Path& path) {
    const std::vector<std::string> all = choices_within(scope, path);
    return std::accumulate(all.begin(), all.end(), std::string{});
}

std::string misnumbered(const Shape& part, const Step& step, Last last) {
    const std::string name = "'" + part.name + "'";
    if (step.index > 0 && (!part.repeats || last == Last::Each))
        return name + " bears no number here";
    if (!step.field.empty() && !part.repeats) return name + " stands once: nothing chooses it";
    if (!step.field.empty() && !part.part(step.field))
        return name + " holds no '" + step.field + "'";
    if (part.most > 0 && step.index > part.most)
        return name + " stands " + std::to_string(part.most) + " times at most";
    if (last == Last::Each && !part.repeats) return name + " stands once: no each is needed";
    if (last == Last::Once && part.repeats && !step.chooses())
        return name + " may stand several times: say each, or which one, as in " + part.name +
               "[1]";
    return {};
}

}  // namespace mapping
