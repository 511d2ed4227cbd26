// Enterprise: leaves the files of its chains, reads receipts, takes some of them away and goes on
// with what they say. It trusts nothing: what it has read once it remembers.
//
// Threads: one. Throws: std::runtime_error when the schemas do not load. What does not hold is a
// test failure.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>

#include "crash/deeds.hpp"
#include "xml/parser.hpp"

namespace crash {

// A receipt that was read.
struct Told {
    Heard heard;
    std::string bytes;
    std::string file;  // that it answers
    std::string stage;
    std::uint64_t number = 0;
    std::uint64_t sequence = 0;
    ino_t inode = 0;
    bool is_away = false;  // we took it away
};

enum class Syncs { Everything, Something, Nothing };
enum class Keep { Synced, Unsynced };

// A file that was left.
struct Left {
    const File* file = nullptr;
    std::size_t chain = 0;
    std::size_t deed = 0;
    Keep keep = Keep::Synced;
    bool is_whole = false;
    unsigned again = 0;  // so often it was left once more, because a power loss may have undone it
    bool is_answered = false;
};

using Key = std::pair<std::string, std::string>;  // mailbox and name of a file

class Enterprise {
public:
    Enterprise(std::filesystem::path spool, std::uint32_t seed,
               std::vector<Box> boxes_of_it = {std::begin(boxes), std::end(boxes)});

    void make_boxes() const;
    // From now on, of what it leaves.
    void sync(Syncs what) { syncs_ = what; }
    void begin(std::size_t chains);
    void begin(Chain chain);
    void turn();
    // Everything that was wanted was heard.
    bool is_content() const;

    // While the daemon is stopped: what was read stands where it was, and what left the OutBox is
    // in the archive.
    void look();
    // After a power loss: what was read is whole, what was left synced is there or taken; what was
    // not is left again.
    void look_after_power_loss();

    const std::vector<Box>& all_boxes() const { return boxes_; }
    const std::filesystem::path& spool() const { return spool_; }
    const std::vector<Chain>& chains() const { return chains_; }
    const std::map<Key, Left>& left() const { return left_; }
    const std::map<Key, Told>& told() const { return told_; }
    std::multiset<Heard> heard(const Chain& chain, const Deed& deed) const;
    std::size_t appeared_again() const { return appeared_again_; }
    std::size_t left_again() const { return left_again_; }
    // What is still wanted, for whoever reads a failure.
    std::string missing() const;
    std::filesystem::path box(const std::string& mailbox, const char* name) const;
    std::set<std::string> archived_originals(const std::string& mailbox) const;

private:
    struct Unfinished {
        Key key;
        std::size_t written = 0;
    };

    void go_on(std::size_t chain);
    void leave(std::size_t chain, std::size_t deed);
    void leave(const Key& key, Left& left);
    void leave_proof(const Key& key, const Left& left) const;
    void finish_what_is_written();
    void read(const Box& box);
    void hear(const Box& box, const std::string& name);
    void take_away(const std::string& mailbox, const std::string& name, Told& told);
    void look_at_enclosures(const std::filesystem::path& inbox, const base::Element& receipt) const;
    bool is_ready(const Chain& chain, std::size_t deed) const;
    bool stands_in_outbox(const Key& key, const Left& left) const;

    std::filesystem::path spool_;
    std::vector<Box> boxes_;
    xml::Parser parser_;
    Author author_;
    std::mt19937 dice_;
    Syncs syncs_ = Syncs::Everything;
    std::vector<Chain> chains_;
    std::vector<std::size_t> begun_;  // of each chain: how many of its deeds
    std::map<Key, Left> left_;
    std::map<Key, Told> told_;
    std::map<Key, std::vector<Heard>> answers_;  // by file
    std::vector<Unfinished> unfinished_;
    std::set<std::size_t> moved_;  // chains that heard something
    std::size_t appeared_again_ = 0;
    std::size_t left_again_ = 0;
};

std::string content_of(const std::filesystem::path& file);

}  // namespace crash
