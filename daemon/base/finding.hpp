// Finding: something that is wrong, or worth telling, about a document. A value, never an error.
//
// A finding bears no prose: its code (and variant) names an entry of config/messages/problems.yaml,
// and the arguments fill the places in that text, in Chinese and in English.
// Threads: a value type.
#pragma once

#include "base/element.hpp"

namespace base {

enum class Severity { Error, Warning };

struct Argument {
    std::string name;
    std::string value;
    bool operator==(const Argument&) const = default;
};

struct Finding {
    std::string code;          // a problem code of messages.md section 5, e.g. "RULE-YEAR"
    std::string variant = {};  // a text of its own under that code, e.g. Xerces-C++'s error name
    Severity severity = Severity::Error;
    Position position = {};
    std::string path = {};   // "/Message/LicenceApplication/Importer/Uscc"; empty = the whole file
    std::string value = {};  // what stood there, at most 200 characters; never a secret
    std::vector<Argument> arguments = {};
    bool operator==(const Finding&) const = default;
};

// At most so many findings are told about one document (messages.md section 5).
inline constexpr std::size_t findings_max = 100;

}  // namespace base
