// TarWriter: files as a tar that every tar reads (POSIX ustar, with a pax header before a name that
// does not fit). The same files give the same bytes: mode 0644, owner 0, nothing of the host.
// Threads: one. Throws: std::bad_alloc only, and what the sink throws.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace ctl {

class TarWriter {
public:
    using Sink = std::function<void(std::string_view)>;
    explicit TarWriter(Sink sink) : sink_(std::move(sink)) {}

    // A file of so many bytes, less than 8 GiB, which put() gives. REQUIRES: those of the one
    // before were given; a relative name in UTF-8.
    void begin(const std::string& name, std::uint64_t bytes, base::Time changed_at);
    void put(std::string_view bytes);
    void add(const std::string& name, std::string_view bytes, base::Time changed_at);
    void end();

private:
    void pad();

    Sink sink_;
    std::uint64_t written_ = 0;  // of the file that was begun
};

}  // namespace ctl
