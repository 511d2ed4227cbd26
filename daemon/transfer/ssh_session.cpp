#include "transfer/ssh_session.hpp"

#include <string.h>

#include <algorithm>

#include "transfer/host_trust.hpp"

namespace transfer {

namespace {

// Encrypt-then-MAC and ChaCha20 are unknown to libssh2 1.10; of the rest these are sound.
constexpr const char* ciphers = "aes256-ctr,aes192-ctr,aes128-ctr";
constexpr const char* macs = "hmac-sha2-256,hmac-sha2-512";
constexpr std::size_t words_max = 200;  // of what a server says when it closes

bool is_library_ready() {
    static const bool ready = libssh2_init(0) == 0;
    return ready;
}

// A server's words in a line of our log.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, words_max)) out += c >= ' ' && c < 127 ? c : '?';
    return out;
}

}  // namespace

SshSession::SshSession(const Server& server)
    : place_("sftp://" + server.host + ":" + std::to_string(server.port) + ": "),
      time_max_(server.time_max),
      bytes_a_second_min_(std::max<std::uint64_t>(server.bytes_a_second_min, 1)) {}

// Nobody is waited for: one attempt to say goodbye, and then whatever the library still asks of the
// wire fails at once. Its own disconnect and close wait for ever on a peer that is gone.
SshSession::~SshSession() {
    if (!session_) return;
    if (!is_broken()) libssh2_session_disconnect(session_, "done");
    wire_.cut("closed");
    if (sftp_) libssh2_sftp_shutdown(sftp_);
    libssh2_session_free(session_);
}

void SshSession::has_moved(std::size_t bytes) {
    constexpr std::uint64_t second = 1'000'000;  // bytes of one call, times this: far from 2^64
    wire_.earn(std::chrono::microseconds{bytes * second / bytes_a_second_min_});
}

base::Fault SshSession::ask(const std::string& text) const {
    return {base::Remedy::AskOperator, place_ + text};
}

base::Fault SshSession::broken(const std::string& what) {
    wire_.cut(what);
    return {base::Remedy::RetryLater, place_ + wire_.why_broken()};
}

base::Fault SshSession::refused(const std::string& text) {
    return is_broken() ? broken({}) : ask(text);
}

bool SshSession::may_go_on() {
    const int directions = libssh2_session_block_directions(session_);
    const auto direction = directions == LIBSSH2_SESSION_BLOCK_OUTBOUND ? Wire::Direction::Out
                           : (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0
                               ? Wire::Direction::Both
                               : Wire::Direction::In;
    if (!wire_.wait(direction)) return false;
    // The library waits for answers of a program that has ended on the other side.
    if (!sftp_ || libssh2_channel_eof(libssh2_sftp_get_channel(sftp_)) != 1) return true;
    wire_.cut("its SFTP ended");
    return false;
}

void* SshSession::on_take(std::size_t size, void** self) {
    return static_cast<SshSession*>(*self)->memory_.take(size);
}

void SshSession::on_give_back(void* memory, void** self) {
    static_cast<SshSession*>(*self)->memory_.give_back(memory);
}

void* SshSession::on_change(void* memory, std::size_t size, void** self) {
    return static_cast<SshSession*>(*self)->memory_.change(memory, size);
}

ssize_t SshSession::on_receive(int, void* bytes, std::size_t size, int, void** self) {
    return static_cast<SshSession*>(*self)->wire_.receive(bytes, size);
}

ssize_t SshSession::on_send(int, const void* bytes, std::size_t size, int, void** self) {
    return static_cast<SshSession*>(*self)->wire_.send(bytes, size);
}

void SshSession::on_disconnect(LIBSSH2_SESSION*, int, const char* text, int size, const char*, int,
                               void** self) {
    const std::string_view words{text ? text : "", text ? static_cast<std::size_t>(size) : 0};
    static_cast<SshSession*>(*self)->wire_.cut("it closed the connection: " + plain(words));
}

base::Result<std::unique_ptr<SshSession>> SshSession::open(const Server& server) {
    std::unique_ptr<SshSession> session{new SshSession{server}};
    if (!is_library_ready()) return session->ask("libssh2 does not start");
    for (const auto step : {&SshSession::shake_hands, &SshSession::log_in})
        if (const auto outcome = (session.get()->*step)(server); !outcome) return outcome.fault();
    if (const auto outcome = session->open_sftp(); !outcome) return outcome.fault();
    return session;
}

base::Outcome SshSession::shake_hands(const Server& server) {
    const auto trust = HostTrust::of(server);
    if (!trust) return ask(trust.fault().text);
    if (const auto outcome = wire_.connect(server.host, server.port, time_max_); !outcome)
        return base::Fault{outcome.fault().remedy, place_ + outcome.fault().text};
    session_ = libssh2_session_init_ex(on_take, on_give_back, on_change, this);
    if (!session_) throw std::bad_alloc{};
    libssh2_session_set_blocking(session_, 0);
    libssh2_session_callback_set(session_, LIBSSH2_CALLBACK_RECV,
                                 reinterpret_cast<void*>(&on_receive));
    libssh2_session_callback_set(session_, LIBSSH2_CALLBACK_SEND,
                                 reinterpret_cast<void*>(&on_send));
    libssh2_session_callback_set(session_, LIBSSH2_CALLBACK_DISCONNECT,
                                 reinterpret_cast<void*>(&on_disconnect));
    libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY, trust->types().c_str());
    for (const int way : {LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC})
        libssh2_session_method_pref(session_, way, ciphers);
    for (const int way : {LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC})
        libssh2_session_method_pref(session_, way, macs);
    const long code =
        patient([this] { return libssh2_session_handshake(session_, wire_.number()); });
    if (is_broken()) return broken({});
    if (code == LIBSSH2_ERROR_KEX_FAILURE || code == LIBSSH2_ERROR_METHOD_NONE)
        return ask(trust->no_common_type().text);
    if (code != 0)
        return broken("it does not speak SSH as it should (libssh2 " + std::to_string(code) + ")");
    std::size_t size = 0;
    int type = 0;
    const char* blob = libssh2_session_hostkey(session_, &size, &type);
    if (const auto outcome = trust->judge({blob, blob ? size : 0}); !outcome)
        return ask(outcome.fault().text);
    return base::done;
}

