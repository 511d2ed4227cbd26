// Frame: what goes over the socket between the pool and a worker. Eight bytes of head (length and
// serial, little-endian), then the bytes. The reply to a job bears the job's serial, so that a
// worker that says too much is found out and never answers for the next document.
//
// The pool's greeting (serial 0) comes first: what the worker needs to know to cage itself. The
// worker's answer to it (serial 0) says that it is ready or why not. Jobs count from 1.
//
// In the dialogue of a long job every frame bears the job's serial. The worker's begin with a byte
// that says what they are: it wants the next piece (the pool answers with one, an empty one at the
// end), hands over a part of its reply, or ends with the last.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace worker {

// More than any sound reply to a document of permissible size; more than this is an attack.
inline constexpr std::uint32_t reply_bytes_max = 64u << 20;
inline constexpr std::size_t head_size = 8;

struct Head {
    std::uint32_t length = 0;
    std::uint32_t serial = 0;
};

std::array<char, head_size> encode(Head head);
Head decode(const std::array<char, head_size>& bytes);

struct Frame {
    std::uint32_t serial = 0;
    std::string bytes;
};

// The worker's side, which waits as long as it takes. Nothing when the pool is gone.
std::optional<Frame> receive(int socket);
bool send(int socket, const Frame& frame);

enum class Said : char { More = 'm', Part = 'p', Last = 'l' };

struct Greeting {
    int pool = 0;  // its pid: a worker whose parent is another one has been orphaned
    std::size_t memory_bytes_max = 0;
    std::chrono::seconds life_max{};  // CPU time of all its jobs together
};

std::string encode(const Greeting& greeting);
std::optional<Greeting> decode_greeting(std::string_view bytes);
std::string encode(const base::Outcome& readiness);
// A worker that answers anything but these two is a fault as well.
base::Outcome decode_readiness(std::string_view bytes);

}  // namespace worker
