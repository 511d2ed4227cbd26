#include "unit/house/floors.hpp"

#include <gmock/gmock.h>

namespace {

using house::floors_and_doors;
using house::source_of;
using testing::ElementsAre;
using testing::IsEmpty;

house::Sentences judged(const char* path, const char* text) {
    return floors_and_doors({source_of(path, text)});
}

TEST(Floors, DownIsAllowed) {
    EXPECT_THAT(judged("daemon/store/a.cpp",
                       "#include \"edi/change.hpp\"\n#include \"store/a.hpp\"\n"
                       "#include \"base/log.hpp\"\n#include <vector>\n"
                       "#include <sys/stat.h>\n#include <rocksdb/db.h>\n"),
                IsEmpty());
    EXPECT_THAT(
        judged("daemon/main.cpp", "#include \"config.hpp\"\n#include \"route/route.hpp\"\n"),
        IsEmpty());
}

TEST(Floors, NeverUp) {
    EXPECT_THAT(judged("daemon/base/log.cpp", "\n#include \"edi/message.hpp\"\n"),
                ElementsAre("an include never goes up a floor: base/ (floor 0) may not include "
                            "edi/message.hpp (floor 1): daemon/base/log.cpp:2"));
    EXPECT_EQ(judged("daemon/route/a.cpp", "#include \"config.hpp\"").size(), 1U);
}

TEST(Floors, NeverSideways) {
    EXPECT_THAT(judged("daemon/validate/a.hpp", "#include \"mapping/mapper.hpp\""),
                ElementsAre("an include never goes sideways: validate/ (floor 3) may not include "
                            "mapping/mapper.hpp (floor 3): daemon/validate/a.hpp:1"));
    EXPECT_EQ(judged("daemon/edi/a.cpp", "#include \"xml/writer.hpp\"").size(), 1U);
    EXPECT_EQ(judged("daemon/main.cpp", "#include \"ctl/table.hpp\"").size(), 1U);
}

TEST(Floors, TheSandboxSharesLittle) {
    EXPECT_THAT(judged("daemon/sandbox/a.cpp", "#include \"edi/lists.hpp\""),
                ElementsAre("sandbox/ is the other side of the wire and may not share "
                            "edi/lists.hpp: daemon/sandbox/a.cpp:1"));
    EXPECT_THAT(judged("daemon/sandbox/a.cpp", "#include \"http/server.hpp\""), IsEmpty());
}

TEST(Floors, EveryFolderStandsOnOne) {
    EXPECT_THAT(judged("daemon/misc/a.cpp", "#include \"base/log.hpp\""),
                ElementsAre("daemon/misc/ stands on no floor of the house: daemon/misc/a.cpp:1"));
    EXPECT_EQ(judged("daemon/edi/a.cpp", "#include \"../base/log.hpp\"").size(), 1U);
    EXPECT_EQ(judged("daemon/edi/a.cpp", "#include \"lists/log.hpp\"").size(), 1U);
}

TEST(Doors, EachLibraryHasOne) {
    const struct {
        const char* path;
        const char* header;
        const char* sentence;
    } cases[] = {
        {"daemon/route/a.cpp", "rocksdb/db.h", "only store/ may include rocksdb"},
        {"daemon/validate/a.cpp", "xercesc/sax2/SAX2XMLReader.hpp",
         "only xml/ may include Xerces-C++"},
        {"daemon/config.cpp", "yaml-cpp/yaml.h", "only yaml/ may include yaml-cpp"},
        {"daemon/dispatch/a.cpp", "curl/curl.h", "only transfer/ may include libcurl"},
        {"daemon/http/tls.cpp", "boost/beast/http.hpp",
         "only http/server.cpp and http/client.cpp may include Boost.Beast"},
        {"daemon/intake/a.cpp", "boost/asio.hpp", "only http/ and daemon/* may include Boost.Asio"},
        {"daemon/sandbox/a.cpp", "boost/json.hpp",
         "only http/, ctl/ and daemon/* may include Boost.JSON"},
        {"daemon/ledger/a.cpp", "openssl/evp.h",
         "only base/, transfer/ and http/ may include OpenSSL"},
        {"daemon/main.cpp", "seccomp.h", "only worker/ may include libseccomp"},
        {"daemon/edi/a.cpp", "gtest/gtest.h", "only tests/ may include GoogleTest"},
        {"daemon/edi/a.cpp", "absl/strings/str_cat.h",
         "no folder is the door of <absl/strings/str_cat.h>"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(judged(c.path, ("#  include <" + std::string{c.header} + ">").c_str()),
                    ElementsAre(std::string{c.sentence} + ": " + c.path + ":1"));
}

TEST(Doors, AreOpenToThoseInside) {
    EXPECT_THAT(judged("daemon/http/server.cpp", "#include <boost/beast/http.hpp>"), IsEmpty());
    EXPECT_THAT(judged("daemon/loop.cpp", "#include <boost/asio/signal_set.hpp>"), IsEmpty());
    EXPECT_THAT(judged("daemon/worker/cage.cpp", "#include <seccomp.h>"), IsEmpty());
}

TEST(Doors, ATestHasThoseOfItsFolder) {
    EXPECT_THAT(judged("tests/unit/store/a_test.cpp", "#include <rocksdb/db.h>"), IsEmpty());
    EXPECT_THAT(judged("tests/unit/http/a_test.cpp", "#include <boost/beast/http.hpp>"), IsEmpty());
    EXPECT_THAT(judged("tests/unit/edi/a_test.cpp", "#include <gtest/gtest.h>"), IsEmpty());
    EXPECT_THAT(judged("tests/unit/base/a_test.cpp", "#include <linux/seccomp.h>"), IsEmpty());
    EXPECT_THAT(judged("tests/unit/edi/a_test.cpp", "#include <rocksdb/db.h>"),
                ElementsAre("only store/ may include rocksdb: tests/unit/edi/a_test.cpp:1"));
    EXPECT_THAT(judged("tests/system/a.cpp", "#include <openssl/ssl.h>"), IsEmpty());
}

TEST(Doors, AnIncludeInACommentIsNone) {
    EXPECT_THAT(judged("daemon/edi/a.cpp",
                       "// #include <rocksdb/db.h>\n"
                       "const char* text = \"\\n#include <rocksdb/db.h>\";\n"),
                IsEmpty());
}

}  // namespace
