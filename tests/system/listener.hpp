// Listener: systemd, as far as sd_notify(3) knows it: a socket, and all that was said to it.
// Threads: one. Throws: std::runtime_error when the socket cannot be made.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "base/files.hpp"

namespace line {

class Listener {
public:
    explicit Listener(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        if (::bind(socket_.number(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
            throw std::runtime_error{path + ": " + std::strerror(errno)};
    }
    // Everything that was said so far.
    std::string heard() {
        char words[4096];
        for (ssize_t n = 0; (n = ::recv(socket_.number(), words, sizeof words, 0)) > 0;)
            heard_ += std::string(words, static_cast<std::size_t>(n)) + '\n';
        return heard_;
    }

private:
    base::Fd socket_;
    std::string heard_;
};

}  // namespace line
