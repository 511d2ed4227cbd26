// WireClient: bytes to a server and bytes back, over TCP, TLS or a Unix socket, for tests.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <string>

namespace wire_client {

struct Certificate {
    std::string certificate;
    std::string key;
};

class WireClient {
public:
    // "127.0.0.1:8090" or "unix:/path".
    explicit WireClient(const std::string& address) {
        if (address.compare(0, 5, "unix:") == 0) {
            sockaddr_un name{};
            name.sun_family = AF_UNIX;
            std::strncpy(name.sun_path, address.c_str() + 5, sizeof name.sun_path - 1);
            socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
        } else {
            sockaddr_in name{};
            name.sin_family = AF_INET;
            name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            name.sin_port = htons(
                static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
            socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
        }
    }
    WireClient(const WireClient&) = delete;
    WireClient& operator=(const WireClient&) = delete;
    ~WireClient() {
        tls_.reset();
        close(socket_);
    }

    bool connected() const { return connected_; }

    // Speaks TLS from here on; whether the handshake came to its end.
    bool start_tls(const Certificate& own, int version_max = TLS1_3_VERSION) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context_.get(), version_max);
        if (!own.certificate.empty()) {
            SSL_CTX_use_certificate_file(context_.get(), own.certificate.c_str(), SSL_FILETYPE_PEM);
            SSL_CTX_use_PrivateKey_file(context_.get(), own.key.c_str(), SSL_FILETYPE_PEM);
        }
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), socket_);
        return SSL_connect(tls_.get()) == 1;
    }

    void send(const std::string& bytes) {
        if (tls_)
            SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
        else
            sent_ = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    // One response: its header and as much body as the header says; or what came before the end.
    std::string receive(std::chrono::seconds at_most = std::chrono::seconds(10)) {
        const auto deadline = std::chrono::steady_clock::now() + at_most;
        for (;;) {
            const std::size_t head = pending_.find("\r\n\r\n");
            if (head != std::string::npos) {
                const std::size_t whole = head + 4 + length_in(pending_.substr(0, head));
                if (pending_.size() >= whole) {
                    const std::string response = pending_.substr(0, whole);
                    pending_.erase(0, whole);
                    return response;
                }
            }
            if (!read_some(deadline)) return std::exchange(pending_, {});
        }
    }

    // Whether the other end closed (or reset) within the time; bytes before that are dropped.
    bool closed(std::chrono::seconds at_most = std::chrono::seconds(10)) {
        const auto deadline = std::chrono::steady_clock::now() + at_most;
        while (read_some(deadline)) {
        }
        return ended_;
    }
    bool was_reset() const { return reset_; }

    std::string ask(const std::string& request) {
        send(request);
        return receive();
    }

private:
    static std::size_t length_in(const std::string& head) {
        const std::size_t at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }

    bool read_some(std::chrono::steady_clock::time_point deadline) {
        if (!tls_ || SSL_pending(tls_.get()) == 0) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            pollfd one{socket_, POLLIN, 0};
            if (left.count() <= 0 || poll(&one, 1, static_cast<int>(left.count())) <= 0)
                return false;
        }
        char buffer[65536];
        const ssize_t got = tls_ ? SSL_read(tls_.get(), buffer, sizeof buffer)
                                 : recv(socket_, buffer, sizeof buffer, 0);
        if (got <= 0) {
            ended_ = true;
            reset_ = reset_ || (got < 0 && errno == ECONNRESET);
            return false;
        }
        pending_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    struct Free {
        void operator()(SSL* tls) const { SSL_free(tls); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    int socket_ = -1;
    bool connected_ = false;
    bool ended_ = false;
    bool reset_ = false;
    ssize_t sent_ = 0;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> tls_;
    std::string pending_;
};

inline std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n";
}
inline std::string body_of(const std::string& response) {
    const std::size_t at = response.find("\r\n\r\n");
    return at == std::string::npos ? "" : response.substr(at + 4);
}
inline int status_of(const std::string& response) {
    return response.size() > 12 ? std::stoi(response.substr(9, 3)) : 0;
}

}  // namespace wire_client
