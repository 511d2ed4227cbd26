// Other options and mailboxes while files are known: what a reload does to the intake.
#include "unit/intake/fixture.hpp"

namespace {

class Exchange : public IntakeTest {
protected:
    std::set<std::string> use() { return intake_->use(options_, boxes_); }
    void add(const std::string& name) {
        boxes_.push_back(std::move(*mailbox::Mailbox::open(
            spool_.root, name, {"", intake::ending_of(options_.proofs[name])})));
    }
};

TEST_F(Exchange, OneThatStaysGoesOnWithWhatIsKnownOfItsFiles) {
    start();
    put("settles.xml");
    start();  // whose writer is done before anybody watches
    EXPECT_THAT(names(), IsEmpty());
    drop("a.xml");
    ASSERT_THAT(names(), ElementsAre("a.xml"));
    clock_.advance(options_.settle / 2);
    EXPECT_THAT(use(), IsEmpty());
    // Handed on, and neither released nor handed on again.
    clock_.advance(options_.rescan);
    EXPECT_THAT(names(), ElementsAre("settles.xml"));
    drop("b.xml");
    EXPECT_THAT(names(), ElementsAre("b.xml"));
}

TEST_F(Exchange, AMailboxThatIsAddedIsWatchedAndOneThatIsLeftOutIsNot) {
    start({"acme", "beta"});
    add("gamma");
    mailbox::Mailboxes departed;
    departed.splice(departed.end(), boxes_, boxes_.begin());
    EXPECT_THAT(use(), ElementsAre("gamma"));
    for (const char* each : {"acme", "beta", "gamma"})
        drop(std::string{each} + ".xml", "<a/>", each);
    EXPECT_THAT(names(), testing::UnorderedElementsAre("beta.xml", "gamma.xml"));
    clock_.advance(options_.rescan * 10);
    EXPECT_THAT(names(), IsEmpty());
    boxes_.splice(boxes_.end(), departed);
    EXPECT_THAT(use(), ElementsAre("acme"));
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(options_.settle);
    EXPECT_THAT(names(), ElementsAre("acme.xml"));
}

TEST_F(Exchange, OneThatDemandsAnotherProofBeginsAnew) {
    start();
    drop("taken.xml");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    options_.proofs["acme"] = intake::Proof::Marker;
    boxes_.front().agree({"", intake::ending_of(intake::Proof::Marker)});
    EXPECT_THAT(use(), ElementsAre("acme"));
    intake_->already_taken(chunk[0].arrival);
    drop("a.xml");
    clock_.advance(options_.rescan);
    EXPECT_THAT(names(), IsEmpty());
    put("a.xml.done", "");
    EXPECT_THAT(names(), ElementsAre("a.xml"));
}

TEST_F(Exchange, OtherLimitsCountFromTheNextFileOn) {
    start();
    put("settles.xml", "<a/>");
    start();
    options_.file_bytes_max = 8;
    options_.settle = 60s;
    use();
    drop("large.xml", "<a>larger</a>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_TRUE(chunk[0].too_large);
    clock_.advance(59s);
    EXPECT_THAT(names(), IsEmpty());
    clock_.advance(2s);
    EXPECT_THAT(names(), ElementsAre("settles.xml"));
}

}  // namespace
