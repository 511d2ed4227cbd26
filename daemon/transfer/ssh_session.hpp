// SshSession: a connection to an SSH server that has proved who it is and let us in, with SFTP open
// on it; and how its calls are waited for. libssh2 never blocks here: it reads and writes through
// the Wire, and whoever waits is patient().
//
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <libssh2.h>
#include <libssh2_sftp.h>

#include <memory>
#include <string>

#include "transfer/credential.hpp"
#include "transfer/remote.hpp"
#include "transfer/ssh_memory.hpp"
#include "transfer/wire.hpp"

namespace transfer {

class SshSession {
public:
    static base::Result<std::unique_ptr<SshSession>> open(const Server& server);
    ~SshSession();
    SshSession(const SshSession&) = delete;
    SshSession& operator=(const SshSession&) = delete;

    // A call to the other side begins; all it does ends within the server's time.
    void begin() { wire_.begin(time_max_); }
    // So much of a file went over it in this call.
    void has_moved(std::size_t bytes);
    bool is_past_half() const { return wire_.is_past_half(); }
    // Repeats a call of libssh2 until it has an answer: its result, or a negative error.
    template <class Call>
    long patient(Call call) {
        wire_.allow(answer_bytes_max);
        for (;;) {
            const long code = call();
            if (code != LIBSSH2_ERROR_EAGAIN) return code;
            if (!may_go_on()) return LIBSSH2_ERROR_TIMEOUT;
        }
    }
    // The same for calls that return a pointer; null: ask last_error().
    template <class Call>
    auto patient_for(Call call) {
        decltype(call()) found = nullptr;
        patient([&] {
            found = call();
            return found ? 0L : last_error();
        });
        return found;
    }
    // Waits a moment; false when there is nothing to wait for any more.
    bool may_go_on();
    long last_error() const { return libssh2_session_last_errno(session_); }

    LIBSSH2_SFTP* sftp() const { return sftp_; }
    bool is_broken() const { return wire_.is_broken(); }
    // Nothing can be asked any more. `what`: what went wrong, where the wire itself does not know.
    base::Fault broken(const std::string& what);

private:
    // No answer of SFTP, nor what precedes one, is as long as this.
    static constexpr std::size_t answer_bytes_max = 16u << 20;

    explicit SshSession(const Server& server);
    base::Outcome shake_hands(const Server& server);
    base::Outcome log_in(const Server& server);
    base::Outcome log_in_with_key(const Server& server);
    base::Outcome log_in_with_password(const Server& server);
    base::Outcome open_sftp();
    base::Fault ask(const std::string& text) const;
    // A handshake or a login did not succeed.
    base::Fault refused(const std::string& text);

    static void* on_take(std::size_t size, void** self);
    static void on_give_back(void* memory, void** self);
    static void* on_change(void* memory, std::size_t size, void** self);
    static ssize_t on_receive(int, void* bytes, std::size_t size, int, void** self);
    static ssize_t on_send(int, const void* bytes, std::size_t size, int, void** self);
    static void on_disconnect(LIBSSH2_SESSION*, int, const char* text, int size, const char*, int,
                              void** self);
    static int on_sign(LIBSSH2_SESSION* session, unsigned char** signature, std::size_t* size,
                       const unsigned char* bytes, std::size_t bytes_size, void** key);
    static void on_prompts(const char*, int, const char*, int, int count,
                           const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                           LIBSSH2_USERAUTH_KBDINT_RESPONSE* answers, void** self);

    std::string place_;  // "sftp://host:22", before each fault
    std::chrono::milliseconds time_max_;
    std::uint64_t bytes_a_second_min_;
    Wire wire_;
    SshMemory memory_;
    LIBSSH2_SESSION* session_ = nullptr;
    LIBSSH2_SFTP* sftp_ = nullptr;
    const Secret* password_ = nullptr;  // while it may still be asked for
};

}  // namespace transfer
