// The promises of base/files.hpp on a real file system.
#include "base/files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <thread>

#include "base/permissions.hpp"
#include "base/stop.hpp"
#include "syncs.hpp"

namespace {

using base::Remedy;
using base::ReplaceTorso;
using testing::ElementsAre;
using testing::HasSubstr;

class Files : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_NE(::mkdtemp(root_.data()), nullptr);
        directory_ = *base::open_directory(root_);
        base::set_durable_step_hook([this](const char* step) { steps_.emplace_back(step); });
    }
    void TearDown() override {
        base::set_durable_step_hook(nullptr);
        std::filesystem::remove_all(root_);
    }
    std::string path(const std::string& name) const { return root_ + "/" + name; }
    std::string bytes_of(const std::string& name) const {
        auto bytes = base::read_file(path(name), 1u << 24);
        return bytes ? *bytes : "FAULT " + bytes.fault().text;
    }
    struct stat status_of(const std::string& name) const {
        struct stat status {};
        EXPECT_EQ(::lstat(path(name).c_str(), &status), 0) << name;
        return status;
    }
    base::Outcome write_new(const std::string& name, std::string_view bytes,
                            ReplaceTorso replace = ReplaceTorso::No) {
        return base::write_new(directory_.number(), name, bytes, 0640, replace);
    }
    base::Outcome link_new(const std::string& from, const std::string& to,
                           ReplaceTorso replace = ReplaceTorso::No) {
        return base::link_new(directory_.number(), from, directory_.number(), to, replace);
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& each : std::filesystem::directory_iterator(root_))
            all.push_back(each.path().filename());
        std::sort(all.begin(), all.end());
        return all;
    }

    std::string root_ = testing::TempDir() + "permitd-files-XXXXXX";
    base::Fd directory_;
    std::vector<std::string> steps_;
};

TEST_F(Files, write_new_leaves_one_whole_file_with_its_mode) {
    const mode_t before = ::umask(0077);  // must not matter
    const std::string bytes(300'000, 'x');
    EXPECT_TRUE(write_new("a.xml", bytes));
    ::umask(before);
    EXPECT_EQ(bytes_of("a.xml"), bytes);
    EXPECT_EQ(status_of("a.xml").st_mode & 07777, 0640U);
    EXPECT_THAT(names(), ElementsAre("a.xml"));
    EXPECT_THAT(steps_, ElementsAre("link"));
}

TEST_F(Files, write_new_is_invisible_until_it_is_whole) {
    base::set_durable_step_hook([](const char*) { throw 1; });  // the crash before the link
    EXPECT_THROW((void)write_new("a.xml", "bytes"), int);
    EXPECT_TRUE(names().empty());
}

TEST_F(Files, write_new_takes_the_same_bytes_for_done_and_keeps_others) {
    ASSERT_TRUE(write_new("a.xml", "bytes"));
    EXPECT_TRUE(write_new("a.xml", "bytes"));
    const auto other = write_new("a.xml", "Bytes");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.fault().remedy, Remedy::AskOperator);
    EXPECT_THAT(other.fault().text, HasSubstr("a.xml"));
    EXPECT_FALSE(write_new("a.xml", "byte"));
    EXPECT_EQ(bytes_of("a.xml"), "bytes");
    EXPECT_THAT(names(), ElementsAre("a.xml"));
}

TEST_F(Files, write_new_replaces_a_torso_through_a_rename) {
    ASSERT_TRUE(write_new("a.xml", ""));
    const auto torso = status_of("a.xml").st_ino;
    steps_.clear();
    EXPECT_TRUE(write_new("a.xml", "bytes", ReplaceTorso::Yes));
    EXPECT_EQ(bytes_of("a.xml"), "bytes");
    EXPECT_NE(status_of("a.xml").st_ino, torso);  // a reader of the torso keeps the torso
    EXPECT_THAT(names(), ElementsAre("a.xml"));
    EXPECT_THAT(steps_, ElementsAre("link", "link", "rename"));
}

