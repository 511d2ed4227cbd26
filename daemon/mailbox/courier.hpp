// Courier: carries files between the boxes of a remote mailbox and the same boxes beneath the
// spool. One for each such mailbox, in a process of its own, so that a server that is dead, slow or
// evil delays its own mailbox only.
//
// A file comes and goes by these steps, and whatever ends when, the next round goes on from what it
// finds (part: hidden file in the local OutBox; note and fate: mailbox/fate.hpp):
//
//   part    local   note  fate   what it means, and what is done
//   -       -       -     -      not seen yet, or done with: a file there is an arrival
//   torn    -       -     -      ended while it was fetched: the part is removed
//   whole   -       yes   -      ended before our copy got its name: it gets it
//   other   any     yes   -      ended while a newer state was fetched: the part is removed
//   (a partner has a hidden part too, written after that of its file; it gets its name once the
//   copy has its own, and goes with a part that is removed)
//   whole   older   yes   -      the newer state takes the place of the older one, which
//                                note.replaces names; a name that is somebody else's is waited for
//   -       ours    yes   -      the line has it: the remote file is no arrival
//   -       aside   yes   -      our copy took the place of an older one in the moment of its
//                                removal, and is .taken-n until it is back: waited for
//   -       not     yes   -      our copy was removed by a stranger's hand: the note is forgotten,
//           ours                 and the remote file is an arrival again
//   any     any     yes   ours   committed: the remote file is moved, then note and fate go
//   any     any     -     any    ended while they went: the fate goes
//   any     any     yes   other  the fate is that of an older state: it goes
//
// The move, by what stands there (source: OutBox/x; target: the box, by the receipt's number):
//
//   source  target   what is done
//   ours    -        renamed, looked at again
//   ours    other    nothing: a stranger's file has the name of ours; told, tried again later
//   other   -        a new arrival: done
//   -       -        the enterprise removed it: done
//   any     ours     moved already; what stands in the OutBox is a new arrival: done
//   other,  other    the enterprise replaced it in the moment of the rename: it goes back as
//   -                x.again-n.xml, a name nobody else makes (servers that overwrite would else
//                    lose what the enterprise puts there meanwhile): done. It may still be going
//                    up: no marker or digest is made up for it, it settles by our clock
//
// "Ours" is a source of the size and mtime of the note (and of its digest, where the target is
// other), and a target of its size and digest.
//
// A file whose questions end in a fault twice is held back like one that cannot be carried: the
// fault may be its own (too large for a slow line), and what stands behind it must not wait for it.
// So is the listing.
//
// A receipt goes up under a hidden name, is renamed there, and only then leaves the local InBox.
// Threads: one. Throws: std::bad_alloc; what the hook of base/files.hpp throws.
#pragma once

#include "mailbox/mailbox.hpp"
#include "transfer/remote.hpp"

