// Answers: the documents of the gateway that are no results, as responses.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "base/clock.hpp"
#include "base/element.hpp"
#include "http/server.hpp"
#include "sandbox/scenario.hpp"

namespace sandbox {

http::Response document(int status, const base::Element& root);
http::Response fault(int status, const Refusal& refusal);
base::Element ack(const std::string& key, const std::string& application_no,
                  const std::string& client_ref, base::Time at);
http::Response plain(int status, const std::string& media_type, std::string body);

// The key of a structured-field string, such as "abc…" with its quotes; empty when it is none.
std::string key_of(const std::string& header);
// Whether the header is a Content-Digest with the SHA-256 of the body.
bool is_digest_of(const std::string& header, const std::string& body);

}  // namespace sandbox
