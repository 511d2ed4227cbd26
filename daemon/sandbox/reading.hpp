// Reading: what the parts of a scenario file are read with. Mistakes become complaints of the
// document; what is read then is the default.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include "sandbox/scenario.hpp"
#include "yaml/document.hpp"

namespace sandbox {

template <class Choice>
struct Named {
    const char* name;
    Choice choice;
};

template <class Choice, std::size_t count>
Choice choice(const yaml::Node& node, const Named<Choice> (&names)[count], Choice absent) {
    if (!node) return absent;
    const std::string text = node.text();
    std::string known;
    for (const auto& [name, value] : names) {
        if (text == name) return value;
        known += std::string(known.empty() ? "" : ", ") + name;
    }
    node.complain("'" + text + "' is none of " + known);
    return absent;
}

Rule read_rule(const yaml::Node& node);
RegistrationRule read_registration_rule(const yaml::Node& node);
BindingRule read_binding_rule(const yaml::Node& node);

std::vector<Step> read_steps(const yaml::Node& list);
// Code and text have usual values when they are not there.
Refusal read_refusal(const yaml::Node& fault, const Refusal& usual);

}  // namespace sandbox
