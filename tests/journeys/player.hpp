// Player: plays a journey in a World and keeps what an enterprise would remember of it.
// Threads: one. Throws: nothing.
#pragma once

#include "journeys/journey.hpp"
#include "journeys/world.hpp"

namespace journeys {

enum class Steadiness {
    Undisturbed,
    StoppedAfterEachStep,  // and everything kept on disk
};

// A file that was left in an OutBox, whole.
struct Left {
    std::string mailbox;
    std::string name;
    std::string bytes;
};

class Player {
public:
    Player(const Journey& journey, Steadiness steadiness);
    void play();

    World& world() { return world_; }
    const std::vector<Left>& left() const { return left_; }

private:
    void drop(Drop drop);
    void say(const Step& step);
    std::string filled_in(std::string text) const;
    void copy_store(const char* from, const char* to);
    void stop();
    void start();

    const Journey& journey_;
    const Steadiness steadiness_;
    World world_;
    bool running_ = true;
    std::vector<Left> left_;
};

}  // namespace journeys
