// OpenSockets: the sockets that libcurl has open, so that one that is used again can be looked at
// before the next request leaves on it.
//
// What the other side wrote while nothing was asked would be taken for the answer to the next
// request. libcurl 7.88 looks for a closed connection, not for one that has something to say.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <curl/curl.h>

#include <set>

namespace transfer {

class OpenSockets {
public:
    // Must outlive all connections of the handles that it watches.
    void watch(CURL* easy);
    // Whether something stands unread on the socket with that port of ours.
    bool has_unread(int local_port) const;

private:
    static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);
    static int on_close(void* self, curl_socket_t socket);

    std::set<curl_socket_t> open_;
};

}  // namespace transfer
