#include "unit/worker/subject.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>
#include <new>
#include <stdexcept>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "unit/worker/attempts.hpp"
#include "worker/cage.hpp"
#include "worker/frame.hpp"
#include "worker/leash.hpp"

extern char** environ;

namespace subject {

namespace {

using worker::worker_socket;

void say(std::uint32_t length, std::uint32_t serial, std::string_view bytes) {
    const auto head = worker::encode(worker::Head{length, serial});
    if (::write(worker_socket, head.data(), head.size()) < 0) std::abort();
    if (::write(worker_socket, bytes.data(), bytes.size()) < 0) std::abort();
}

std::string grow_until_refused() {
    std::size_t mebibytes = 0;
    std::vector<char*> blocks;
    try {
        for (;; ++mebibytes) blocks.push_back(new char[1u << 20]());
    } catch (const std::bad_alloc&) {
    }
    for (char* each : blocks) delete[] each;
    return std::to_string(mebibytes);
}

[[noreturn]] void spin() {
    for (volatile unsigned turns = 0;;) turns = turns + 1;
}

std::string recurse(unsigned depth) {
    volatile char room[4096];
    room[depth % 4096] = 1;
    // Far beyond any stack; an end all the same, or compilers complain.
    return depth == 1'000'000'000 ? "" : recurse(depth + 1) + room[depth % 4096];
}

// What a courier makes of files, in a directory.
std::string keep_in(const std::string& path) {
    const auto directory = base::open_directory(path);
    if (!directory) return directory.fault().text;
    const int fd = directory->number();
    if (auto made = base::write_new(fd, "a", "bytes", 0640, base::ReplaceTorso::Yes); !made)
        return made.fault().text;
    if (::renameat(fd, "a", fd, "b") != 0) return "not renamed";
    const auto bytes = base::read_file(path + "/b", 100);
    if (!bytes) return bytes.fault().text;
    if (auto synced = base::sync(fd); !synced) return synced.fault().text;
    return ::unlinkat(fd, "b", 0) == 0 ? *bytes : "not removed";
}

// The ways by which it made a file with the set-user-id bit in a directory.
std::string lend_identity_in(const std::string& path) {
    const std::string file = path + "/lent";
    std::string ways;
    const base::Fd made{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 04700)};
    if (made) ways += "open ";
    ::unlink(file.c_str());
    const base::Fd plain{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    if (plain && ::fchmod(plain.number(), 04700) == 0) ways += "fchmod ";
    ::unlink(file.c_str());
    return ways;
}

std::string resolve(const std::string& host) {
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), "22", nullptr, &list);
    if (code == 0) ::freeaddrinfo(list);
    return code == 0 ? "found" : ::gai_strerror(code);
}

std::string variables() {
    std::string all;
    for (char** each = environ; *each; ++each) all += std::string{*each} + "\n";
    return all;
}

std::string work(std::string_view job, std::uint32_t serial) {
    const std::string_view word = job.substr(0, job.find(' '));
    const std::string rest{job.substr(std::min(job.size(), word.size() + 1))};
    if (word == "echo") return rest;
    if (word == "big") return std::string(std::stoul(rest), 'x');
    if (word == "pid") return std::to_string(::getpid());
    if (word == "sha256") return base::sha256_hex(rest);
    if (word == "environment") return variables();
    if (word == "attempt") return attempt(rest);
    if (word == "keep-in") return keep_in(rest);
    if (word == "lend-identity-in") return lend_identity_in(rest);
    if (word == "resolve") return resolve(rest);
    if (word == "grow") return grow_until_refused();
    if (word == "segv") ::raise(SIGSEGV);
    if (word == "null") {
        int* volatile nowhere = nullptr;
        *nowhere = 1;
    }
    if (word == "recurse") return recurse(0);
    if (word == "abort") std::abort();
    if (word == "exit") ::_exit(0);
    if (word == "throw") throw std::runtime_error("out of a job");
    if (word == "bad-alloc") {
        // Volatile: clang 14 tries to make the string while it compiles, and dies of it.
        const volatile std::size_t tebibyte = std::size_t{1} << 40;
        return std::string(tebibyte, 'x');
    }
    if (word == "spin") spin();
    if (word == "hang") ::pause();
    // A frame that nobody asked for, before the right one.
    if (word == "babble") say(4, serial + 1, "evil");
    if (word == "wrong-serial") say(4, serial + 7, "evil");
    if (word == "huge") say(0xffffffff, serial, "");
    if (word == "torn") say(100, serial, "ten bytes."), ::_exit(0);
    if (word == "garbage") say(0x6b6b6b6b, 0x6b6b6b6b, std::string(100, 'k'));
    return "done";
}

