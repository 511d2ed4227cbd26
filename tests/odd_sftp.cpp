// odd-sftp: an SFTP server on standard input and output as no test could have a real one: it keeps
// no files, and does one thing wrong. A test's sshd runs it in place of its own (ForceCommand).
//
//   odd-sftp FOLDER    FOLDER/what says what; FOLDER/silent is made when it stops answering

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace {

enum Type : unsigned char {
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    LinkStat = 7,
    HandleStat = 8,
    OpenDirectory = 11,
    ReadDirectory = 12,
    Remove = 13,
    Status = 101,
    HandleIs = 102,
    Bytes = 103,
    Names = 104,
    Attributes = 105,
    Extended = 200
};
constexpr std::uint32_t status_ok = 0, status_end = 1, status_unsupported = 8;
constexpr std::uint32_t has_size = 1, has_mode = 4;
constexpr std::uint64_t file_size = 100'000;
constexpr std::size_t writes_before_silence = 3;
constexpr std::chrono::milliseconds slow_pause{600};

std::string number(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    return out;
}

std::string text(std::string_view bytes) {
    return number(static_cast<std::uint32_t>(bytes.size())) + std::string{bytes};
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (const char c : bytes.substr(at, 4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string read_some(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t got = 0; got < size;) {
        const ssize_t count = ::read(STDIN_FILENO, out.data() + got, size - got);
        if (count <= 0) std::exit(0);
        got += static_cast<std::size_t>(count);
    }
    return out;
}

class Server {
public:
    explicit Server(std::string folder) : folder_(std::move(folder)) {
        std::ifstream{folder_ + "/what"} >> what_;
    }
    [[noreturn]] void serve() {
        for (;;) answer(read_some(number_at(read_some(4), 0)));
    }

private:
    bool is(std::string_view what) const { return what_ == what; }

    void send(Type type, const std::string& rest) const {
        const std::string whole = text(static_cast<char>(type) + rest);
        for (std::size_t at = 0; at < whole.size();) {
            const std::size_t size = is("drips") && type != Version ? 1 : whole.size() - at;
            const ssize_t count = ::write(STDOUT_FILENO, whole.data() + at, size);
            if (count <= 0) std::exit(0);
            at += static_cast<std::size_t>(count);
            if (size == 1) std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
    void status(const std::string& id, std::uint32_t code) const {
        send(Status, id + number(code) + text("") + text(""));
    }
    [[noreturn]] void fall_silent() const {
        std::ofstream{folder_ + "/silent"} << "now";
        // Until nobody is there any more; what comes meanwhile is not even read.
        for (pollfd in{STDIN_FILENO, 0, 0};;)
            if (::poll(&in, 1, -1) > 0) std::_Exit(0);
    }
    std::string attributes() const {
        if (is("no-attributes")) return number(0);
        if (is("bare-modes")) return number(has_mode) + number(0644);
        return number(has_size | has_mode) + number(0) +
               number(static_cast<std::uint32_t>(file_size)) + number(0100644);
    }
    std::string entry(std::string_view name) const {
        return text(name) + text("a line for people") + attributes();
    }
    void read_directory(const std::string& id) {
        if (is("bad-names")) {
            static constexpr std::string_view names[] = {".",   "..",        "/etc/passwd",
                                                         "a/b", {"a\0b", 3}, "good.xml"};
            std::string all;
            for (const std::string_view name : names) all += entry(name);
            if (listed_++ == 0) return send(Names, id + number(std::size(names)) + all);
        } else if (is("endless-listing")) {
            return send(Names, id + number(1) + entry("n" + std::to_string(listed_++)));
        } else if (is("counts-wrong")) {
            return send(Names, id + number(1000) + entry("one"));
        } else if (is("floods")) {
            const std::string nobody_asked = number(0xfffffff0) + std::string(30'000, 'x');
            for (;;) send(Bytes, nobody_asked);
        } else if (listed_++ == 0) {
            return send(Names, id + number(1) + entry("one"));
        }
        status(id, status_end);
    }
    void read(const std::string& id, std::string_view packet) {
        if (is("ends")) std::exit(0);
        const std::size_t at = 9 + number_at(packet, 5);
        const std::uint64_t offset =
            std::uint64_t{number_at(packet, at)} << 32 | number_at(packet, at + 4);
        std::uint64_t size = number_at(packet, at + 8);
        const std::uint64_t end = is("grows")     ? file_size + 50'000
                                  : is("shrinks") ? file_size - 50'000
                                                  : file_size;
        if (offset >= end) return status(id, status_end);
        if (is("slow")) std::this_thread::sleep_for(slow_pause);
        size = std::min(size, end - offset);
        // It had one size when it was asked, another when the next request came.
        if (is("grows") && offset < file_size) size = std::min(size, file_size - offset);
        if (is("small-answers")) size = std::min<std::uint64_t>(size, 1000);
        std::string bytes;
        for (std::uint64_t i = offset; i < offset + size; ++i)
            bytes += static_cast<char>('a' + i % 26);
        send(Bytes, id + text(bytes));
    }
    void write(const std::string& id) {
        if (is("silent-in-put") && ++written_ > writes_before_silence) fall_silent();
        if (is("full")) return status(id, 14);
        if (is("slow")) std::this_thread::sleep_for(slow_pause);
        status(id, status_ok);
    }
    // "14" of the path ".../14", the first of a packet.
    static std::uint32_t status_in(const std::string& packet) {
        const std::string path = packet.substr(9, number_at(packet, 5));
        return static_cast<std::uint32_t>(std::stoul(path.substr(path.rfind('/') + 1)));
    }
    void answer(const std::string& packet) {
        const std::string id = packet.substr(1, 4);
        switch (static_cast<unsigned char>(packet.at(0))) {
            case Init: return send(Version, number(3));
            case Open: return send(HandleIs, id + text("file"));
            case OpenDirectory: return send(HandleIs, id + text("directory"));
            case Close:
                if (is("silent-at-close")) fall_silent();
                return status(id, status_ok);
            case Read: return read(id, packet);
            case Write: return write(id);
            case LinkStat:
            case HandleStat: return send(Attributes, id + attributes());
            case ReadDirectory: return read_directory(id);
            case Extended: return status(id, status_unsupported);
            default: return status(id, is("says-as-told") ? status_in(packet) : status_ok);
        }
    }

    std::string folder_;
    std::string what_;
    std::size_t listed_ = 0;
    std::size_t written_ = 0;
};

}  // namespace

int main(int count, char** words) {
    ::signal(SIGPIPE, SIG_DFL);
    if (count != 2) return 64;
    Server{words[1]}.serve();
}
