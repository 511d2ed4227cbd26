// Sshd: a real OpenSSH server of a test's own, on a port of 127.0.0.1, with keys, settings and the
// account's files in a scratch directory. Nothing of the host's own sshd is read or touched.
//
// Runs as root and as an ordinary user; what needs root stands beside it. Everything it started is
// killed, and everything it wrote removed, with the object.
// Threads: one. Throws: std::runtime_error when a program does not start.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "system/child.hpp"

namespace tests {

struct SshdSetup {
    std::vector<std::string> host_keys = {"ed25519"};  // types, as `ssh-keygen -t` has them
    std::string sftp = {};    // arguments of internal-sftp: "-R", "-P rename", "-u 0027"
    std::string config = {};  // more lines of sshd_config, before those that stand there anyway
    // Root only, in a mount namespace of the server's own:
    std::string password = {};          // the account's; asked for as `password`
    bool keyboard_interactive = false;  // ... or as that method instead, through PAM
    std::uint64_t files_bytes = 0;      // the account's files stand on a disk of that size
};

class Sshd {
public:
    explicit Sshd(SshdSetup how = {});
    ~Sshd();
    Sshd(const Sshd&) = delete;
    Sshd& operator=(const Sshd&) = delete;

    // Whether this host lets us have a mount namespace (root with its capabilities).
    static bool can_mount();

    std::uint16_t port() const { return port_; }
    const std::string& user() const { return user_; }  // whoever runs the test
    // Where a session begins: a relative path of SFTP is one beneath it. Empty at first.
    std::filesystem::path files() const { return scratch_ / "files"; }
    // "sftp://127.0.0.1:2222/scratch/files"
    std::string url() const;
    std::filesystem::path client_key() const { return scratch_ / "client_ed25519"; }
    // With a line for each host key; as it was written at first or by write_known_hosts().
    std::filesystem::path known_hosts() const { return scratch_ / "known_hosts"; }
    void write_known_hosts() const;
    // "SHA256:…" of the host key of that type.
    std::string fingerprint(const std::string& type = "ed25519") const;
    // "ssh-ed25519 AAAA…"
    std::string host_key(const std::string& type = "ed25519") const;
    // A key pair for other uses, beside the others; its public half is not authorized.
    std::filesystem::path make_key(const std::string& name, const std::string& type,
                                   const std::string& passphrase = {}) const;
    void authorize(const std::filesystem::path& key) const;
    const std::filesystem::path& scratch() const { return scratch_; }

    // The listener and everything beneath it: one process or more for each session.
    std::vector<pid_t> processes() const;
    std::vector<pid_t> sessions() const;
    void stop() const;           // SIGSTOP to all
    void go_on() const;          // SIGCONT to all
    void kill_sessions() const;  // SIGKILL; new connections are still taken
    void kill_all();             // SIGKILL; connections are refused
    // Listens again on the same port, with what `setup` says now.
    void start();
    // Other host keys from the next start on; known_hosts() stays as it is.
    void change_host_keys();
    std::string words() const;  // its log

    SshdSetup setup;

private:
    void write_config() const;
    std::vector<std::string> command() const;
    std::filesystem::path host_key_file(const std::string& type) const;

    std::filesystem::path scratch_;
    std::string user_;
    std::uint16_t port_ = 0;
    std::unique_ptr<line::Program> server_;
};

}  // namespace tests
