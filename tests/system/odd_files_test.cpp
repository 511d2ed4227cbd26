// Whatever an enterprise leaves in an OutBox costs one receipt, or is told once and left, and its
// neighbours get through (quality.md 2, files; P6). One daemon meets all of it at once.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "base/files.hpp"
#include "edi/receipt.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::Contains;
using testing::IsEmpty;

// Root reads everything, unless it gives these capabilities away.
std::vector<std::string> without_roots_eyes() {
    if (::geteuid() != 0) return {};
    const std::string less = "-dac_override,-dac_read_search";
    return {"/usr/bin/setpriv", "--inh-caps=" + less, "--bounding-set=" + less};
}

class OddFiles : public testing::Test {
protected:
    OddFiles()
        : line_({.scenario = "at-once.yaml",
                 .intake = "settle: 200ms, rescan: 100ms",
                 .before = without_roots_eyes()}) {}

    fs::path outbox(const std::string& name) const {
        return line_.folder() / "spool/acme/OutBox" / name;
    }
    std::string next_document() {
        const std::string id = line::numbered("DOC-", ++documents_);
        return line::declaration(id, id);
    }
    // A file that must be taken and approved.
    void drop_good(const std::string& name) {
        // Not by Line::drop(): beside a name of 255 bytes there is no longer one.
        write(outbox(".upload"), next_document());
        fs::rename(outbox(".upload"), outbox(name));
        good_.insert(line::numbered("DOC-", documents_));
    }
    void write(const fs::path& path, const std::string& bytes) const {
        std::ofstream{path, std::ios::binary} << bytes;
    }
    // A document that must not be read: its MessageId may stand in no receipt.
    std::string forbidden(const std::string& of) {
        return line::declaration("FORBIDDEN-" + of, "FORBIDDEN-" + of);
    }
    std::size_t told(const std::string& name) const {
        const std::string words = line_.daemon().words();
        std::size_t times = 0;
        for (std::size_t at = 0; (at = words.find("\"file-left-alone\"", at)) != words.npos; ++at)
            times += words.substr(at, words.find('\n', at) - at).find('"' + name + '"') !=
                     std::string::npos;
        return times;
    }
    bool all_good_are_approved() {
        std::set<std::string> approved;
        for (const line::Receipt& each : line_.receipts())
            if (each.kind() == "approved") approved.insert(each.message_id());
        return std::ranges::includes(approved, good_);
    }

    mutable line::Line line_;
    std::set<std::string> good_;
    unsigned documents_ = 0;
};

class OddKinds : public OddFiles {
protected:
    // What stays in the OutBox, by name, with whether it is told.
    std::map<std::string, bool> lay_out() {
        const fs::path outside = line_.folder() / "outside.xml";
        write(outside, forbidden("LINK"));
        fs::create_symlink(outside, outbox("link.xml"));
        fs::create_symlink("nowhere.xml", outbox("dangling.xml"));
        fs::create_symlink("loop.xml", outbox("loop.xml"));
        fs::create_hard_link(outside, outbox("hard.xml"));
        EXPECT_EQ(::mkfifo(outbox("fifo.xml").c_str(), 0666), 0);
        EXPECT_EQ(::mkfifo(outbox("drips.xml").c_str(), 0666), 0);
        fs::create_directory(outbox("directory.xml"));
        write(outbox("directory.xml/inside.xml"), forbidden("DIRECTORY"));
        write(outbox("unreadable.xml"), next_document());
        EXPECT_EQ(::chmod(outbox("unreadable.xml").c_str(), 0), 0);
        write(outbox("order.csv"), forbidden("CSV"));
        bind_socket();
        std::map<std::string, bool> stays;
        for (const char* name :
             {"link.xml", "dangling.xml", "loop.xml", "hard.xml", "fifo.xml", "drips.xml",
              "directory.xml", "unreadable.xml", "order.csv", "socket.xml"})
            stays[name] = true;
        if (::mknod(outbox("zero.xml").c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0)
            stays["zero.xml"] = true;
        if (::mknod(outbox("disk.xml").c_str(), S_IFBLK | 0600, makedev(7, 200)) == 0)
            stays["disk.xml"] = true;
        for (const char* name :
             {".hidden.xml", "never-renamed.xml.filepart", "x.xml.part", "x.xml~", "x.xml.tmp",
              "x.xml.partial", "x.xml.swp", "x.xml.lock", "x.xml.crdownload", ".in.x.xml.",
              ".sftpgo-upload.x.xml", ".pureftpd-upload.x.xml"}) {
            write(outbox(name), forbidden("UNFINISHED"));
            stays[name] = false;
        }
        return stays;
    }
    void bind_socket() {
        socket_ = base::Fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        outbox("socket.xml").string().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address),
                  0);
    }
    std::set<std::string> left() const {
        std::set<std::string> names;
        for (const auto& each : fs::directory_iterator{outbox("")})
            names.insert(each.path().filename());
        return names;
    }

    base::Fd socket_;
};

