// What a document that has taken over its worker might try, each by one bare system call or two.
#pragma once

#include <string>
#include <vector>

namespace subject {

// "got" when the kernel let it through, "refused" when it said no.
std::string attempt(const std::string& name);
std::vector<std::string> attempts();
std::string attempt_to_open(const std::string& directory);
// Whether a host, or the container the tests run in, may refuse it to everybody.
bool may_be_refused_by_host(const std::string& name);

}  // namespace subject
