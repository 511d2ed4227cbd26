#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/files.hpp"

namespace {

// A busy worker does not read its socket: only the kernel can tell it that the daemon is gone.
TEST(Pool, workers_die_with_their_parent) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    base::Fd from{ends[0]}, to{ends[1]};
    const pid_t parent = ::fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        ::dup2(to.number(), STDOUT_FILENO);
        ::execl("/proc/self/exe", "parent", "--test-parent", nullptr);
        ::_exit(127);
    }
    to = base::Fd{};
    std::string said;
    for (char c = 0; ::read(from.number(), &c, 1) == 1 && c != '\n';) said += c;
    ASSERT_FALSE(said.empty());
    const base::Fd worker{static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(said), 0))};
    ASSERT_TRUE(worker);
    pollfd watched{worker.number(), POLLIN, 0};
    ASSERT_EQ(::poll(&watched, 1, 0), 0) << "alive as long as its parent";
    ASSERT_EQ(::kill(parent, SIGKILL), 0);
    ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
    EXPECT_EQ(::poll(&watched, 1, 30'000), 1);
}

}  // namespace
