#include <algorithm>
#include <charconv>

#include "transfer/remote.hpp"

namespace transfer {

namespace {

base::Fault fault_about(const std::string& text) {
    return {base::Remedy::AskOperator, text + ": write sftp://host[:port]/directory"};
}

}  // namespace

base::Result<Server> server_of_url(const std::string& url) {
    constexpr std::string_view scheme = "sftp://";
    if (!url.starts_with(scheme)) return fault_about("not an sftp address");
    const std::size_t slash = std::min(url.find('/', scheme.size()), url.size());
    std::string host = url.substr(scheme.size(), slash - scheme.size());
    if (host.find('@') != std::string::npos)
        return fault_about("the address must not hold a user or password");
    Server server;
    if (const std::size_t colon = host.rfind(':');
        colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        const char* const end = host.data() + host.size();
        const auto [stop, wrong] = std::from_chars(host.data() + colon + 1, end, server.port);
        if (wrong != std::errc{} || stop != end || server.port == 0)
            return fault_about("the port must be a number from 1 to 65535");
        host.resize(colon);
    }
    if (host.empty()) return fault_about("the address names no host");
    server.host = std::move(host);
    server.directory = url.substr(slash);
    return server;
}

}  // namespace transfer
