// Exchange: one call on one libcurl easy handle, from its options to its end.
//
// The handle's callbacks point into the object: it stays where it is while the call is under way.
// Threads: one. Throws: nothing.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "transfer/answer_head.hpp"
#include "transfer/certificate.hpp"
#include "transfer/open_sockets.hpp"
#include "transfer/transfer.hpp"

namespace transfer {

class Exchange {
public:
    enum class Connection { KeptOrFresh, Fresh };
    struct Line {
        const Tls& tls;
        std::shared_ptr<const Trust> trust;
        OpenSockets& sockets;
        Connection connection;
    };
    // Takes the handle for as long as it lives; `easy` is reset first.
    Exchange(CURL* easy, Call call, Line line);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    CURL* easy() const { return easy_; }
    // Once libcurl is done with it. First: the call again when it met a kept connection on which
    // the other side had something to say that nobody had asked for. No byte of it left.
    std::optional<Call> to_begin_anew(CURLcode code);
    Ended ended(CURLcode code);

private:
    void set_rules();
    void set_trust(const Tls& tls);
    void set_pem(CURLoption option, const std::string& pem);
    void set_request();
    End end_of(CURLcode code) const;
    long request_bytes() const;
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_read(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_seek(void* self, curl_off_t offset, int origin);
    static int on_request(void* self, char*, char*, int, int local_port);

    CURL* easy_;
    Call call_;
    OpenSockets& sockets_;
    const std::shared_ptr<const Trust> trust_;
    curl_slist* headers_ = nullptr;
    AnswerHead head_;
    std::string body_;
    std::size_t sent_ = 0;  // bytes of the body that libcurl took
    std::string limit_passed_;
    bool answer_too_long_ = false;
    bool met_unread_ = false;
    std::string peer_certificate_sha256_;
    char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace transfer