worker::Work counting(std::function<std::string(std::string_view, std::uint32_t)> each) {
    return [each = std::move(each), serial = std::uint32_t{0}](std::string_view job) mutable {
        return each(job, ++serial);
    };
}

std::string open_descriptors() {
    std::string all;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
        all += each.path().filename().string() + " ";
    return all;
}

base::Result<worker::Work> set_up(const std::string& kind, const std::string& path) {
    if (kind == "no-set-up")
        return base::Fault{base::Remedy::AskOperator, "xsd/mep.xsd:3:7: a hole"};
    if (kind == "dies-in-set-up") ::raise(SIGSEGV);
    if (kind == "nonsense") say(3, 0, "\xff\xff\xff"), ::pause();
    if (kind == "fails-while" && std::filesystem::exists(path))
        return base::Fault{base::Remedy::AskOperator, "there is " + path};
    if (kind == "descriptors") {
        const std::string seen = open_descriptors();
        return worker::Work{[seen](std::string_view) { return seen; }};
    }
    if (kind == "keeps-file" || kind == "keeps-file-uncaged") {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
        ::dup2(fd, 9);
    }
    if (kind == "landlocked") {
        if (base::Outcome locked = worker::forbid_files_by_landlock(); !locked)
            return locked.fault();
    }
    if (kind == "leashed" || kind == "leashed-to-port-2") {
        const std::uint16_t port = kind == "leashed" ? 1 : 2;
        const worker::Allowed allowed{{path}, worker::files_of_the_resolver(), {port}};
        if (base::Outcome leashed = worker::enter_leash(allowed, worker_socket); !leashed)
            return leashed.fault();
    }
    return counting(work);
}

// Hands back each piece; a piece may be an order.
std::string long_work(std::string_view job, const worker::Dialogue& dialogue) {
    std::size_t pieces = 0;
    for (std::string piece = dialogue.more(); !piece.empty(); piece = dialogue.more(), ++pieces) {
        if (piece == "crash") std::abort();
        if (piece == "spin") spin();
        if (piece == "burn") {
            const auto until = std::clock() + CLOCKS_PER_SEC / 20;
            while (std::clock() < until) continue;
        }
        if (piece == "nonsense") say(4, 1, "what");
        if (piece == "grow") dialogue.part(grow_until_refused());
        if (job != "silent") dialogue.part(piece);
    }
    return std::string{job} + " " + std::to_string(pieces);
}

bool wants_cage(const std::string& kind) {
    return !sanitized && kind != "uncaged" && kind != "landlocked" &&
           !kind.starts_with("leashed") && kind != "keeps-file-uncaged";
}

}  // namespace

int run_worker(const std::string& kind, const std::string& path) {
    if (kind == "long")
        return worker::serve_long(
            worker_socket,
            [] { return base::Result<worker::LongWork>{worker::LongWork{long_work}}; },
            wants_cage(kind) ? worker::Cage::Yes : worker::Cage::No);
    return worker::serve(
        worker_socket, [&] { return set_up(kind, path); },
        wants_cage(kind) ? worker::Cage::Yes : worker::Cage::No);
}

worker::Options options(const std::string& kind, const std::string& path) {
    worker::Options made;
    made.command = {"/proc/self/exe", "--test-worker", kind, path};
    made.job_time_max = std::chrono::minutes(10);
    return made;
}

worker::Reply ask(worker::Pool& pool, std::string job) {
    std::promise<worker::Reply> promise;
    std::future<worker::Reply> reply = promise.get_future();
    pool.submit(std::move(job), [&](worker::Reply each) { promise.set_value(std::move(each)); });
    return reply.get();
}

int run_parent() {
    worker::Options one = options("plain");
    one.processes = 1;
    one.queue_max = 1;
    auto pool = worker::Pool::start(std::move(one));
    if (!pool) return 1;
    const std::string pid = ask(**pool, "pid").bytes + "\n";
    (*pool)->submit("spin", [](worker::Reply) {});
    // Comes back once the worker's thread has taken the job before it off the queue.
    (*pool)->submit("echo", [](worker::Reply) {});
    if (::write(STDOUT_FILENO, pid.data(), pid.size()) < 0) return 1;
    for (;;) ::pause();
}

}  // namespace subject
