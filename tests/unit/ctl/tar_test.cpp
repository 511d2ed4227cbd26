// The tar of evidence: GNU tar reads of it what was put in, whatever the names; the same files, the
// same bytes.
#include "ctl/tar.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "spool.hpp"

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

const base::Time at = *base::parse_time("2026-11-22T09:30:01.250+08:00");

std::string tar_of(const Files& files) {
    std::string bytes;
    ctl::TarWriter tar{[&](std::string_view some) { bytes += some; }};
    for (const auto& [name, content] : files) tar.add(name, content, at);
    tar.end();
    return bytes;
}

int shell(const std::string& command) { return std::system(command.c_str()); }

TEST(Tar, IsReadByOthersWithEveryNameAndByte) {
    const std::string deep = "evidence-PO-1/archive/acme/2026/11/22/";
    const Files files{
        {"a", ""},
        {"b/block", std::string(512, 'x')},
        {"b/more", std::string(513, '\0')},
        {deep + std::string(64, 'm'), "split in two"},
        {deep + std::string(120, 'n'), "no field has room"},
        {std::string(90, 'd') + '/' + std::string(90, 'e') + "/f", "two long folders"},
        {std::string(156, 'g') + "/h", "a folder that is too long"},
        {deep + "000000000051_document_A-1_合同.pdf", "Chinese"},
        {"z", "last"}};
    const tests::Spool spool;
    spool.put("a.tar", tar_of(files));
    std::filesystem::create_directory(spool.at("out"));
    ASSERT_EQ(shell("tar -xf " + spool.at("a.tar").string() + " -C " + spool.at("out").string()),
              0);
    const auto found = spool.files("out");
    EXPECT_EQ(found, (std::map<std::string, std::string>{files.begin(), files.end()}));
}

TEST(Tar, SaysNothingOfTheHost) {
    const tests::Spool spool;
    const Files files{{"a", "1"}, {"合", "2"}};
    spool.put("a.tar", tar_of(files));
    ASSERT_EQ(shell("TZ=UTC LC_ALL=C.UTF-8 tar --numeric-owner --full-time -tvf " +
                    spool.at("a.tar").string() + " >" + spool.at("list").string()),
              0);
    EXPECT_EQ(spool.content("list"),
              "-rw-r--r-- 0/0               1 2026-11-22 01:30:01 a\n"
              "-rw-r--r-- 0/0               1 2026-11-22 01:30:01 合\n");
    EXPECT_EQ(tar_of(files), tar_of(files));
    EXPECT_EQ(tar_of(files).size() % 512, 0u);
}

}  // namespace
