// UnitFile: the [Service] section of a systemd unit, and what like-unit makes of its directives.
// Threads: one. Throws: std::runtime_error at a directive that nobody decided about.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace unit {

class UnitFile {
public:
    explicit UnitFile(const std::string& path);

    bool yes(const std::string& directive) const { return last(directive) == "yes"; }
    // Its last value; empty when it is not there.
    std::string last(const std::string& directive) const;
    // All of its values, in order; an assignment of nothing is an empty one.
    std::vector<std::string> all(const std::string& directive) const;
    // The words of all of them.
    std::vector<std::string> words(const std::string& directive) const;

private:
    std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace unit
