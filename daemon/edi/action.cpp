#include "edi/action.hpp"

#include <cstdlib>

namespace edi {

const char* code_of(Flow flow) {
    switch (flow) {
        case Flow::Intake: return "intake";
        case Flow::Dispatch: return "dispatch";
        case Flow::Results: return "results";
    }
    std::abort();
}

std::optional<Flow> flow_of(std::string_view code) {
    for (const Flow each : flows)
        if (code_of(each) == code) return each;
    return std::nullopt;
}

}  // namespace edi
