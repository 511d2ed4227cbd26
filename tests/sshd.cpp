#include "sshd.hpp"

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace tests {

namespace {

namespace fs = std::filesystem;

constexpr const char* program = "/usr/sbin/sshd";
constexpr std::chrono::seconds start_time_max{30};
constexpr int starts_max = 5;

const line::Environment& environment() {
    static const line::Environment variables{{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
                                             {"LC_ALL", "C"}};
    return variables;
}

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& file, const std::string& text) {
    std::ofstream out{file, std::ios::binary};
    out << text;
    if (!out.flush()) throw std::runtime_error{file.string() + ": cannot be written"};
}

// What it printed; a test that cannot go on says why.
std::string printed(const std::vector<std::string>& command, const fs::path& scratch) {
    const line::Ended ended = line::run(command, environment(), scratch);
    if (ended.status != 0) throw std::runtime_error{command[0] + ": " + ended.out + ended.errors};
    return ended.out;
}

fs::path make_scratch() {
    const fs::path above = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path();
    std::string pattern = above / "permitd-sshd-XXXXXX";
    if (!::mkdtemp(pattern.data())) throw std::runtime_error{"no scratch directory in " + pattern};
    return pattern;
}

// Another program may take it in between: then the start is tried with another one.
std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error{"no free port"};
    ::close(fd);
    return ntohs(address.sin_port);
}

std::string our_name() {
    const passwd* entry = ::getpwuid(::getuid());
    if (!entry) throw std::runtime_error{"this user has no name"};
    return entry->pw_name;
}

void add_descendants(pid_t pid, std::vector<pid_t>& found) {
    for (const pid_t child : line::children_of(pid)) {
        found.push_back(child);
        add_descendants(child, found);
    }
}

void send(const std::vector<pid_t>& processes, int signal) {
    for (const pid_t pid : processes) ::kill(pid, signal);
}

// A session forks while it is logged in: who is stopped does not fork any more.
void kill_each(const std::function<std::vector<pid_t>()>& who) {
    std::vector<pid_t> found;
    do {
        found = who();
        send(found, SIGSTOP);
    } while (who().size() != found.size());
    send(found, SIGKILL);
}

}  // namespace

Sshd::Sshd(SshdSetup how) : setup(std::move(how)), scratch_(make_scratch()), user_(our_name()) {
    fs::create_directory(files());
    make_key(client_key().filename(), "ed25519");
    authorize(client_key());
    change_host_keys();
    if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);  // sshd demands it of root
    start();
    write_known_hosts();
}

Sshd::~Sshd() {
    kill_all();
    std::error_code gone;
    fs::remove_all(scratch_, gone);
}

bool Sshd::can_mount() {
    const fs::path scratch = make_scratch();
    const line::Ended ended =
        line::run({"/usr/bin/unshare", "-m", "/bin/mount", "-t", "tmpfs", "none", scratch},
                  environment(), scratch);
    fs::remove_all(scratch);
    return ended.status == 0;
}

void Sshd::write_config() const {
    std::ostringstream out;
    // Not the user's own home: what its .bashrc does before our program would be in the test.
    out << "SetEnv HOME=" << scratch_.string() << "\n"
        << setup.config << "\nPort " << port_ << "\nListenAddress 127.0.0.1\nPidFile none\n"
        << "AuthorizedKeysFile " << (scratch_ / "authorized_keys").string() << "\n"
        << "StrictModes no\nPermitRootLogin yes\nUseDNS no\nLogLevel VERBOSE\n"
        << "UsePAM " << (setup.keyboard_interactive ? "yes" : "no") << "\n"
        << "PasswordAuthentication "
        << (!setup.password.empty() && !setup.keyboard_interactive ? "yes" : "no") << "\n"
        << "KbdInteractiveAuthentication " << (setup.keyboard_interactive ? "yes" : "no") << "\n"
        << "Subsystem sftp internal-sftp -d " << files().string() << " " << setup.sftp << "\n";
    for (const std::string& type : setup.host_keys)
        out << "HostKey " << host_key_file(type).string() << "\n";
    write(scratch_ / "sshd_config", out.str());
}

