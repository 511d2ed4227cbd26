// WorkingCopies: our own copies of batch files while their messages are being taken, with the
// secrets in them, therefore sealed: <state>/batches/<name>, mode 0600.
//
// A copy is a row of pieces of 64 KiB, each sealed with its own context (name and number), and an
// empty one at the end, so that nothing can be cut off, swapped or added unnoticed. It is synced
// before anybody hears of it and removed after the last commit; what a crash left is removed at
// start.
// Threads: any, one for each copy. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/files.hpp"
#include "base/seal.hpp"
#include "edi/message.hpp"

namespace ledger {

inline constexpr std::size_t piece_bytes = 65'536;

class CopyWriter {
public:
    CopyWriter(base::Fd file, std::string name, const base::Seal& seal);
    base::Outcome put(std::string_view bytes);
    // Writes what is left and syncs the file.
    base::Outcome finish();

private:
    base::Outcome put_piece(std::string_view bytes);

    base::Fd file_;
    std::string name_;
    const base::Seal& seal_;
    std::string pending_;
    std::uint64_t number_ = 0;
};

class CopyReader {
public:
    CopyReader(base::Fd file, std::string name, const base::Seal& seal);
    // The next piece; empty at the end. A fault when the copy is not what was written.
    base::Result<std::string> next();

private:
    base::Fd file_;
    std::string name_;
    const base::Seal& seal_;
    std::uint64_t number_ = 0;
    bool ended_ = false;
};

class WorkingCopies {
public:
    static base::Result<WorkingCopies> open(const std::string& directory);

    // A new one; what stands there under its name is overwritten.
    base::Result<CopyWriter> write(const edi::Arrival& arrival, const base::Seal& seal);
    // After CopyWriter::finish(): its name is durable too.
    base::Outcome keep();
    base::Result<CopyReader> read(const edi::Arrival& arrival, const base::Seal& seal) const;
    // One that is gone already is success.
    base::Outcome remove(const edi::Arrival& arrival);
    // While it is held none is removed: those of the runs that are open at any moment in between
    // are there at its end.
    std::unique_lock<std::mutex> keep_all() const { return std::unique_lock{*removing_}; }
    // At start: everything but the copies of these.
    base::Outcome remove_all_but(std::span<const edi::Arrival> arrivals);

    // Tells one arrival from all others; the digest is not part of it.
    static std::string name_of(const edi::Arrival& arrival);

private:
    base::Fd directory_;
    std::unique_ptr<std::mutex> removing_ = std::make_unique<std::mutex>();
};

}  // namespace ledger
