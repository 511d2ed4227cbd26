// The fixture of intake's tests: real mailboxes, real inotify, a clock that is ours.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "intake/intake.hpp"
#include "spool.hpp"

using namespace std::chrono_literals;
using intake::Completeness;
using intake::Interchange;
using testing::ElementsAre;
using testing::IsEmpty;

class IntakeTest : public testing::Test {
protected:
    IntakeTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        archive_ = std::move(*ledger::Archive::open(spool_.at(".archive")));
    }
    ~IntakeTest() override {
        base::set_log_sink({});
        base::set_durable_step_hook({});
    }
    void start(std::vector<std::string> names = {"acme"}) {
        intake_.reset();
        boxes_.clear();
        for (const std::string& name : names)
            boxes_.push_back(std::move(*mailbox::Mailbox::open(
                spool_.root, name, {"", intake::ending_of(options_.proofs[name])})));
        intake_ = std::make_unique<intake::Intake>(options_, boxes_, archive_, clock_, unpack_);
    }
    std::vector<Interchange> next() {
        // Events of what this thread did before are in the queue already.
        intake_->notice();
        auto chunk = intake_->next();
        EXPECT_TRUE(chunk);
        return chunk ? std::move(*chunk) : std::vector<Interchange>{};
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        for (const Interchange& made : next()) found.push_back(made.arrival.name);
        return found;
    }
    void drop(const std::string& name, const std::string& bytes = "<a/>",
              const std::string& box = "acme") {
        spool_.put(box + "/.upload", bytes);
        std::filesystem::rename(spool_.at(box + "/.upload"), spool_.at(box + "/OutBox/" + name));
    }
    void put(const std::string& name, const std::string& bytes = "<a/>") {
        spool_.put("acme/OutBox/" + name, bytes);
    }
    void remove(const edi::Arrival& arrival) {
        std::filesystem::remove(spool_.at(arrival.mailbox + "/OutBox/" + arrival.name));
        intake_->release(arrival);
    }
    void age(const std::string& name, time_t seconds) {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, spool_.at("acme/OutBox/" + name).c_str(), times, 0), 0);
    }

    tests::Spool spool_;
    ledger::Archive archive_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    intake::Options options_;
    intake::Unpack unpack_ = [](const zip::Request& request) { return zip::unpacked(request); };
    mailbox::Mailboxes boxes_;
    std::unique_ptr<intake::Intake> intake_;
    std::string log_;
};
