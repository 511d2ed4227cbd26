// Control protocol: whatever comes over the control socket is answered, or the connection ends, in
// bounded time; an answer is a status of HTTP's, and the request that is handed on has a path from
// the root and names of headers in lower case. The server is the daemon's own, the answer is not.
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "fuzz/target.hpp"
#include "http/url.hpp"
#include "running_server.hpp"

namespace {

constexpr std::size_t bytes_max = 64u << 10;  // fits into a socket, so that sending never waits
constexpr int broken_status = 500;

bool is_sound(const http::Request& request) {
    return request.path.starts_with('/') && request.path.find('\0') == std::string::npos &&
           !request.method.empty() && request.body.size() <= bytes_max &&
           std::ranges::all_of(request.headers, [](const auto& header) {
               return header.first == http::lower_case(header.first);
           });
}

// The daemon's own, with an answer that tells whether what it was handed is sound.
class Control {
public:
    std::string socket_file() const { return scratch_ / "control"; }

private:
    static http::Listen listen(const std::string& socket_file) {
        http::Listen listen;
        listen.address = "unix:" + socket_file;
        listen.body_bytes_max = 4096;
        return listen;
    }
    static void answer(const http::Request& request, const http::Reply& reply) {
        reply({is_sound(request) ? 200 : broken_status, {}, request.path}, {});
    }
    const Scratch scratch_;
    RunningServer server_{listen(socket_file()), answer};
};

class Client {
public:
    explicit Client(const std::string& socket_file)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, socket_file.c_str(), sizeof name.sun_path - 1);
        const timeval longest{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
            throw std::runtime_error("the server is not there");
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // All that comes back for all that is said.
    std::string answers(const std::string& said) {
        // A server that has heard enough may have closed already.
        (void)::send(socket_, said.data(), said.size(), MSG_NOSIGNAL);
        ::shutdown(socket_, SHUT_WR);
        std::string all;
        char piece[4096];
        for (;;) {
            const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
            fuzz::require(got >= 0 || errno != EAGAIN, "the connection ends in bounded time");
            if (got <= 0) return all;
            all.append(piece, static_cast<std::size_t>(got));
        }
    }

private:
    int socket_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size > bytes_max) return 0;
    static const Control server;
    const std::string text = fuzz::text_of(bytes, size);
    const std::string answers = Client(server.socket_file()).answers(text);
    if (!answers.empty()) {
        fuzz::require(answers.starts_with("HTTP/1."), "an answer is HTTP");
        constexpr std::size_t status_at = 9;
        const std::string status = answers.substr(status_at, 3);
        fuzz::require(status == "100" || status == "200" || status == "400" || status == "413" ||
                          status == "431",
                      "an answer has a status of the server's: " + status);
    }
    fuzz::require(answers.find("HTTP/1.1 500") == std::string::npos,
                  "what is handed on is a sound request");
    if (const auto target = http::parse_target(text))
        fuzz::require(target->path.starts_with('/') && target->path.find('\0') == std::string::npos,
                      "a target has a path from the root");
    return 0;
}
