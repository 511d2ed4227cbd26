#include "worker/frame.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/files.hpp"

namespace {

TEST(Frame, heads_survive_the_way) {
    for (const worker::Head head : {worker::Head{0, 0}, {1, 2}, {0xffffffff, 0x80000001}}) {
        const worker::Head back = worker::decode(worker::encode(head));
        EXPECT_EQ(back.length, head.length);
        EXPECT_EQ(back.serial, head.serial);
    }
}

TEST(Frame, frames_survive_the_way_and_end_with_the_socket) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    base::Fd here{ends[0]};
    const base::Fd there{ends[1]};
    const std::string bytes{"a\0b", 3};
    ASSERT_TRUE(worker::send(here.number(), {7, bytes}));
    ASSERT_TRUE(worker::send(here.number(), {8, ""}));
    ASSERT_TRUE(base::write_all(here.number(), "torn"));
    here = base::Fd{};
    const auto first = worker::receive(there.number());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->serial, 7U);
    EXPECT_EQ(first->bytes, bytes);
    const auto second = worker::receive(there.number());
    ASSERT_TRUE(second);
    EXPECT_EQ(second->bytes, "");
    EXPECT_FALSE(worker::receive(there.number()));
}

TEST(Frame, greetings_survive_the_way_and_are_checked) {
    const std::string bytes = encode(worker::Greeting{4711, 512u << 20, std::chrono::seconds(99)});
    const auto back = worker::decode_greeting(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->pool, 4711);
    EXPECT_EQ(back->memory_bytes_max, 512u << 20);
    EXPECT_EQ(back->life_max, std::chrono::seconds(99));
    for (std::size_t n = 0; n < bytes.size(); ++n)
        EXPECT_FALSE(worker::decode_greeting(bytes.substr(0, n))) << n;
    EXPECT_FALSE(worker::decode_greeting(bytes + "x"));
}

TEST(Frame, readiness_survives_the_way_and_is_checked) {
    EXPECT_TRUE(worker::decode_readiness(worker::encode(base::Outcome{base::done})));
    for (const base::Remedy remedy : {base::Remedy::RetryLater, base::Remedy::AskOperator}) {
        const auto back =
            worker::decode_readiness(worker::encode(base::Outcome{base::Fault{remedy, "no"}}));
        ASSERT_FALSE(back);
        EXPECT_EQ(back.fault().remedy, remedy);
        EXPECT_EQ(back.fault().text, "no");
    }
    // A worker may ask for the world, but never for the daemon to stop.
    const auto stop = worker::decode_readiness(
        worker::encode(base::Outcome{base::Fault{base::Remedy::Stop, "die"}}));
    ASSERT_FALSE(stop);
    EXPECT_EQ(stop.fault().remedy, base::Remedy::AskOperator);
    EXPECT_FALSE(worker::decode_readiness(""));
    EXPECT_FALSE(worker::decode_readiness("\xff\xff\xff"));
}

}  // namespace
