// Player: plays a journey in a World and keeps what an enterprise would remember of it.
//
// A test that stops the daemon in the middle of a step throws through play(); after recover() the
// same call goes on with what is left of that step.
// Threads: one. Throws: what a test's hooks throw.
#pragma once

#include "journeys/journey.hpp"
#include "journeys/world.hpp"

namespace journeys {

enum class Steadiness {
    Undisturbed,
    StoppedAfterEachStep,  // and everything kept on disk
    StoppedByTheTest,      // once or more, anywhere
};

// A file that was left in an OutBox, whole.
struct Left {
    std::string mailbox;
    std::string name;
    std::string bytes;
};

class Player {
public:
    Player(const Journey& journey, Steadiness steadiness, Keeping keeping = Keeping::Memory);
    void play();
    // The daemon stopped wherever it was: it starts again on what is left.
    void recover();

    World& world() { return world_; }
    const World& world() const { return world_; }
    const std::vector<Left>& left() const { return left_; }

private:
    void play(const Step& step);
    void run(std::chrono::microseconds time);
    void drop(Drop drop);
    void leave(Drop drop);
    void leave_proof(const Drop& drop);
    void say(const Step& step);
    void operate(const Step& step);
    std::string filled_in(std::string text) const;
    void copy_store(const char* from, const char* to);
    void stop();
    void start();
    bool begins();

    const Journey& journey_;
    const Steadiness steadiness_;
    World world_;
    bool running_ = true;
    std::size_t at_ = 0;     // the step that is played
    bool begun_ = false;     // it was begun, and perhaps stopped
    base::Tick until_ = {};  // of the time that goes by in it
    std::vector<Left> left_;
};

}  // namespace journeys
