// Evidence: what an archive has about one message or application, and what proves it.
//
// Found are the receipts that name the id as a MessageId or an ApplicationRef, wherever in them (as
// permitctl receipts finds them); with each, the files that belong to it and the original that it
// answers. An archive outlives versions and may be a copy: whatever it lacks is told, not a fault.
// Threads: a reader belongs to one thread. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/element.hpp"
#include "base/result.hpp"
#include "ctl/receipt_file.hpp"
#include "ctl/words.hpp"

namespace ctl {

struct Missing {
    Words words;
    std::vector<std::string> values = {};
};

enum class Part { Receipt, Enclosure, Original, Exchange, List, Signature, Head, Key };

// A file of the archive.
struct Piece {
    Part part = Part::Receipt;
    std::string path;                         // beneath the archive
    std::uint64_t bytes = 0;                  // so many from its beginning: a list may grow
    std::string sha256;                       // of those
    base::Time changed_at = {};               // of a receipt, when it was issued
    std::optional<std::string> content = {};  // of what may be replaced meanwhile
};

struct FoundReceipt {
    base::Element root;
    std::string day;   // of its folder: "2026-11-22"
    std::string path;  // beneath the archive
    base::Time issued_at = {};
};

struct Evidence {
    std::string id;
    std::string mailbox;
    std::vector<FoundReceipt> receipts;  // in the order of issue
    std::vector<Piece> pieces;
    std::vector<Missing> missing;
    bool is_damaged = false;  // something is not what the archive says that it is

    base::Time until() const { return receipts.back().issued_at; }
};

struct Wanted {
    std::string archive;
    std::string mailbox;  // empty: whichever it is in
    std::string id;       // a Reference of xsd/
};

// By mailbox. A fault: a folder of the archive cannot be listed.
base::Result<std::map<std::string, Evidence>> find_evidence(const Wanted& wanted,
                                                            ReceiptReader& reader);
// The pieces: receipts, enclosures, originals. REQUIRES: there are receipts.
base::Outcome add_files(const std::string& archive, Evidence& evidence);
// Requests and answers as they went over the wire, of submissions with these keys or with a request
// that a receipt proves.
base::Outcome add_exchanges(const std::string& archive, const std::set<std::string>& keys,
                            Evidence& evidence);
// A piece of its own, of so many bytes (0: all there are); what cannot be read is told as missing.
void add_piece(const std::string& archive, Part part, const std::string& path, base::Time at,
               Evidence& evidence, std::uint64_t bytes = 0);

}  // namespace ctl
