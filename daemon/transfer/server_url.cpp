#include <curl/curl.h>

#include <charconv>

#include "transfer/remote.hpp"

namespace transfer {

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

base::Fault ask(const std::string& text) { return {base::Remedy::AskOperator, text}; }

// A part of it without escapes; nothing when it is not there or holds what nobody can type.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    std::string value = text;
    curl_free(text);
    return value;
}

}  // namespace

base::Result<Server> server_of_url(const std::string& url) {
    const std::unique_ptr<CURLU, FreeUrl> parts{curl_url()};
    static constexpr unsigned as_it_is = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
    if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), as_it_is) != CURLUE_OK ||
        part_of(parts.get(), CURLUPART_SCHEME) != "sftp")
        return ask("not a URL of the form sftp://host[:port]/path");
    for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS})
        if (!part_of(parts.get(), part).empty())
            return ask("a user stands in `user`, a password in a file of its own, not in the URL");
    if (!part_of(parts.get(), CURLUPART_QUERY).empty() ||
        !part_of(parts.get(), CURLUPART_FRAGMENT).empty())
        return ask("write ? as %3F and # as %23 in a path");
    Server server;
    server.host = part_of(parts.get(), CURLUPART_HOST);
    if (server.host.starts_with('[')) server.host = server.host.substr(1, server.host.size() - 2);
    if (const std::string port = part_of(parts.get(), CURLUPART_PORT); !port.empty()) {
        std::from_chars(port.data(), port.data() + port.size(), server.port);
        if (server.port == 0) return ask("port 0 is none");
    }
    server.directory = part_of(parts.get(), CURLUPART_PATH, CURLU_URLDECODE);
    if (server.directory.empty()) return ask("its path holds an escape that is none");
    while (server.directory.size() > 1 && server.directory.ends_with('/'))
        server.directory.pop_back();
    if (server.directory == "/~") server.directory.clear();
    if (server.directory.starts_with("/~/")) server.directory.erase(0, 3);
    return server;
}

}  // namespace transfer
