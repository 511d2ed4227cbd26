#include "worker/frame.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/bytes.hpp"

namespace worker {

namespace {

bool read_whole(int socket, char* to, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::read(socket, to, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_whole(int socket, const char* from, std::size_t size) {
    while (size > 0) {
        const ssize_t put = ::write(socket, from, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        from += put;
        size -= static_cast<std::size_t>(put);
    }
    return true;
}

}  // namespace

std::array<char, head_size> encode(Head head) {
    std::array<char, head_size> bytes{};
    for (unsigned i = 0; i < 4; ++i) {
        bytes[i] = static_cast<char>(head.length >> (8 * i) & 0xff);
        bytes[4 + i] = static_cast<char>(head.serial >> (8 * i) & 0xff);
    }
    return bytes;
}

Head decode(const std::array<char, head_size>& bytes) {
    Head head;
    for (unsigned i = 0; i < 4; ++i) {
        head.length |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        head.serial |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[4 + i]))
                       << (8 * i);
    }
    return head;
}

std::optional<Frame> receive(int socket) {
    std::array<char, head_size> bytes;
    if (!read_whole(socket, bytes.data(), bytes.size())) return std::nullopt;
    const Head head = decode(bytes);
    Frame frame{head.serial, std::string(head.length, '\0')};
    if (!read_whole(socket, frame.bytes.data(), frame.bytes.size())) return std::nullopt;
    return frame;
}

bool send(int socket, const Frame& frame) {
    const auto head = encode(Head{static_cast<std::uint32_t>(frame.bytes.size()), frame.serial});
    return write_whole(socket, head.data(), head.size()) &&
           write_whole(socket, frame.bytes.data(), frame.bytes.size());
}

std::string encode(const Greeting& greeting) {
    base::Writer writer;
    writer.number(static_cast<std::uint64_t>(greeting.pool));
    writer.number(greeting.memory_bytes_max);
    writer.number(static_cast<std::uint64_t>(greeting.life_max.count()));
    return writer.take();
}

std::optional<Greeting> decode_greeting(std::string_view bytes) {
    base::Reader reader{bytes};
    Greeting greeting;
    greeting.pool = static_cast<int>(reader.number());
    greeting.memory_bytes_max = reader.number();
    greeting.life_max = std::chrono::seconds(reader.number());
    if (!reader.complete()) return std::nullopt;
    return greeting;
}

std::string encode(const base::Outcome& readiness) {
    base::Writer writer;
    writer.number(readiness ? 0 : 1);
    writer.number(readiness ? 0 : static_cast<std::uint64_t>(readiness.fault().remedy));
    writer.text(readiness ? std::string{} : readiness.fault().text);
    return writer.take();
}

base::Outcome decode_readiness(std::string_view bytes) {
    base::Reader reader{bytes};
    const bool ready = reader.number() == 0;
    const bool later = reader.number() == static_cast<std::uint64_t>(base::Remedy::RetryLater);
    const std::string text = reader.text();
    if (!reader.complete()) return base::Fault{base::Remedy::AskOperator, "it talks nonsense"};
    if (ready) return base::done;
    return base::Fault{later ? base::Remedy::RetryLater : base::Remedy::AskOperator, text};
}

}  // namespace worker
