// House: what the sessions of a server need of it, and what it needs of them.
// Threads: any. Throws: nothing.
#pragma once

#include <atomic>

#include "http/endpoint.hpp"
#include "http/server.hpp"

namespace http {

class AnySession {
public:
    virtual ~AnySession() = default;
    virtual void leave() = 0;  // told to stop
};

inline void introduce(Request& request, const Peer& peer) {
    request.peer_uid = peer.uid;
    request.peer_gid = peer.gid;
    request.peer_groups = peer.groups;
}

class House {
public:
    House(Listen listen, Handler handler)
        : listen_(std::move(listen)), handler_(std::move(handler)) {}
    virtual ~House() = default;
    virtual void forget(AnySession* session) = 0;
    bool stopping() const { return stopping_; }
    const Listen& settings() const { return listen_; }
    const Handler& handler() const { return handler_; }
    int adopt(SocketFile& file, const std::string& path) const {
        return file.adopt(path, listen_.unix_mode, listen_.unix_groups);
    }

protected:
    std::atomic<bool> stopping_ = false;

private:
    const Listen listen_;
    const Handler handler_;
};

}  // namespace http
