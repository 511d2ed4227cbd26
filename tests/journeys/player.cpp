#include "journeys/player.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace journeys {

namespace {

Given given(const Journey& journey, Steadiness steadiness) {
    Given out;
    out.scenario = journey.scenario;
    out.senders = journey.mailboxes;
    out.dialects = journey.dialects;
    out.start = journey.start;
    if (steadiness == Steadiness::StoppedAfterEachStep || journey.keeps_on_disk)
        out.keeping = Keeping::RocksDb;
    if (!journey.faults.empty()) {
        const auto faults = sandbox::parse_faults(journey.faults);
        EXPECT_TRUE(faults) << journey.faults;
        if (faults) out.faults = *faults;
    }
    return out;
}

}  // namespace

Player::Player(const Journey& journey, Steadiness steadiness)
    : journey_(journey), steadiness_(steadiness), world_(given(journey, steadiness)) {}

void Player::play() {
    for (const Step& step : journey_.steps) {
        SCOPED_TRACE(step.where);
        switch (step.what) {
            case Step::What::Drop: drop(step.drop); break;
            case Step::What::Run:
                if (running_)
                    world_.run(step.time);
                else
                    world_.clock().advance(step.time);
                break;
            case Step::What::Jump: world_.clock().jump(step.time); break;
            case Step::What::Line: world_.gateway().line = step.line; break;
            case Step::What::Say: say(step); break;
            case Step::What::Stop: stop(); break;
            case Step::What::Start: start(); break;
            case Step::What::BackUp: copy_store("store", "backup"); break;
            case Step::What::PutBack: copy_store("backup", "store"); break;
            case Step::What::Lose: std::filesystem::remove_all(world_.folder() / "store"); break;
        }
        if (steadiness_ == Steadiness::StoppedAfterEachStep && running_) {
            stop();
            start();
        }
    }
    if (steadiness_ == Steadiness::StoppedAfterEachStep) world_.run(std::chrono::seconds{30});
}

// Of a daemon that is stopped.
void Player::copy_store(const char* from, const char* to) {
    std::filesystem::remove_all(world_.folder() / to);
    std::filesystem::copy(world_.folder() / from, world_.folder() / to,
                          std::filesystem::copy_options::recursive);
}

void Player::stop() {
    world_.stop_at_once();
    running_ = false;
}

void Player::start() {
    world_.start();
    running_ = true;
}

void Player::drop(Drop drop) {
    if (drop.bytes.find("{licence:") != std::string::npos) drop.bytes = filled_in(drop.bytes);
    if (drop.way == Way::Renamed) {
        world_.drop(drop.mailbox, drop.as, drop.bytes);
        left_.push_back({drop.mailbox, drop.as, drop.bytes});
    } else {
        const bool appended = drop.way == Way::Appended;
        std::ofstream out{world_.box(drop.mailbox, "OutBox") + "/" + drop.as,
                          std::ios::binary | (appended ? std::ios::app : std::ios::trunc)};
        out << drop.bytes;
        if (appended)
            left_.back().bytes += drop.bytes;
        else
            left_.push_back({drop.mailbox, drop.as, drop.bytes});
    }
    if (running_) world_.settle();
}

// {key:REF}, {no:REF} and {licence:REF} are those of the application of that reference.
std::string Player::filled_in(std::string text) const {
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{')) {
        const std::size_t colon = text.find(':', open);
        const std::size_t close = text.find('}', open);
        const std::string what = text.substr(open + 1, colon - open - 1);
        const auto application = world_.application(text.substr(colon + 1, close - colon - 1));
        EXPECT_TRUE(application) << text;
        if (!application) return {};
        const std::string value = what == "key"  ? application->submission_key
                                  : what == "no" ? application->application_no
                                                 : application->licence_no;
        EXPECT_FALSE(value.empty()) << text;
        text.replace(open, close - open + 1, value);
    }
    return text;
}

void Player::say(const Step& step) {
    world_.gateway().also = filled_in(step.text);
    for (int minutes = 0; !world_.gateway().also.empty() && minutes < 60; ++minutes)
        world_.run(std::chrono::seconds{30});
    EXPECT_TRUE(world_.gateway().also.empty()) << "nobody asked for results";
}

}  // namespace journeys
