// permitd whose commit waits while a test wants it to (while the file PERMITD_TEST_HOLD_COMMIT is
// there; one with ".held" behind its name says that a commit waits), and whose workers do what a
// document tells them to: crash, spin or grow. The processing instructions that say so are nothing
// to the parser; the harm is real. And whose courier, where its user is "taken-over", tries to get
// beyond its mailbox, in the place of a connection, with the test's folder for the server's
// directory; what it got is what it says.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "program.hpp"

namespace {

// A worker without a cage (sanitizer builds) must not take the host's memory.
constexpr std::size_t grown_max = std::size_t{2} << 30;

bool says(std::string_view document, const char* word) {
    return document.find(std::string{"<?permitd-test "} + word + "?>") != std::string_view::npos;
}

void spin() {
    volatile bool on = true;
    while (on) continue;
}

void grow() {
    std::vector<std::string> held;
    for (std::size_t bytes = 0; bytes < grown_max; bytes += 1u << 20)
        held.emplace_back(std::size_t{1} << 20, 'x');
    std::raise(SIGABRT);
}

worker::Work hooked(worker::Work work) {
    return [work = std::move(work)](std::string_view document) {
        if (says(document, "crash")) std::raise(SIGSEGV);
        if (says(document, "spin")) spin();
        if (says(document, "grow")) grow();
        return work(document);
    };
}

bool opens(const std::string& path, int flags) {
    const base::Fd fd{::open(path.c_str(), flags | O_CLOEXEC, 0600)};
    return static_cast<bool>(fd);
}

bool makes(const std::string& path) {
    if (!opens(path, O_WRONLY | O_CREAT | O_EXCL)) return false;
    ::unlink(path.c_str());
    return true;
}

// Refused by whoever is asked counts: the question came through.
bool reaches(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const base::Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    return ::connect(fd.number(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 ||
           errno == ECONNREFUSED;
}

bool reaches(const std::string& path) {
    sockaddr_un to{AF_UNIX, {}};
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    const base::Fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    return ::connect(fd.number(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
}

std::string got_by(const transfer::Server& server) {
    const std::string& line = server.directory;
    const struct {
        const char* name;
        bool got;
    } rows[] = {
        {"own mailbox", makes(line + "/spool/beta/OutBox/.mine")},
        {"known hosts", opens(server.known_hosts_file, O_RDONLY)},
        {"own server", reaches(server.port)},
        {"configuration", opens(line + "/permitd.yaml", O_RDONLY)},
        {"state key", opens(line + "/state/state.key", O_RDONLY)},
        {"store", opens(line + "/state/store", O_RDONLY | O_DIRECTORY)},
        {"archive", opens(line + "/spool/.archive", O_RDONLY | O_DIRECTORY)},
        {"spool", makes(line + "/spool/mine")},
        {"another mailbox", makes(line + "/spool/acme/OutBox/mine.xml")},
        {"another's receipts", opens(line + "/spool/acme/InBox", O_RDONLY | O_DIRECTORY)},
        {"passwords", opens("/etc/shadow", O_RDONLY)},
        {"the daemon's memory", opens("/proc/" + std::to_string(::getppid()) + "/mem", O_RDONLY)},
        {"another port", reaches(std::uint16_t{1})},
        {"control socket", reaches(line + "/run/control")},
        {"the daemon's end", ::kill(::getppid(), 0) == 0},
    };
    // Into the daemon's log, if its standard error is still there.
    [[maybe_unused]] const ssize_t said = ::write(STDERR_FILENO, "forged\n", 7);
    std::string text;
    for (const auto& row : rows)
        if (row.got) text += (text.empty() ? "got: " : ", ") + std::string{row.name};
    return text;
}

base::Result<std::unique_ptr<transfer::Remote>> connect_to(const transfer::Server& server) {
    if (server.user != "taken-over") return transfer::connect_sftp(server);
    return base::Fault{base::Remedy::AskOperator, got_by(server)};
}

bool is_there(const std::string& file) { return ::access(file.c_str(), F_OK) == 0; }

void hold_commit(const std::string& file) {
    if (!is_there(file)) return;
    const base::Fd held{::open((file + ".held").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    const timespec pause{0, 5'000'000};
    while (is_there(file)) ::nanosleep(&pause, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
    if (const char* const file = std::getenv("PERMITD_TEST_HOLD_COMMIT"))
        base::set_durable_step_hook([file = std::string{file}](std::string_view step) {
            if (step == "commit") hold_commit(file);
        });
    return permitd::run(argc, argv, hooked, connect_to);
}
