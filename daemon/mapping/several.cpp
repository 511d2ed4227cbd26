#include "mapping/several.hpp"

namespace mapping {

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
