// A server of raw sockets, with TLS if wanted, whose every byte the test decides.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace raw {

struct ServerTls {
    std::string certificate_file;
    std::string key_file;
    std::string client_ca_file;  // empty = no client certificate is asked for
    int version_max = TLS1_3_VERSION;
};

class Peer {
public:
    Peer(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
    // Head and body by its Content-Length; nothing when the connection ended before that.
    std::optional<std::string> read_request() {
        for (;;) {
            const auto end = in_.find("\r\n\r\n");
            if (end != std::string::npos) {
                const auto at = in_.find("Content-Length: ");
                const std::size_t size = end + 4 + (at < end ? std::stoul(in_.substr(at + 16)) : 0);
                if (in_.size() >= size) {
                    std::string request = in_.substr(0, size);
                    in_.erase(0, size);
                    return request;
                }
            }
            if (!read_some()) return std::nullopt;
        }
    }
    bool read_some() {
        char bytes[65536];
        const auto n = ssl_ ? SSL_read(ssl_, bytes, sizeof bytes)
                            : static_cast<int>(::recv(fd_, bytes, sizeof bytes, 0));
        if (n > 0) in_.append(bytes, static_cast<std::size_t>(n));
        return n > 0;
    }
    // False when the other side does not listen any more.
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto n =
                ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                     : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    void answer(int status, const std::string& body, const std::string& more = "") {
        write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n" + more + "\r\n" + body);
    }
    // Waits until the other side closes.
    void wait_closed() {
        while (read_some()) continue;
    }
    // Waits until the other side's kernel has what was written.
    void wait_arrived() {
        int unacknowledged = 1;
        while (::ioctl(fd_, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0)
            std::this_thread::yield();
    }
    // The end is a RST instead of a FIN.
    void reset() {
        const linger now{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    const std::string& unread() const { return in_; }
    // The name in the certificate that the other side showed; empty when it showed none.
    std::string shown() const {
        X509* const certificate = ssl_ ? SSL_get1_peer_certificate(ssl_) : nullptr;
        if (!certificate) return {};
        char name[256] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof name);
        X509_free(certificate);
        return name;
    }

private:
    int fd_;
    SSL* ssl_;
    std::string in_;
};

class Server {
public:
    using Serve = std::function<void(Peer&, int connection)>;

    explicit Server(Serve serve, std::optional<ServerTls> tls = {}) : serve_(std::move(serve)) {
        ::signal(SIGPIPE, SIG_IGN);
        if (tls) set_up(*tls);
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 64) != 0)
            throw std::runtime_error("cannot listen");
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept_all(); }};
    }
    ~Server() {
        ending_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
        {
            const std::lock_guard lock{mutex_};
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (std::thread& each : threads_) each.join();
        if (context_) SSL_CTX_free(context_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string url(const std::string& path = "/") const {
        return (context_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) +
               path;
    }
    int port() const { return port_; }
    int connections() const { return connections_; }

private:
    void set_up(const ServerTls& tls) {
        context_ = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_max_proto_version(context_, tls.version_max);
        if (SSL_CTX_use_certificate_chain_file(context_, tls.certificate_file.c_str()) != 1 ||
            SSL_CTX_use_PrivateKey_file(context_, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
            throw std::runtime_error("server certificate");
        if (!tls.client_ca_file.empty()) {
            SSL_CTX_load_verify_locations(context_, tls.client_ca_file.c_str(), nullptr);
            SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                               nullptr);
        }
    }
    void accept_all() {
        while (!ending_) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) continue;
            const std::lock_guard lock{mutex_};
            open_.push_back(fd);
            const int number = ++connections_;
            threads_.emplace_back([this, fd, number] { serve_one(fd, number); });
        }
    }
    void serve_one(int fd, int number) {
        SSL* ssl = context_ ? SSL_new(context_) : nullptr;
        if (ssl) SSL_set_fd(ssl, fd);
        if (!ssl || SSL_accept(ssl) == 1) {
            Peer peer{fd, ssl};
            serve_(peer, number);
            if (ssl) SSL_shutdown(ssl);
        } else {
            // What the other side still sends must not turn our alert into a reset.
            Peer{fd, nullptr}.wait_closed();
        }
        if (ssl) SSL_free(ssl);
        const std::lock_guard lock{mutex_};
        std::erase(open_, fd);
        ::close(fd);
    }

    Serve serve_;
    SSL_CTX* context_ = nullptr;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> ending_ = false;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::vector<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace raw
