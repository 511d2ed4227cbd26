// A receipt as a file: read, and what is wrong with it said.
//
// It is not held against a schema: an archive outlives versions, and a newer permitd may have
// written more than this one knows.
// Threads: a reader belongs to one thread. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/element.hpp"
#include "base/result.hpp"
#include "xml/parser.hpp"

namespace ctl {

struct ReceiptFile {
    std::optional<base::Element> root;  // none: `wrong` says why
    std::string sha256;                 // of its bytes, where they could be read
    std::string wrong;                  // in the language that is spoken; empty: none was wanted
    bool unreadable = false;            // the disk or the rights, not the file, are to blame
};

class ReceiptReader {
public:
    // `share` holds the schemas that the parser wants. A fault: they cannot be loaded.
    static base::Result<ReceiptReader> open(const std::string& share);
    // A regular file that is well-formed and has the root Receipt of our namespace. One without
    // `holding` among its bytes is not wanted, and not parsed.
    ReceiptFile read(const std::string& path, std::string_view holding = {});

private:
    explicit ReceiptReader(xml::Parser parser) : parser_(std::move(parser)) {}
    xml::Parser parser_;
};

// What a receipt's name says and its content does not; empty when they agree. REQUIRES: the name is
// that of a receipt.
std::string against_its_name(const base::Element& root, const std::string& name);

}  // namespace ctl
