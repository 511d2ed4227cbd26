// Fsck: the store, the archive and the boxes held against each other, while no daemon runs.
//
// An original is known by a row of the store or by a receipt that answers its file (a `duplicate`
// leaves no row). One that nobody knows was read by a daemon that stopped before its commit: it is
// moved aside when repair is asked for, never removed. All else is told only.
// Memory is bounded: originals are compared in slices of their digests, receipt numbers in windows,
// and each slice and window reads the names of the archive and the rows of the store once more.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "ctl/place.hpp"
#include "edi/change.hpp"

namespace ctl {

enum class Wrong { OriginalUnknown, OriginalMissing, ReceiptMissing, StoreOlder, LeftOver };
const char* code_of(Wrong wrong);  // "original-unknown"

struct Discrepancy {
    Wrong wrong = Wrong::LeftOver;
    std::string mailbox = {};
    std::string day = {};  // of the archive; may be empty
    // Of the file that is there or should be; of a receipt, the folder of its mailbox.
    std::string path = {};
    std::string message_id = {};  // of the row that lacks something; empty when it has none
    std::uint64_t receipt = 0;    // that the row names first, or that is missing; 0: none
    std::string words = {};       // what it means and what to do
    bool mended = false;
};

enum class Repair { No, Yes };

// What is held in memory at a time: 44 bytes an original (twice that while they are
// read), one bit a number.
struct Bounds {
    std::uint64_t originals = 1'000'000;
    std::uint64_t numbers = std::uint64_t{1} << 26;
};

struct Ears {
    std::function<void(const Discrepancy&)> found;
    std::function<void(const char* step, std::uint64_t count)> progress;  // now and then
};

struct Checked {
    std::uint64_t originals = 0, receipts = 0, messages = 0;
    std::uint64_t found = 0, mended = 0;
};

// A fault when something cannot be read or moved; what was told before that is true.
base::Result<Checked> check_ground(const edi::Store& store, const Ground& ground, Repair repair,
                                   const Ears& ears, const Bounds& bounds = {});

}  // namespace ctl
