#include "sandbox/answers.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "xml/writer.hpp"

namespace sandbox {

namespace {

constexpr std::string_view gateway = "urn:mep:gateway:1";

}  // namespace

http::Response document(int status, const base::Element& root) {
    return plain(status, "application/xml; charset=utf-8",
                 xml::write(root, gateway, xml::Layout::Compact));
}

http::Response fault(int status, const Refusal& refusal) {
    base::Element root{"mepFault", ""};
    base::Element& one = root.add("fault");
    one.add("code", refusal.code);
    one.add_if("field", refusal.field);
    one.add("text", refusal.text);
    return document(status, root);
}

base::Element ack(const std::string& key, const std::string& application_no,
                  const std::string& client_ref, base::Time at) {
    base::Element root{"mepAck", ""};
    root.add("key", key);
    root.add_if("applicationNo", application_no);
    root.add_if("clientRef", client_ref);
    root.add("status", "received");
    root.add("receivedAt", base::iso(at));
    return root;
}

http::Response plain(int status, const std::string& media_type, std::string body) {
    return {status, {{"Content-Type", media_type}}, std::move(body)};
}

std::string key_of(const std::string& header) {
    if (header.size() != 54 || header.front() != '"' || header.back() != '"') return {};
    std::string key = header.substr(1, 52);
    const bool sound = std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
    });
    return sound ? key : std::string{};
}

bool is_digest_of(const std::string& header, const std::string& body) {
    const base::Digest sum = base::sha256(body);
    const std::string_view bytes(reinterpret_cast<const char*>(sum.data()), sum.size());
    return header == "sha-256=:" + base::base64(bytes) + ":";
}

}  // namespace sandbox
