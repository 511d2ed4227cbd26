// The page that goes with evidence: what is there, what happened, what is missing, and how to check
// it by hand with sha256sum and openssl.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "ctl/evidence_story.hpp"

namespace ctl {

// Markdown. The same evidence, the same bytes.
std::string readme_of(const Evidence& evidence, const Stories& stories, Language language);

}  // namespace ctl