base::Outcome SshSession::log_in(const Server& server) {
    if (!server.key_file.empty()) return log_in_with_key(server);
    if (!server.password_file.empty()) return log_in_with_password(server);
    return ask("nothing to log in with; give `key` or `password`");
}

int SshSession::on_sign(LIBSSH2_SESSION* session, unsigned char** signature, std::size_t* size,
                        const unsigned char* bytes, std::size_t bytes_size, void** key) {
    const std::string made = static_cast<const ClientKey*>(*key)->sign(
        {reinterpret_cast<const char*>(bytes), bytes_size});
    *signature =
        static_cast<unsigned char*>(on_take(made.size(), libssh2_session_abstract(session)));
    if (made.empty() || !*signature) return -1;
    ::memcpy(*signature, made.data(), made.size());
    *size = made.size();
    return 0;
}

base::Outcome SshSession::log_in_with_key(const Server& server) {
    auto key = ClientKey::read(server.key_file);
    if (!key) return ask(key.fault().text);
    void* abstract = &*key;
    const long code = patient([&] {
        return libssh2_userauth_publickey(
            session_, server.user.c_str(),
            reinterpret_cast<const unsigned char*>(key->blob().data()), key->blob().size(), on_sign,
            &abstract);
    });
    if (code == 0) return base::done;
    return refused("user " + server.user + " is not let in with " + server.key_file +
                   " (ssh-ed25519 " + fingerprint_of(key->blob()) +
                   "); its public half must be authorized there");
}

// The first question that is not echoed is the one for the password, and is answered once.
void SshSession::on_prompts(const char*, int, const char*, int, int count,
                            const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                            LIBSSH2_USERAUTH_KBDINT_RESPONSE* answers, void** self) {
    auto& session = *static_cast<SshSession*>(*self);
    for (int i = 0; i < count; ++i) {
        answers[i] = {};
        if (prompts[i].echo || !session.password_) continue;
        const std::string_view password = session.password_->view();
        answers[i].text = static_cast<char*>(session.memory_.take(password.size()));
        if (!answers[i].text) continue;
        ::memcpy(answers[i].text, password.data(), password.size());
        answers[i].length = static_cast<unsigned>(password.size());
        session.password_ = nullptr;
    }
}

base::Outcome SshSession::log_in_with_password(const Server& server) {
    const auto password = read_password(server.password_file);
    if (!password) return ask(password.fault().text);
    const auto user_size = static_cast<unsigned>(server.user.size());
    const char* list = patient_for(
        [&] { return libssh2_userauth_list(session_, server.user.c_str(), user_size); });
    if (!list && libssh2_userauth_authenticated(session_)) return base::done;
    const std::string methods = list ? list : "";
    // The library reads questions of a server carelessly: only where nothing else will do.
    const bool is_plain = methods.find("password") != std::string::npos;
    password_ = &*password;
    const long code = patient([&]() -> long {
        if (!is_plain)
            return libssh2_userauth_keyboard_interactive_ex(session_, server.user.c_str(),
                                                            user_size, on_prompts);
        const std::string_view text = password->view();
        return libssh2_userauth_password_ex(session_, server.user.c_str(), user_size, text.data(),
                                            static_cast<unsigned>(text.size()), nullptr);
    });
    password_ = nullptr;
    if (code == 0) return base::done;
    if (code == LIBSSH2_ERROR_PASSWORD_EXPIRED)
        return refused("the password of user " + server.user + " has expired; change it there");
    return refused("user " + server.user + " is not let in with the password of " +
                   server.password_file + " (the server offers: " + plain(methods) + ")");
}

base::Outcome SshSession::open_sftp() {
    sftp_ = patient_for([this] { return libssh2_sftp_init(session_); });
    if (sftp_) return base::done;
    // The library does not see the end of a program that is something else than SFTP.
    if (is_broken())
        return base::Fault{
            base::Remedy::RetryLater,
            place_ + "the login succeeded, but SFTP did not open: " + wire_.why_broken()};
    return ask("the server offers this user no SFTP; ask its administrator");
}

}  // namespace transfer