TEST_F(OddKinds, AreToldOnceAndLeft) {
    line_.start_sandbox();
    drop_good("a-good.xml");
    const std::map<std::string, bool> stays = lay_out();
    drop_good("m-good.xml");
    line_.start();
    const base::Fd pipe{::open(outbox("drips.xml").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    const std::string drops = forbidden("DRIP");
    // Each good file is looked for by many scans: a name that were told on each would be seen.
    for (unsigned round = 0; round < 8; ++round) {
        EXPECT_EQ(::write(pipe.number(), drops.data() + round * 100, 100), 100);
        drop_good("good-" + std::to_string(round) + ".xml");
        ASSERT_TRUE(
            line::becomes_true([&] { return all_good_are_approved(); }, milliseconds{60'000}))
            << line_.daemon().words();
    }
    std::set<std::string> names;
    for (const auto& [name, is_told] : stays) {
        names.insert(name);
        if (is_told) {
            EXPECT_TRUE(line::becomes_true([&] { return told(name) > 0; }, milliseconds{30'000}))
                << name;
        }
        EXPECT_EQ(told(name), is_told ? 1u : 0u) << name;
    }
    EXPECT_EQ(left(), names);
    for (const line::Receipt& each : line_.receipts()) {
        EXPECT_TRUE(good_.contains(each.message_id())) << each.bytes;
        EXPECT_EQ(each.bytes.find("FORBIDDEN"), std::string::npos) << each.name;
    }
    // What could not be read is taken when it can be.
    ASSERT_EQ(::chmod(outbox("unreadable.xml").c_str(), 0644), 0);
    good_.insert("DOC-00002");
    ASSERT_TRUE(line::becomes_true([&] { return all_good_are_approved(); }, milliseconds{60'000}))
        << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0);
}

// Names are bytes. Each of these files is a declaration and is approved; the receipt tells its name
// with what is not plain text as \xNN.
TEST_F(OddFiles, NamesAreBytes) {
    line_.start_sandbox();
    const std::vector<std::string> names{std::string(251, 'n') + ".xml",
                                         "\xff\xfe\xc0.xml",
                                         "a\nb\rc.xml",
                                         "\x1b[31mred.xml",
                                         "%s%n%p.xml",
                                         "\u202elmx.xml",
                                         "\xb6\xa9\xb5\xa5.xml",
                                         "-rf.xml",
                                         "..a.XML",
                                         " .xml",
                                         "caf\u00e9.xml",
                                         "cafe\u0301.xml",
                                         "case.xml",
                                         "CASE.xml",
                                         "case.XML",
                                         "&lt;'\">.xml",
                                         "x.again-000000000001.xml",
                                         "\xf0\x9f\x93\x84\xef\xbf\xbe.xml",
                                         "$(id);`id`|.xml",
                                         "\\x41.xml"};
    std::set<std::string> wanted;
    for (const std::string& name : names) {
        if (name.starts_with('.')) {
            write(outbox(name), forbidden("HIDDEN"));
            continue;
        }
        drop_good(name);
        wanted.insert(edi::printable(name));
    }
    line_.start();
    ASSERT_TRUE(line::becomes_true([&] { return all_good_are_approved(); }, milliseconds{60'000}))
        << line_.daemon().words();
    std::set<std::string> answered;
    for (const line::Receipt& each : line_.receipts()) {
        answered.insert(each.file());
        EXPECT_EQ(each.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789-._"),
                  std::string::npos)
            << each.name;
    }
    EXPECT_EQ(answered, wanted);
    EXPECT_EQ(line_.names("SentBox").size(), wanted.size());
    EXPECT_EQ(line_.names("OutBox"), std::vector<std::string>{"..a.XML"});
    EXPECT_EQ(line_.stop(), 0);
}

// Sizes and times: each costs one receipt; a clock that lies changes nothing but the order.
TEST_F(OddFiles, SizesAndTimes) {
    line_.start_sandbox();
    write(outbox(".sparse.xml"), "<Message>");
    ASSERT_EQ(::truncate(outbox(".sparse.xml").c_str(), 8LL << 30), 0);
    fs::rename(outbox(".sparse.xml"), outbox("sparse.xml"));
    const std::map<std::string, time_t> times{{"2100.xml", 4'102'444'800},
                                              {"1970.xml", 0},
                                              {"1969.xml", -1},
                                              {"1901.xml", -2'147'483'648}};
    for (const auto& [name, seconds] : times) {
        drop_good(name);
        const timespec both[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, outbox(name).c_str(), both, 0), 0);
    }
    drop_good("now.xml");
    line_.start();
    line_.drop("empty.xml", "");  // renamed in: nothing more will come
    ASSERT_TRUE(line_.settles(2 + good_.size(), milliseconds{60'000})) << line_.daemon().words();
    EXPECT_TRUE(all_good_are_approved());
    std::map<std::string, std::vector<std::string>> problems;
    for (const line::Receipt& each : line_.receipts())
        if (each.kind() == "rejected") problems[each.file()] = each.problems();
    EXPECT_EQ(problems, (std::map<std::string, std::vector<std::string>>{
                            {"empty.xml", {"XML-MALFORMED"}}, {"sparse.xml", {"FILE-TOO-LARGE"}}}));
    EXPECT_THAT(line_.unsound(), IsEmpty());
    EXPECT_LT(line::kib_of(line_.daemon().pid(), "VmHWM"), 256u << 10);
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
