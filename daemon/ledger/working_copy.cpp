#include "ledger/working_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace ledger {

namespace {

// A sealed piece bears nonce and tag beside its text; more than this was not written by us.
constexpr std::size_t sealed_bytes_max = piece_bytes + 256;

std::string context_of(const std::string& name, std::uint64_t number) {
    return "batch " + name + ' ' + std::to_string(number);
}

base::Fault damaged(const std::string& name) {
    return {base::Remedy::Stop, "the working copy of a batch is damaged: " + name};
}

// As many bytes as there are, at most `size`.
base::Result<std::size_t> read_some(int fd, char* to, std::size_t size) {
    std::size_t have = 0;
    while (have < size) {
        const ssize_t got = ::read(fd, to + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fault_of_errno(errno, "reading the working copy of a batch");
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

}  // namespace

CopyWriter::CopyWriter(base::Fd file, std::string name, const base::Seal& seal)
    : file_(std::move(file)), name_(std::move(name)), seal_(seal) {}

base::Outcome CopyWriter::put_piece(std::string_view bytes) {
    const std::string sealed = seal_.sealed(bytes, context_of(name_, number_++));
    std::string row;
    for (unsigned i = 0; i < 4; ++i) row += static_cast<char>(sealed.size() >> (8 * i) & 0xff);
    return base::write_all(file_.number(), row += sealed);
}

base::Outcome CopyWriter::put(std::string_view bytes) {
    pending_.append(bytes);
    std::size_t at = 0;
    for (; pending_.size() - at >= piece_bytes; at += piece_bytes)
        if (auto put = put_piece(std::string_view{pending_}.substr(at, piece_bytes)); !put)
            return put;
    pending_.erase(0, at);
    return base::done;
}

base::Outcome CopyWriter::finish() {
    if (!pending_.empty())
        if (auto put = put_piece(pending_); !put) return put;
    base::wipe(pending_);
    if (auto put = put_piece({}); !put) return put;
    return base::sync(file_.number());
}

CopyReader::CopyReader(base::Fd file, std::string name, const base::Seal& seal)
    : file_(std::move(file)), name_(std::move(name)), seal_(seal) {}

base::Result<std::string> CopyReader::next() {
    if (ended_) return std::string{};
    std::array<char, 4> head{};
    const auto got = read_some(file_.number(), head.data(), head.size());
    if (!got) return got.fault();
    std::size_t length = 0;
    for (unsigned i = 0; i < 4; ++i)
        length |= std::size_t{static_cast<unsigned char>(head[i])} << (8 * i);
    if (*got != head.size() || length > sealed_bytes_max) return damaged(name_);
    std::string sealed(length, '\0');
    const auto body = read_some(file_.number(), sealed.data(), sealed.size());
    if (!body) return body.fault();
    if (*body != length) return damaged(name_);
    auto piece = seal_.opened(sealed, context_of(name_, number_++));
    if (!piece) return damaged(name_);
    ended_ = piece->empty();
    return *std::move(piece);
}

base::Result<WorkingCopies> WorkingCopies::open(const std::string& directory) {
    if (auto made = base::make_directories(directory, 0700); !made) return made.fault();
    auto opened = base::open_directory(directory);
    if (!opened) return opened.fault();
    WorkingCopies copies;
    copies.directory_ = std::move(*opened);
    return copies;
}

base::Result<CopyWriter> WorkingCopies::write(const edi::Arrival& arrival, const base::Seal& seal) {
    const std::string name = name_of(arrival);
    base::Fd file{::openat(directory_.number(), name.c_str(),
                           O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file) return base::fault_of_errno(errno, "making a working copy of a batch");
    return CopyWriter{std::move(file), name, seal};
}

base::Outcome WorkingCopies::keep() { return base::sync(directory_.number()); }

base::Result<CopyReader> WorkingCopies::read(const edi::Arrival& arrival,
                                             const base::Seal& seal) const {
    const std::string name = name_of(arrival);
    base::Fd file{::openat(directory_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!file) return base::fault_of_errno(errno, "opening the working copy of a batch, " + name);
    return CopyReader{std::move(file), name, seal};
}

base::Outcome WorkingCopies::remove(const edi::Arrival& arrival) {
    const std::lock_guard lock{*removing_};
    base::durable_step("unlink");
    if (::unlinkat(directory_.number(), name_of(arrival).c_str(), 0) == 0 || errno == ENOENT)
        return base::done;
    return base::fault_of_errno(errno, "removing the working copy of a batch");
}

base::Outcome WorkingCopies::remove_all_but(std::span<const edi::Arrival> arrivals) {
    std::vector<std::string> kept;
    for (const edi::Arrival& each : arrivals) kept.push_back(name_of(each));
    base::Outcome removed = base::done;
    const auto listed = base::each_name(
        directory_.number(), "listing the working copies of batches", [&](const std::string& name) {
            if (name.starts_with('.') || std::ranges::find(kept, name) != kept.end()) return true;
            if (::unlinkat(directory_.number(), name.c_str(), 0) != 0 && errno != ENOENT)
                removed = base::fault_of_errno(errno, "removing a working copy that nobody needs");
            return static_cast<bool>(removed);
        });
    return listed ? removed : listed;
}

std::string WorkingCopies::name_of(const edi::Arrival& arrival) {
    base::Writer out;
    out.text(arrival.mailbox);
    out.text(arrival.name);
    out.number(arrival.device);
    out.number(arrival.inode);
    out.number(arrival.bytes);
    out.number(static_cast<std::uint64_t>(arrival.modified_at.time_since_epoch().count()));
    return base::sha256_hex(out.take()).substr(0, 32);
}

}  // namespace ledger
