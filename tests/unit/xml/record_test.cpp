// What a worker hands back: complete, and believed only when it is sound (design: the trusted side
// checks it on arrival).
#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

TEST(Record, ComesBackTheSame) {
    for (const char* name : {"valid/03-application-single-machine", "invalid/XSD-INVALID",
                             "invalid/XML-MALFORMED", "invalid/XML-DOCTYPE"}) {
        const Parsed parsed = parser().parse(sample(std::string{name} + ".xml"));
        const std::optional<Parsed> back = decode(encode(parsed));
        ASSERT_TRUE(back) << name;
        EXPECT_EQ(back->root, parsed.root);
        EXPECT_EQ(back->findings, parsed.findings);
        EXPECT_EQ(back->ended_early, parsed.ended_early);
        EXPECT_EQ(back->well_formed, parsed.well_formed);
    }
}

TEST(Record, NothingButASoundOneIsBelieved) {
    const std::string sound = encode(parser().parse(sample("invalid/XSD-INVALID.xml")));
    for (std::size_t length = 0; length < sound.size(); ++length)
        EXPECT_FALSE(decode(std::string_view{sound}.substr(0, length))) << length;
    EXPECT_FALSE(decode(sound + "x"));
    for (std::size_t at = 0; at < sound.size(); ++at) {
        std::string changed = sound;
        changed[at] = static_cast<char>(changed[at] ^ 0xff);
        static_cast<void>(decode(changed));  // never a crash, whatever it says
    }
    EXPECT_FALSE(decode("X" + sound.substr(1)));
    EXPECT_FALSE(decode(encode(Parsed{})));  // neither whole nor at fault
    EXPECT_FALSE(decode(encode(Parsed{.root = {},
                                      .findings = {},
                                      .ended_early = false,
                                      .well_formed = true})));  // well-formed without a root
}

}  // namespace
}  // namespace xml
