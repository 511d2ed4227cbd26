// What the tests of the gateway share: a server that answers what it is told, and a clock that
// stands still.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "dispatch/curl_gateway.hpp"
#include "unit/transfer/raw_server.hpp"

class GatewayTest : public testing::Test {
protected:
    GatewayTest() {
        base::set_log_sink([this](std::string_view line) {
            const auto at = line.find("\"event\":\"") + 9;
            events_.emplace_back(line.substr(at, line.find('"', at) - at));
        });
    }
    ~GatewayTest() override { base::set_log_sink({}); }

    // Answers by what stands in status_ for the method and the first part of the path.
    raw::Server server_{[this](raw::Peer& peer, int) {
        while (const auto request = peer.read_request()) {
            const std::string what = request->substr(0, request->find_first_of("/? ", 11));
            int status = 0;
            {
                const std::lock_guard lock{mutex_};
                requests_.push_back(*request);
                status = status_[what];
            }
            if (status == 0) return;
            peer.answer(status, "<x/>", more_);
        }
    }};
    std::unique_ptr<dispatch::Gateway> make(std::size_t in_flight_max = 32) {
        dispatch::GatewayOptions options;
        options.url = server_.url("/mep/v1");
        options.in_flight_max = in_flight_max;
        auto made = dispatch::make_curl_gateway(options, clock_);
        if (!made) throw std::runtime_error(made.fault().text);
        return std::move(*made);
    }
    void set(const std::string& what, int status) {
        const std::lock_guard lock{mutex_};
        status_[what] = status;
    }
    std::vector<std::string> requests() {
        const std::lock_guard lock{mutex_};
        return requests_;
    }
    std::size_t count(const std::string& prefix) {
        std::size_t n = 0;
        for (const auto& each : requests()) n += each.starts_with(prefix);
        return n;
    }
    dispatch::Answer ask(dispatch::Gateway& gateway, dispatch::Request request) {
        gateway.send(std::move(request));
        for (int i = 0; i < 200; ++i) {
            auto answers = gateway.collect(clock_.tick() + std::chrono::milliseconds{100});
            if (!answers.empty()) return std::move(answers.front());
        }
        throw std::runtime_error("no answer");
    }
    dispatch::Request submit(const std::string& key) {
        return {dispatch::Ask::Submit, key, "<mepRequest/>", "", 3};
    }
    // Runs the gateway until its condition begins so.
    void until(dispatch::Gateway& gateway, const std::string& condition) {
        for (int i = 0; i < 500 && !gateway.condition().starts_with(condition); ++i)
            (void)gateway.collect(clock_.tick() + std::chrono::milliseconds{10});
        ASSERT_TRUE(gateway.condition().starts_with(condition)) << gateway.condition();
    }

    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::map<std::string, int> status_;
    std::string more_ = "Content-Type: application/xml\r\n";
    base::ManualClock clock_{*base::parse_time("2026-11-22T01:30:00Z")};
    std::vector<std::string> events_;
};