namespace mailbox {

class Courier {
public:
    struct Options {
        std::chrono::milliseconds every{10'000};   // between two looks into the OutBox there
        std::chrono::milliseconds settle{10'000};  // a file is whole when unchanged for so long
        // A file is whole when its name with this ending stands beside it, and, for ".done", is
        // not older; empty: see settle.
        std::string partner_ending = {};
        // Of a larger file only the beginning is fetched: enough to refuse it.
        std::uint64_t bytes_max = 256u << 20;
        std::size_t files_max = 10'000;  // watched there, and on their way
    };
    struct Progress {
        std::uint64_t fetched = 0, moved = 0, given_back = 0, uploaded = 0;
        std::uint64_t remote_waiting = 0;    // files in the OutBox there that are not fetched yet
        std::uint64_t receipts_waiting = 0;  // files in the local InBox
        std::uint64_t odd = 0;               // names in the OutBox there that are left alone
        // One of them, printable, and what cannot be done with one file (empty: nothing).
        std::string odd_name = {}, trouble = {};
        base::Tick looked_at = {}, fetched_at = {}, uploaded_at = {};
    };

    // Opens the local boxes and reads the notes.
    static base::Result<Courier> open(const std::string& spool, const std::string& name,
                                      Options options, const base::Clock& clock);
    // Called before each question to a server, and while a file moves: a sign of life.
    void on_step(std::function<void()> step) { step_ = std::move(step); }
    // Asked before each file or partner is fetched; all else goes on.
    void fetch_while(std::function<bool()> may_fetch) { may_fetch_ = std::move(may_fetch); }
    // The next round speaks to a server anew.
    void begin_connection() { prepared_ = false; }
    // Does what there is to be done, a bounded part of it. A fault with RetryLater or AskOperator:
    // this connection is of no use any more. What cannot be done with one file is trouble, not a
    // fault, and tried again less and less often.
    base::Outcome round(transfer::Remote& remote);
    // When the next round has something to do unless a local box changes before; Tick{}: now. A
    // session that nothing is asked of may be closed by the server or by what stands between, so
    // there is something to do every half a minute.
    base::Tick again_at() const;
    const Progress& progress() const { return progress_; }
    // What changes in these calls for a round: receipts, fates.
    int inbox() const { return boxes_.inbox(); }
    int notes_directory() { return boxes_.notes().directory(); }

private:
    struct Seen {
        std::uint64_t bytes = 0;
        base::Time modified_at = {};
        base::Tick since = {};  // unchanged, as far as we know
        bool marked = false;    // its partner is there, and counts
        bool operator==(const Seen&) const = default;
    };
    // What a partner is on the server.
    struct Stamp {
        std::uint64_t bytes = 0;
        base::Time modified_at = {};
        bool operator==(const Stamp&) const = default;
    };
    struct Held {
        base::Tick until = {};
        std::chrono::milliseconds pause{};
        bool awaits_round = false;  // without a fault: all else comes first
        std::string why;
    };
    struct Part {
        std::uint64_t inode = 0;
        base::Time copied_at = {};
        std::string sha256;
    };
    enum class Judged { Ours, Other, Later };
    // What stands under the name that a file is to be moved to, and whether the file itself is
    // still in the OutBox as it was, by size and time.
    struct Moved {
        std::string directory;
        transfer::RemoteEntry target;
        bool is_source_ours = false;
    };
    class Listing;
    using Remote = transfer::Remote;

    Courier(Mailbox boxes, Options options, const base::Clock& clock)
        : boxes_(std::move(boxes)), options_(std::move(options)), clock_(clock) {}

    // courier.cpp
    base::Outcome make_round(Remote& remote);
    base::Outcome prepare(Remote& remote);
    base::Result<transfer::Told> make_box(Remote& remote, const std::string& directory);
    base::Outcome remove_torn_parts();
    base::Outcome settle_notes();
    base::Outcome settle_note(const std::string& name, const Note& note);
    base::Outcome forget(const std::string& name);
    base::Outcome place(const std::string& name, const Note& note);
    base::Result<bool> is_aside(std::uint64_t inode) const;
    void drop_parts(const std::string& name);
    std::uint64_t inode_of(const std::string& name) const;
    bool is_held(const std::string& what) const;
    static const char* words_of(transfer::Told told);
    void hold(const std::string& what, std::string_view why);
    void hold(const std::string& what, transfer::Told told);
    base::Fault hold(const std::string& what, const base::Fault& fault);
    // Told as long as it stands; nothing waits for it.
    void complain(const std::string& what, std::string_view why);
    void free(const std::string& what) { held_.erase(what); }
    static bool is_told(const transfer::RemoteEntry& entry);

    // courier_fetch.cpp
    base::Outcome look(Remote& remote);
    void take_over(Listing& listing);
    base::Outcome ask_about(Remote& remote, Listing& listing);
    base::Outcome ask_about_one(Remote& remote, Listing& listing, const std::string& name);
    void leave_out(Listing& listing, const std::string& name);
    bool is_whole(const std::string& name, const Seen& seen) const;
    bool is_arrival(const transfer::RemoteEntry& entry) const;
    base::Outcome fetch(Remote& remote);
    base::Outcome fetch_one(Remote& remote, const std::string& name, const Seen& seen);
    base::Result<std::optional<Part>> fetch_part(Remote& remote, const std::string& name,
                                                 const Seen& seen);
    base::Outcome enter(const std::string& name, const Seen& seen, const Part& part);
    bool has_room() const;

    // courier_partner.cpp
    std::string partner_part(const std::string& name) const;
    bool counts(const Stamp& partner, base::Time modified_at) const;
    bool is_proven_by_time(const std::string& name) const;
    base::Outcome place_partner(const std::string& name, const Note& note);
    base::Result<bool> fetch_partner(Remote& remote, const std::string& name,
                                     base::Time modified_at, const std::string& sha256);
    void see_partner(const std::string& name, const transfer::RemoteEntry& entry);
    base::Outcome fetch_corrected(Remote& remote);

    // courier_move.cpp
    base::Outcome move(Remote& remote);
    base::Outcome move_one(Remote& remote, const std::string& name, const Note& note,
                           const Fate& fate);
    base::Outcome settle_target(Remote& remote, const std::string& name, const Note& note,
                                const Fate& fate, const Moved& moved);
    base::Result<std::string> day_there(Remote& remote, const Fate& fate);
    base::Result<Judged> judge(Remote& remote, const std::string& target,
                               const transfer::RemoteEntry& found, const std::string& name,
                               const Note& note);
    base::Result<bool> give_back(Remote& remote, const std::string& target, const std::string& name,
                                 const Fate& fate);
    base::Outcome finish(Remote& remote, const std::string& name, const Fate& fate,
                         const std::string& directory);
    base::Result<std::optional<std::string>> digest_of(Remote& remote, const std::string& path,
                                                       std::uint64_t bytes);

    // courier_upload.cpp
    base::Outcome upload(Remote& remote);
    base::Result<transfer::Told> upload_one(Remote& remote, int directory, const std::string& name,
                                            const std::string& to);
    base::Result<transfer::Told> put_as(Remote& remote, std::string_view bytes,
                                        const std::string& directory, const std::string& name);

    Mailbox boxes_;
    Options options_;
    const base::Clock& clock_;
    std::function<void()> step_ = [] {};
    std::function<bool()> may_fetch_ = [] { return true; };
    Progress progress_;
    bool prepared_ = false;
    bool busy_ = false;  // the round left work of its kind
    base::Tick round_began_ = {}, asked_at_ = {};
    base::Tick look_at_ = {};
    base::Tick looked_from_ = {};        // when the last listing began
    std::map<std::string, Seen> seen_;   // in the OutBox there
    std::string asked_to_;               // the last name there that was listed alone and asked for
    std::set<std::string> odd_there_;    // of these, what is no file
    std::map<std::string, Note> known_;  // fetched
    std::map<std::string, Fate> to_move_;
    std::map<std::string, Stamp> partners_;  // of what is known, as they were fetched
    std::set<std::string> corrected_;        // of these, those that are others now
    std::set<std::string> days_;             // made or seen on this connection
    std::map<std::string, Held> held_;
};

}  // namespace mailbox
