// Sample: the bytes of a file to be dropped: a sample or a text of the journey's own, with changes.
#pragma once

#include "yaml/document.hpp"

namespace journeys {

// The keys file, text, message_id, reference, sender, change, in, encode, from, to, pad of `node`;
// complains into it. `folder`: of the journey, looked into first.
std::string sample_of(const yaml::Node& node, const std::string& folder);
// `document` in a zip for the name `as`, as the keys name and trick of `node` say.
std::string zipped(const yaml::Node& node, const std::string& as, const std::string& document);
// `bytes` with what stands between the first <element> and </element> replaced.
bool put_between(std::string& bytes, const std::string& element, const std::string& text);
// The bytes of a file, wherever; nothing if there is none.
std::optional<std::string> bytes_of(const std::string& path);

}  // namespace journeys
