#include "transfer/open_sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace transfer {

namespace {

int local_port_of(curl_socket_t socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return 0;
}

}  // namespace

void OpenSockets::watch(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSockets::on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &OpenSockets::on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

curl_socket_t OpenSockets::on_open(void* self, curlsocktype, curl_sockaddr* address) {
    const curl_socket_t socket =
        ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket >= 0) static_cast<OpenSockets*>(self)->open_.insert(socket);
    return socket >= 0 ? socket : CURL_SOCKET_BAD;
}

int OpenSockets::on_close(void* self, curl_socket_t socket) {
    static_cast<OpenSockets*>(self)->open_.erase(socket);
    return ::close(socket);
}

bool OpenSockets::has_unread(int local_port) const {
    for (const curl_socket_t socket : open_) {
        char byte = 0;
        if (local_port_of(socket) == local_port &&
            ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
            return true;
    }
    return false;
}

}  // namespace transfer
