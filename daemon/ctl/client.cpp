#include "ctl/client.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstdio>

#include "http/client.hpp"

namespace ctl {

namespace {
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::minutes patience_with_work{5};

}  // namespace

base::Result<Answer> ask(const std::string& socket, const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    const auto response = http::ask_unix(socket, request, patience);
    if (response) return answer_of(socket, *response);
    if (auto answer = shut_out(socket)) return std::move(*answer);
    return response.fault();
}

base::Result<http::Response> post(const std::string& socket, const std::string& target,
                                  std::string body) {
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.body = std::move(body);
    return http::ask_unix(socket, request, patience_with_work);
}

base::Result<Answer> answer_of(const std::string& socket, const http::Response& response) {
    boost::system::error_code wrong;
    boost::json::value body = boost::json::parse(response.body, wrong);
    if (wrong || !body.is_object())
        return base::Fault{base::Remedy::AskOperator,
                           socket + ": what answers there is not permitd"};
    return Answer{response.status, std::move(body.as_object())};
}

std::optional<Answer> shut_out(const std::string& socket) {
    if (::access(socket.c_str(), W_OK) == 0 || errno != EACCES) return std::nullopt;
    return Answer{403,
                  {{"error", socket + ": you may not ask permitd; reading needs the group permitd, "
                                      "changing permitd-admin, unless permitd.yaml names others "
                                      "(control: group, admin_group)"}}};
}

std::string encoded(const std::string& text) {
    std::string out;
    for (const unsigned char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", c);
        out += plain ? std::string(1, static_cast<char>(c)) : std::string{escape};
    }
    return out;
}

}  // namespace ctl