std::vector<std::string> Sshd::command() const {
    const std::string config = scratch_ / "sshd_config";
    if (setup.password.empty() && setup.files_bytes == 0)
        return {program, "-D", "-e", "-f", config};
    std::string script = "set -e\n";
    const auto mounted = [&](const std::string& text, const std::string& over) {
        const fs::path file = scratch_ / fs::path{over}.filename();
        write(file, text);
        fs::permissions(file, fs::perms::owner_read);
        script += "mount --bind " + file.string() + " " + over + "\n";
    };
    if (!setup.password.empty()) {
        const std::string digest =
            printed({"/usr/bin/openssl", "passwd", "-6", setup.password}, scratch_);
        mounted(user_ + ":" + digest.substr(0, digest.find('\n')) + ":19000:0:99999:7:::\n" +
                    "sshd:!:19000::::::\n",
                "/etc/shadow");
    }
    if (setup.keyboard_interactive)
        mounted(
            "auth required pam_unix.so\naccount required pam_permit.so\n"
            "session required pam_permit.so\n",
            "/etc/pam.d/sshd");
    if (setup.files_bytes > 0)
        script += "mount -t tmpfs -o size=" + std::to_string(setup.files_bytes) + " none " +
                  files().string() + "\n";
    script += std::string{"exec "} + program + " -D -e -f " + config + "\n";
    return {"/usr/bin/unshare", "-m", "/bin/sh", "-c", script};
}

void Sshd::start() {
    for (int tries = 1;; ++tries) {
        if (port_ == 0) port_ = free_port();
        write_config();
        server_ = std::make_unique<line::Program>(command(), environment(), scratch_ / "words");
        if (server_->says("Server listening on 127.0.0.1 port ", start_time_max)) return;
        const std::string said = server_->words();
        server_.reset();
        if (tries == starts_max || said.find("already in use") == std::string::npos)
            throw std::runtime_error{"sshd does not start: " + said};
        port_ = 0;
    }
}

void Sshd::kill_all() {
    if (!server_) return;
    kill_each([this] { return processes(); });
    server_.reset();
}

void Sshd::kill_sessions() const {
    kill_each([this] { return sessions(); });
}

void Sshd::stop() const { send(processes(), SIGSTOP); }

void Sshd::go_on() const { send(processes(), SIGCONT); }

std::vector<pid_t> Sshd::sessions() const {
    std::vector<pid_t> found;
    if (server_) add_descendants(server_->pid(), found);
    return found;
}

std::vector<pid_t> Sshd::processes() const {
    std::vector<pid_t> found = sessions();
    if (server_) found.insert(found.begin(), server_->pid());
    return found;
}

std::string Sshd::words() const { return content_of(scratch_ / "words"); }

std::string Sshd::url() const {
    return "sftp://127.0.0.1:" + std::to_string(port_) + files().string();
}

fs::path Sshd::host_key_file(const std::string& type) const { return scratch_ / ("host_" + type); }

void Sshd::change_host_keys() {
    for (const std::string& type : setup.host_keys) make_key("host_" + type, type);
}

fs::path Sshd::make_key(const std::string& name, const std::string& type,
                        const std::string& passphrase) const {
    const fs::path file = scratch_ / name;
    fs::remove(file);
    printed({"/usr/bin/ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", name, "-f", file},
            scratch_);
    return file;
}

void Sshd::authorize(const fs::path& key) const {
    std::ofstream{scratch_ / "authorized_keys", std::ios::app} << content_of(key.string() + ".pub");
}

std::string Sshd::host_key(const std::string& type) const {
    std::istringstream in{content_of(host_key_file(type).string() + ".pub")};
    std::string algorithm, key;
    in >> algorithm >> key;
    return algorithm + " " + key;
}

std::string Sshd::fingerprint(const std::string& type) const {
    std::istringstream in{printed(
        {"/usr/bin/ssh-keygen", "-l", "-E", "sha256", "-f", host_key_file(type).string() + ".pub"},
        scratch_)};
    std::string bits, fingerprint;
    in >> bits >> fingerprint;
    return fingerprint;
}

void Sshd::write_known_hosts() const {
    std::string text;
    for (const std::string& type : setup.host_keys)
        text += "[127.0.0.1]:" + std::to_string(port_) + " " + host_key(type) + "\n";
    // As ssh-keygen and configuration management do: another file takes its place.
    const fs::path aside = scratch_ / "known_hosts.new";
    write(aside, text);
    fs::rename(aside, known_hosts());
}

}  // namespace tests