// Design 4: a name that was issued with other bytes is never touched; only what a crash leaves of
// the same bytes gives way.
TEST_F(Files, only_the_torso_of_the_same_bytes_is_replaced) {
    const std::string bytes = std::string(20'000, 'x') + "end";
    std::string holes = bytes, other = bytes;
    holes.replace(100, 18'000, 18'000, '\0');
    other[19'000] = 'y';
    for (const auto& [there, gives_way] : {std::pair{std::string{}, true},
                                           {bytes.substr(0, 17'000), true},
                                           {holes, true},
                                           {std::string(5, '\0'), true},
                                           {other, false},
                                           {bytes + "more", false},
                                           {std::string{"<other/>"}, false}}) {
        std::filesystem::remove(path("a.xml"));
        ASSERT_TRUE(write_new("a.xml", there));
        EXPECT_EQ(bool(write_new("a.xml", bytes, ReplaceTorso::Yes)), gives_way) << there.size();
        EXPECT_EQ(bytes_of("a.xml") == bytes, gives_way);
        EXPECT_THAT(names(), ElementsAre("a.xml"));
    }
}

TEST_F(Files, differences_are_found_behind_the_first_block_too) {
    std::string bytes(50'000, 'x');
    ASSERT_TRUE(write_new("a.xml", bytes));
    EXPECT_TRUE(write_new("a.xml", bytes));
    bytes.back() = 'y';
    EXPECT_FALSE(write_new("a.xml", bytes));
}

// Somebody put a link, a FIFO or a directory in the place of our name.
TEST_F(Files, an_existing_name_is_never_followed_nor_waited_for) {
    ASSERT_TRUE(write_new("target", "bytes"));
    ASSERT_EQ(::symlink("target", path("link").c_str()), 0);
    ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    ASSERT_EQ(::mkdir(path("directory").c_str(), 0700), 0);
    for (const char* name : {"link", "fifo", "directory"}) {
        EXPECT_FALSE(write_new(name, "bytes")) << name;
        EXPECT_FALSE(link_new("target", name)) << name;
    }
    EXPECT_FALSE(write_new("directory", "bytes", ReplaceTorso::Yes));
    EXPECT_TRUE(write_new("link", "new", ReplaceTorso::Yes));
    EXPECT_EQ(bytes_of("target"), "bytes");
    EXPECT_TRUE(S_ISREG(status_of("link").st_mode));
    EXPECT_THAT(names(), ElementsAre("directory", "fifo", "link", "target"));
}

TEST_F(Files, link_new_gives_the_same_file_a_second_name) {
    ASSERT_TRUE(write_new("a", "bytes"));
    EXPECT_TRUE(link_new("a", "b"));
    EXPECT_EQ(status_of("b").st_ino, status_of("a").st_ino);
    EXPECT_TRUE(link_new("a", "b"));
    ASSERT_TRUE(write_new("c", "bytes"));
    EXPECT_TRUE(link_new("a", "c"));
    ASSERT_TRUE(write_new("d", "other"));
    EXPECT_FALSE(link_new("a", "d"));
    EXPECT_FALSE(link_new("a", "d", ReplaceTorso::Yes));
    EXPECT_EQ(bytes_of("d"), "other");
    ASSERT_TRUE(write_new("t", "byt"));
    steps_.clear();
    EXPECT_TRUE(link_new("a", "t", ReplaceTorso::Yes));
    EXPECT_EQ(status_of("t").st_ino, status_of("a").st_ino);
    EXPECT_THAT(steps_, ElementsAre("link", "link", "rename"));
    EXPECT_FALSE(link_new("missing", "e"));
    EXPECT_THAT(names(), ElementsAre("a", "b", "c", "d", "t"));
}

TEST_F(Files, write_new_tells_what_it_could_not_write) {
    // No new file of any kind can be made there.
    const auto proc = base::open_directory("/proc/" + std::to_string(::getpid()));
    ASSERT_TRUE(proc);
    const auto refused = base::write_new(proc->number(), "a.xml", "x", 0600, ReplaceTorso::No);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.fault().text, HasSubstr("a.xml"));
    EXPECT_FALSE(write_new("missing/a.xml", "x"));
}

// From here on this thread meets a file system without unnamed files, as NFS is one.
void forbid_unnamed_files() {
    constexpr unsigned unnamed = O_TMPFILE & ~O_DIRECTORY;
    sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * 8),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, unnamed, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{std::size(rules), rules};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

TEST_F(Files, write_new_keeps_its_promises_without_unnamed_files) {
    // A filter binds the thread that asks for it and ends with it.
    std::thread{[&] {
        forbid_unnamed_files();
        ASSERT_LT(::openat(directory_.number(), ".", O_TMPFILE | O_WRONLY, 0600), 0);
        EXPECT_TRUE(write_new("a.xml", "bytes"));
        EXPECT_TRUE(write_new("a.xml", "bytes"));
        EXPECT_FALSE(write_new("a.xml", "other"));
        EXPECT_EQ(bytes_of("a.xml"), "bytes");
        EXPECT_THAT(names(), ElementsAre("a.xml"));
        steps_.clear();
        EXPECT_FALSE(write_new("a.xml", "other", ReplaceTorso::Yes));
        steps_.clear();
        EXPECT_TRUE(write_new("a.xml", "bytes and more", ReplaceTorso::Yes));
        EXPECT_EQ(bytes_of("a.xml"), "bytes and more");
        EXPECT_THAT(steps_, ElementsAre("link", "rename"));
        EXPECT_EQ(status_of("a.xml").st_mode & 07777, 0640U);
        EXPECT_EQ(status_of("a.xml").st_nlink, 1U);
        EXPECT_THAT(names(), ElementsAre("a.xml"));
    }}.join();
}

TEST_F(Files, a_full_device_is_a_fault_to_try_again_later) {
    const base::Fd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    const auto written = base::write_all(full.number(), "bytes");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.fault().remedy, Remedy::RetryLater);
}

TEST_F(Files, read_stops_one_byte_beyond_the_limit) {
    ASSERT_TRUE(write_new("a", std::string(100'000, 'x')));
    EXPECT_TRUE(base::read_file(path("a"), 100'000));
    const auto larger = base::read_file(path("a"), 99'999);
    ASSERT_FALSE(larger);
    EXPECT_THAT(larger.fault().text, HasSubstr(path("a")));
    const base::Fd fd{::open(path("a").c_str(), O_RDONLY | O_CLOEXEC)};
    EXPECT_EQ(base::read_all(fd.number(), 99)->size(), 100U);
    EXPECT_EQ(base::read_all(fd.number(), 1u << 20)->size(), 99'900U);  // on from there
    EXPECT_EQ(*base::read_all(fd.number(), 1u << 20), "");
    EXPECT_FALSE(base::read_file(path("missing"), 1));
    EXPECT_FALSE(base::read_file(root_, 1));
}

TEST_F(Files, write_all_gets_through_a_pipe_that_is_read_slowly) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const base::Fd from{ends[0]};
    base::Fd to{ends[1]};
    const std::string bytes(1u << 20, 'x');
    std::thread writer{[&] {
        EXPECT_TRUE(base::write_all(to.number(), bytes));
        to = base::Fd{};
    }};
    EXPECT_EQ(*base::read_all(from.number(), 2u << 20), bytes);
    writer.join();
}

TEST_F(Files, directories_are_made_with_their_mode_and_synced_into_their_parents) {
    const mode_t before = ::umask(0077);
    tests::watch_syncs();
    EXPECT_TRUE(base::make_directories(path("a/b/c/"), 02775));
    ::umask(before);
    for (const char* parent : {".", "a", "a/b"}) EXPECT_TRUE(tests::was_synced(path(parent)));
    EXPECT_EQ(status_of("a/b/c").st_mode & 07777, 02775U);
    EXPECT_EQ(status_of("a").st_mode & 07777, 02775U);
    EXPECT_THAT(steps_, ElementsAre("sync", "sync", "sync"));
    steps_.clear();
    ASSERT_EQ(::chmod(path("a").c_str(), 0700), 0);
    EXPECT_TRUE(base::make_directories(path("a/b/c"), 02775));
    EXPECT_EQ(status_of("a").st_mode & 07777, 0700U) << "an operator's mode stays";
    EXPECT_TRUE(steps_.empty());
    ASSERT_TRUE(write_new("file", "x"));
    EXPECT_FALSE(base::make_directories(path("file"), 0700));
    EXPECT_FALSE(base::make_directories(path("file/a"), 0700));
    EXPECT_FALSE(base::make_directories("", 0700));
}

TEST_F(Files, make_directory_at_makes_opens_and_refuses_links) {
    const auto made = base::make_directory_at(directory_.number(), "2026-11-22", 0750);
    ASSERT_TRUE(made);
    EXPECT_THAT(steps_, ElementsAre("sync"));
    EXPECT_EQ(status_of("2026-11-22").st_mode & 07777, 0750U);
    EXPECT_TRUE(base::write_new(made->number(), "a", "x", 0600, ReplaceTorso::No));
    EXPECT_EQ(bytes_of("2026-11-22/a"), "x");
    EXPECT_TRUE(base::make_directory_at(directory_.number(), "2026-11-22", 0750));
    ASSERT_EQ(::symlink("2026-11-22", path("link").c_str()), 0);
    EXPECT_FALSE(base::make_directory_at(directory_.number(), "link", 0750));
    EXPECT_FALSE(base::open_directory(path("link")));
    EXPECT_TRUE(base::open_directory(path("link/../2026-11-22")));
}

// Between mkdir and the end of a call: who comes next finds neither a wrong mode nor a name that is
// not durable.
TEST_F(Files, a_directory_that_a_crash_left_half_made_is_finished) {
    struct Crash {};
    const mode_t before = ::umask(0077);
    for (const char* name : {"by-path", "at"}) {
        const auto make = [&]() -> bool {
            if (std::string_view{name} == "at")
                return bool{base::make_directory_at(directory_.number(), name, 02750)};
            return bool{base::make_directories(path(name), 02750)};
        };
        base::set_durable_step_hook([](const char*) { throw Crash{}; });
        EXPECT_THROW(make(), Crash);
        base::set_durable_step_hook([this](const char* step) { steps_.emplace_back(step); });
        EXPECT_NE(status_of(name).st_mode & 07777, 02750U) << "is not durable yet";
        steps_.clear();
        EXPECT_TRUE(make());
        EXPECT_EQ(status_of(name).st_mode & 07777, 02750U);
        EXPECT_THAT(steps_, ElementsAre("sync"));
        EXPECT_TRUE(make());
        EXPECT_THAT(steps_, ElementsAre("sync")) << "once is enough";
    }
    ::umask(before);
    // Beneath a parent that hands its group down.
    ASSERT_EQ(::mkdir(path("set").c_str(), 0700), 0);
    ASSERT_EQ(::chmod(path("set").c_str(), 02775), 0);
    ASSERT_EQ(::mkdir(path("set/day").c_str(), 0400), 0);
    EXPECT_TRUE(base::make_directories(path("set/day"), 02750));
    EXPECT_EQ(status_of("set/day").st_mode & 07777, 02750U);
}

// Operations 4: permitd works within RestrictSUIDSGID, where no call may name the setgid bit.
TEST_F(Files, permissions_are_set_beside_the_bits_that_a_directory_has) {
    ASSERT_EQ(::mkdir(path("box").c_str(), 0400), 0);
    ASSERT_EQ(::chmod(path("box").c_str(), 03400), 0);
    const base::Fd box{::open(path("box").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    EXPECT_TRUE(base::set_permissions(box.number(), 03730));
    EXPECT_EQ(status_of("box").st_mode & 07777, 03730U);
    EXPECT_LT(::fgetxattr(box.number(), "system.posix_acl_access", nullptr, 0), 0)
        << "no list is left, the mode says it all";
    for (const unsigned other : {02770U, 01770U, 0770U}) {
        EXPECT_FALSE(base::set_permissions(box.number(), other));
        EXPECT_EQ(errno, EPERM);
    }
    EXPECT_EQ(status_of("box").st_mode & 07777, 03730U);
    EXPECT_FALSE(base::set_permissions(-1, 0700));
}

TEST_F(Files, a_failed_sync_is_never_tried_again) {
    EXPECT_TRUE(base::sync(directory_.number()));
    EXPECT_TRUE(base::sync_filesystem(directory_.number()));
    EXPECT_THAT(steps_, ElementsAre("sync", "syncfs"));
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const base::Fd from{ends[0]}, to{ends[1]};
    std::vector<dev_t> told;
    base::set_failed_sync_hook([&](dev_t device) { told.push_back(device); });
    const auto failed = base::sync(from.number());  // a pipe cannot be synced
    base::set_failed_sync_hook({});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.fault().remedy, Remedy::Stop);
    struct stat status {};
    ASSERT_EQ(::fstat(from.number(), &status), 0);
    EXPECT_THAT(told, ElementsAre(status.st_dev));
    const auto none = base::sync_filesystem(-1);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.fault().remedy, Remedy::Stop);
}

TEST(FaultOfErrno, bears_words_and_the_remedy) {
    for (const int error : {ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, EBUSY})
        EXPECT_EQ(base::fault_of_errno(error, "x").remedy, Remedy::RetryLater) << error;
    for (const int error : {EACCES, EPERM, EROFS, ENOENT, EXDEV, EIO, EEXIST, ENOTDIR})
        EXPECT_EQ(base::fault_of_errno(error, "x").remedy, Remedy::AskOperator) << error;
    EXPECT_EQ(base::fault_of_errno(ENOSPC, "writing a.xml").text,
              "No space left on device: writing a.xml");
}

TEST(Fd, closes_what_it_owns_once) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    base::Fd from{ends[0]};
    {
        base::Fd to{ends[1]};
        base::Fd moved{std::move(to)};
        EXPECT_FALSE(to);
        EXPECT_EQ(moved.number(), ends[1]);
        base::Fd assigned;
        assigned = std::move(moved);
        EXPECT_EQ(::fcntl(ends[1], F_GETFD), FD_CLOEXEC);
    }
    EXPECT_EQ(::fcntl(ends[1], F_GETFD), -1);
    const int number = from.release();
    EXPECT_FALSE(from);
    EXPECT_EQ(::close(number), 0);
}

}  // namespace
