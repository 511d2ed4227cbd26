#include "journeys/player.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/hash.hpp"

namespace journeys {

namespace {

Given given(const Journey& journey, Steadiness steadiness, Keeping keeping) {
    Given out;
    out.scenario = journey.scenario;
    out.senders = journey.mailboxes;
    out.dialects = journey.dialects;
    out.proofs = journey.proofs;
    out.start = journey.start;
    out.keeping = keeping;
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

Player::Player(const Journey& journey, Steadiness steadiness, Keeping keeping)
    : journey_(journey), steadiness_(steadiness), world_(given(journey, steadiness, keeping)) {}

void Player::play() {
    for (; at_ < journey_.steps.size(); ++at_, begun_ = false) {
        SCOPED_TRACE(journey_.steps[at_].where);
        play(journey_.steps[at_]);
        if (steadiness_ == Steadiness::StoppedAfterEachStep && running_) {
            stop();
            start();
        }
    }
    if (steadiness_ != Steadiness::Undisturbed) run(std::chrono::seconds{30});
}

void Player::play(const Step& step) {
    switch (step.what) {
        case Step::What::Drop: return drop(step.drop);
        case Step::What::Run: return run(step.time);
        case Step::What::Jump: return world_.clock().jump(step.time);
        case Step::What::Line: world_.gateway().line = step.line; return;
        case Step::What::Say: return say(step);
        case Step::What::Operate: return operate(step);
        case Step::What::Stop: return stop();
        case Step::What::Start: return begins() ? start() : void();
        case Step::What::BackUp: return copy_store("store", "backup");
        case Step::What::PutBack: return copy_store("backup", "store");
        case Step::What::Lose: std::filesystem::remove_all(world_.folder() / "store"); return;
    }
}

// Who was not told what became of it says it again.
void Player::operate(const Step& step) {
    route::Instruction instruction{.verb = step.verb, .uid = 0, .user = "root", .reason = "played"};
    if (const auto flow = edi::flow_of(step.text)) {
        instruction.flow = *flow;
    } else {
        for (const auto& [mailbox, senders] : journey_.mailboxes)
            for (const std::string& sender : senders)
                instruction.targets.push_back({edi::record_id(sender, step.text)});
    }
    if (step.in_doubt) instruction.doubt = route::Doubt::GivenUpToo;
    world_.instruct(std::move(instruction));
}

// Of a step that is gone on with: false.
bool Player::begins() { return !std::exchange(begun_, true); }

void Player::run(std::chrono::microseconds time) {
    if (begins()) until_ = world_.clock().tick() + time;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(until_ - world_.clock().tick());
    if (running_)
        world_.run(left);
    else
        world_.clock().advance(left);
}

void Player::recover() {
    world_.stop_at_once();
    world_.start();
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
    running_ = true;
    world_.start();
}

void Player::drop(Drop drop) {
    if (begins()) {
        leave(std::move(drop));
        if (running_) world_.settle();
    } else {
        // What stood there at a start is whole when it did not change for a while.
        world_.run(std::chrono::seconds{3});
    }
}

void Player::leave(Drop drop) {
    if (drop.bytes.find("{licence:") != std::string::npos) drop.bytes = filled_in(drop.bytes);
    if (drop.way == Way::Renamed) {
        world_.drop(drop.mailbox, drop.as, drop.bytes);
        leave_proof(drop);
        left_.push_back({drop.mailbox, drop.as, drop.bytes});
        return;
    }
    const bool appended = drop.way == Way::Appended;
    std::ofstream out{world_.box(drop.mailbox, "OutBox") + "/" + drop.as,
                      std::ios::binary | (appended ? std::ios::app : std::ios::trunc)};
    out << drop.bytes;
    if (appended)
        left_.back().bytes += drop.bytes;
    else
        left_.push_back({drop.mailbox, drop.as, drop.bytes});
}

void Player::leave_proof(const Drop& drop) {
    const auto proof = journey_.proofs.find(drop.mailbox);
    if (proof == journey_.proofs.end()) return;
    world_.drop(drop.mailbox, drop.as + intake::ending_of(proof->second),
                base::sha256_hex(drop.bytes) + "  " + drop.as + '\n');
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

// What was handed out and not committed when the daemon stopped the ministry says again.
void Player::say(const Step& step) {
    world_.gateway().also = filled_in(step.text);
    for (int minutes = 0; !world_.gateway().also.empty() && minutes < 60; ++minutes)
        world_.run(std::chrono::seconds{30});
    EXPECT_TRUE(world_.gateway().also.empty()) << "nobody asked for results";
}

}  // namespace journeys
