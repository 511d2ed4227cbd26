// Archives as programs make them, zip(1) and Python's zipfile, and bombs.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "spool.hpp"
#include "zip/unpack.hpp"

namespace {

const std::string xml = "<?xml version=\"1.0\"?><Message>" + std::string(5'000, 'm') + "</Message>";
constexpr std::uint64_t bytes_max = 16u << 20;

class ToolsTest : public testing::Test {
protected:
    ToolsTest() {
        spool_.put("order.xml", xml);
        spool_.put("订单.xml", xml);
        spool_.put("other.xml", xml);
    }
    // In the scratch directory; what it prints is not ours to show.
    bool ran(const std::string& command) const {
        const std::string line =
            "cd '" + spool_.root.string() + "' && { " + command + "; } >words 2>&1";
        return std::system(line.c_str()) == 0;
    }
    std::string told(const std::string& name = "order.zip") const {
        const std::string archive = spool_.content(name);
        const auto out = zip::unpacked({zip::names_inside(name), bytes_max, archive});
        if (out.breach) return zip::name_of(*out.breach);
        return out.bytes == xml ? "good" : "other bytes";
    }
    // What an archive that `command` makes is told to be.
    std::string told_of(const std::string& command, const std::string& name = "order.zip") const {
        std::filesystem::remove(spool_.at(name));
        EXPECT_TRUE(ran(command)) << command << '\n' << spool_.content("words");
        return told(name);
    }

    tests::Spool spool_;
};

TEST_F(ToolsTest, ZipMakesGoodOnes) {
    EXPECT_EQ(told_of("zip -q order.zip order.xml"), "good");
    EXPECT_EQ(told_of("zip -q0 order.zip order.xml"), "good");
    EXPECT_EQ(told_of("zip -q9X order.zip order.xml"), "good");
    EXPECT_EQ(told_of("zip -qj order.zip $PWD/order.xml"), "good");
    EXPECT_EQ(told_of("zip -q - order.xml | cat >order.zip"), "good");  // sizes behind the content
    EXPECT_EQ(told_of("echo for the ministry | zip -qz order.zip order.xml"), "good");
    EXPECT_EQ(told_of("zip -q ORDER.ZIP order.xml", "ORDER.ZIP"), "good");
    EXPECT_EQ(told_of("LC_ALL=C.UTF-8 zip -q 订单.zip 订单.xml", "订单.zip"), "good");
}

TEST_F(ToolsTest, ZipMakesOthers) {
    EXPECT_EQ(told_of("zip -q order.zip order.xml other.xml"), "Entries");
    EXPECT_EQ(told_of("mkdir -p d && cp order.xml d && zip -qr order.zip d"), "Entries");
    EXPECT_EQ(told_of("mkdir -p e && zip -qr order.zip e"), "NotAFile");
    EXPECT_EQ(told_of("mkdir -p d && cp order.xml d && zip -qD order.zip d/order.xml"), "Path");
    EXPECT_EQ(told_of("mkdir -p d && cd d && zip -q ../order.zip ../order.xml"), "Path");
    EXPECT_EQ(told_of("zip -q order.zip other.xml"), "Stem");
    EXPECT_EQ(told_of("zip -qP secret order.zip order.xml"), "Encrypted");
    EXPECT_EQ(told_of("zip -qZ bzip2 order.zip order.xml"), "Method");
    EXPECT_EQ(told_of("mkdir -p l && ln -sf /etc/passwd l/order.xml && "
                      "cd l && zip -qy ../order.zip order.xml"),
              "NotAFile");
    EXPECT_EQ(told_of("zip -q a.zip order.xml && { cat other.xml a.zip; } >order.zip"), "NotZip");
    EXPECT_EQ(told_of("zip -q a.zip order.xml && zip -q order.zip a.zip"), "Stem");
    // A zip in a zip under the right name is just not XML; that is for the parser to say.
    EXPECT_EQ(told_of("mkdir -p n && zip -q a.zip order.xml && mv a.zip n/order.xml && "
                      "zip -qj order.zip n/order.xml"),
              "other bytes");
}

TEST_F(ToolsTest, PythonMakesBoth) {
    if (!ran("python3 -c 'import zipfile'")) GTEST_SKIP() << "python3 has no zipfile here";
    const auto made = [&](const std::string& program, const std::string& name = "order.zip") {
        spool_.put("make.py", "import zipfile, sys\nfrom zipfile import *\n" + program);
        return told_of("python3 make.py", name);
    };
    const std::string document = "open('order.xml','rb').read()";
    EXPECT_EQ(made("ZipFile('order.zip','w').write('order.xml')"), "good");
    EXPECT_EQ(made("ZipFile('order.zip','w',ZIP_DEFLATED).write('order.xml')"), "good");
    EXPECT_EQ(made("with ZipFile('order.zip','w') as z:\n"
                   "  with z.open('order.xml','w',force_zip64=True) as f: f.write(" +
                   document + ")"),
              "good");
    EXPECT_EQ(made("ZipFile('订单.zip','w').write('订单.xml')", "订单.zip"), "good");
    EXPECT_EQ(made("ZipFile('order.zip','w',ZIP_BZIP2).write('order.xml')"), "Method");
    EXPECT_EQ(made("ZipFile('order.zip','w',ZIP_LZMA).write('order.xml')"), "Method");
    EXPECT_EQ(made("ZipFile('order.zip','w').writestr('../../order.xml'," + document + ")"),
              "Path");
    EXPECT_EQ(made("ZipFile('order.zip','w')"), "Entries");
    EXPECT_EQ(made("z = ZipFile('order.zip','a')\nfor i in range(2): z.writestr('order.xml'," +
                   document + ")"),
              "Entries");
}

// However much would come out, no more than the limit does; time and memory are printed.
TEST_F(ToolsTest, BombsStopAtTheLimit) {
    const auto measured = [&](const std::string& what, const std::string& command) {
        std::filesystem::remove(spool_.at("order.zip"));
        EXPECT_TRUE(ran(command)) << command << '\n' << spool_.content("words");
        rusage before{}, after{};
        ::getrusage(RUSAGE_SELF, &before);
        const auto began = std::chrono::steady_clock::now();
        const std::string word = told();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - began;
        ::getrusage(RUSAGE_SELF, &after);
        std::cout << what << ": " << std::filesystem::file_size(spool_.at("order.zip"))
                  << " bytes packed, " << took.count() << " ms, "
                  << after.ru_maxrss - before.ru_maxrss << " KiB more: " << word << '\n';
        return word;
    };
    const auto zeros = [](const std::string& megabytes) {
        return "head -c " + megabytes + "M /dev/zero >order.xml && zip -q order.zip order.xml";
    };
    EXPECT_EQ(measured("as much as is allowed", zeros("16")), "other bytes");
    EXPECT_EQ(measured("flat, 1000 to 1", zeros("48")), "Size");
    // The same with headers that say ten bytes: the size at 22 of one header, 24 of the other.
    const std::string lie =
        " && size=$(stat -c %s order.zip) && at=$(grep -abo \"PK$(printf '\\001\\002')\" order.zip "
        "| tail -1 | cut -d: -f1) && for o in 22 $((at + 24)); do printf '\\012\\0\\0\\0' | "
        "dd of=order.zip bs=1 seek=$o conv=notrunc; done";
    // Not Damaged: that would be said once all of it was unpacked.
    EXPECT_EQ(measured("the same, said to be ten bytes", zeros("48") + lie), "Size");
    EXPECT_EQ(measured("42.zip's way: a zip of sixteen zips",
                       "head -c 32M /dev/zero >0.xml && zip -q 0.zip 0.xml && for i in 1 2 3 4 5 6 "
                       "7 8 9 a b c d e f; do cp 0.zip $i.zip; done && zip -q order.zip ?.zip"),
              "Entries");
}

}  // namespace
