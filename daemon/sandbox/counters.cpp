#include "sandbox/counters.hpp"

#include <vector>

#include "base/log.hpp"

namespace sandbox {

namespace {

std::string pair(const std::string& name, std::uint64_t value) {
    return base::json_string(name) + ": " + std::to_string(value);
}

std::string object_of(const std::vector<std::string>& pairs) {
    std::string text = "{";
    for (const std::string& one : pairs) text += (text.size() > 1 ? ", " : "") + one;
    return text + "}";
}

std::string object(const std::map<std::string, std::uint64_t>& values) {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : values) pairs.push_back(pair(name, value));
    return object_of(pairs);
}

}  // namespace

std::string json(const Counters& c, const Standing& standing) {
    const std::string messages =
        object_of({pair("keys", standing.keys), pair("declared", c.declared),
                   pair("applications", c.applications), pair("repeats", c.repeats),
                   pair("conflicts", c.conflicts), pair("refused", c.refused),
                   pair("unreadable", c.unreadable)});
    const std::string references = object_of(
        {pair("declaredTwice", c.references_declared_twice),
         pair("declaredTwiceWhileOpen", c.references_declared_twice_while_open),
         pair("registrationsDeclaredTwiceWhileOpen", c.registrations_declared_twice_while_open)});
    const std::string questions =
        object_of({pair("status", c.status_polls), pair("keys", c.key_questions),
                   pair("keysUnknown", c.key_questions_unknown), pair("queries", c.queries),
                   pair("queriesUnknown", c.queries_unknown),
                   pair("queriesUnreadable", c.queries_unreadable)});
    const std::string results = object_of(
        {pair("planned", standing.results_planned), pair("waiting", standing.results_waiting),
         pair("handedOut", c.results_handed_out), pair("confirmed", c.results_confirmed)});
    return "{\"requests\": " + object(c.requests) + ",\n \"messages\": " + messages +
           ",\n \"references\": " + references + ",\n \"questions\": " + questions +
           ",\n \"results\": " + results + ",\n \"faults\": " + object(c.faults) + "}\n";
}

}  // namespace sandbox
