// Ordeal: the real daemon on one spool and store, killed again and again under load before a
// ministry that fails too, perhaps with a power loss after each kill; then all comes to rest, and
// the verdict is passed.
//
// Threads: one. Throws: nothing; what does not hold, or does not start, is a test failure.
#pragma once

#include <iosfwd>

#include "crash/disk.hpp"
#include "crash/enterprise.hpp"
#include "system/line.hpp"

namespace crash {

struct Figures {
    std::size_t kills = 0, cuts = 0, files = 0, receipts = 0, appeared_again = 0, left_again = 0;
    std::uint64_t declared = 0, repeats = 0, questions = 0, faults = 0;
    Figures& operator+=(const Figures& other);
};
std::ostream& operator<<(std::ostream& out, const Figures& figures);

class Ordeal {
public:
    explicit Ordeal(std::uint32_t seed);
    ~Ordeal();
    // Spool and state on a disk each, so that a sync of one does not save the other; their power is
    // lost after each kill.
    base::Outcome on_disks(FileSystem kind);
    void play(std::size_t rounds);
    const Figures& figures() const { return figures_; }
    const std::filesystem::path& folder() const { return line_.folder(); }

private:
    void start_sandbox(const std::string& faults);
    void end_sandbox();
    void play_rounds(std::size_t rounds);
    void play_round();
    // Everybody goes on until that is true, or for so long.
    bool go_on(line::milliseconds within, const std::function<bool()>& until);
    void kill_at_once();
    void lose_power();
    void come_to_rest();
    bool is_at_rest() const;
    bool workers_are_gone() const;

    std::mt19937 dice_;
    line::Line line_;
    std::vector<std::unique_ptr<Disk>> disks_;
    Enterprise enterprise_;
    std::size_t share_ = 0;  // chains of this round that have not begun
    bool was_launched_ = false;
    std::vector<pid_t> workers_;  // of the daemon that was killed
    Figures figures_;
};

}  // namespace crash
