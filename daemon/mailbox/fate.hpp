// Note and Fate: what is kept of a remote file, on disk in <spool>/<mailbox>/.courier, so that it
// is taken once and moved once whatever ends when.
//
//   <name>~note          written by the courier before our copy gets its name in the local OutBox
//   <name>~<copy>~fate   written by the deliver thread before our copy leaves the local OutBox
//
// A name of a remote file has no '~', so these two stand for themselves. <copy> is the inode and
// the mtime of our copy in hexadecimal: the fate of a newer copy, which may be written at any time,
// is another file than that of the older one, which is being forgotten. Each is written aside,
// synced, renamed and its directory synced before the call returns.
// A note's digest is of the bytes as they came and without a key, though they may hold a password:
// the courier has no key. So these files are of mode 0600, in a directory of mode 0700.
// Threads: one writer for each kind, in two processes; readers anywhere. Throws: std::bad_alloc.
#pragma once

#include <set>
#include <vector>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "edi/receipt.hpp"

namespace mailbox {

// Whether a courier takes a file of that name: [A-Za-z0-9][A-Za-z0-9._-]{0,199}.
bool can_be_remote(std::string_view name);

// A file that was fetched: what it was on the server, and which is our copy of it.
struct Note {
    std::uint64_t bytes = 0;
    base::Time modified_at = {};  // by the server's clock
    std::string sha256;           // hex; empty when it was too large to be fetched as a whole
    std::uint64_t inode = 0;      // of our copy
    base::Time copied_at = {};    // mtime of our copy
    // Inode of our copy of what stood under that name before, when it may still stand in the local
    // OutBox; 0: none.
    std::uint64_t replaces = 0;
    bool operator==(const Note&) const = default;
};

// What became of our copy.
struct Fate {
    std::uint64_t inode = 0;    // which copy
    base::Time copied_at = {};  // and its mtime
    edi::Box box = edi::Box::Sent;
    std::string day;           // of the original in its box
    std::string box_name;      // "000000000041_po-7781.xml"
    std::string receipt_name;  // stands beside it in FailBox; empty for SentBox
    bool operator==(const Fate&) const = default;
};
bool belongs(const Fate& fate, const Note& note);

class Notes {
public:
    static constexpr const char* folder = ".courier";

    // Opens the directory beneath that of the mailbox, and makes it when it is missing.
    static base::Result<Notes> open(int mailbox_directory);
    // Whether the directory is there.
    static bool stand_in(int mailbox_directory);

    int directory() const { return directory_.number(); }
    base::Outcome write(const std::string& name, const Note& note);
    base::Outcome write(const std::string& name, const Fate& fate);
    // Nothing when there is none, or none that can be read as one.
    base::Result<std::optional<Note>> note(const std::string& name) const;
    // That of the copy which the note is about.
    base::Result<std::optional<Fate>> fate(const std::string& name, const Note& note) const;
    // Names of the files of which there is a note.
    base::Result<std::set<std::string>> names() const;
    // A fate, whatever is in it: by what it is kept, and the name of the file.
    struct Kept {
        std::string kept_as;
        std::string name;
    };
    base::Result<std::vector<Kept>> fates() const;
    static bool is_about(const Kept& kept, const Note& note);
    // The note first: a fate without a note says nothing, a note without a fate that the file is
    // still on its way.
    base::Outcome forget(const std::string& name, const Note& note);
    base::Outcome forget(const Kept& fate) { return remove(fate.kept_as); }

private:
    base::Outcome write(const std::string& name, std::string_view bytes);
    base::Outcome remove(const std::string& name);
    base::Outcome each(std::string_view ending,
                       const std::function<void(const std::string&)>& visit) const;
    base::Result<std::optional<std::string>> read(const std::string& name) const;

    base::Fd directory_;
};

}  // namespace mailbox
