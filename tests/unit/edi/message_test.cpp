// The readable form of a message, its Header, and the key under which it is declared for ever.
#include "edi/message.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

base::Element message(const std::string& id = "M-1",
                      const std::string& sender = "91110108MA0000015T",
                      const std::string& created_at = "2026-11-22T09:30:00+08:00") {
    base::Element root{"Message", ""};
    base::Element& header = root.add("Header");
    header.add("MessageId", id);
    header.add("Sender", sender);
    header.add("CreatedAt", created_at);
    base::Element& body = root.add("LicenceApplication");
    body.attributes = {{"function", " submit "}};
    body.add("ApplicationRef", " PO-1\n");
    body.add("Remarks", "two \t words");
    body.add("Attachment", "QUJD\nREVG");
    return root;
}

// Readable: the whole Header was parsed and each value has its form. Nothing else is told back to
// an enterprise as its own id.
TEST(ReadableHeader, TakesAHeaderWhoseValuesAllHaveTheirForm) {
    const auto header = edi::readable_header(message(" M-1\n", "\t91110108MA0000015T "));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->message_id, "M-1");
    EXPECT_EQ(header->sender, "91110108MA0000015T");
}

TEST(ReadableHeader, IsNothingWhenAnyPartIsMissingOrOfAnotherForm) {
    struct Case {
        const char* why;
        base::Element root;
    };
    base::Element receipt = message();
    receipt.name = "Receipt";
    base::Element torn = message();
    torn.children.clear();
    base::Element half = message();
    half.children[0].children.pop_back();
    for (const Case& each : {
             Case{"empty id", message("")},
             Case{"id with a space", message("M 1")},
             Case{"id that begins with a dot", message(".M1")},
             Case{"id with a path", message("../etc/passwd")},
             Case{"id of 65 characters", message(std::string(65, 'a'))},
             Case{"no sender", message("M-1", "")},
             Case{"sender of 17 characters", message("M-1", "91110108MA0000015")},
             Case{"sender with an I", message("M-1", "91110108MI0000015T")},
             Case{"no such time", message("M-1", "91110108MA0000015T", "yesterday")},
             Case{"a time without an offset",
                  message("M-1", "91110108MA0000015T", "2026-11-22T09:30:00")},
             Case{"another root", receipt},
             Case{"torn before the Header", torn},
             Case{"torn within the Header", half},
         })
        EXPECT_FALSE(edi::readable_header(each.root)) << each.why;
}

TEST(Reference, HasTheFormOfMessageIds) {
    for (const char* good : {"a", "9", "PO-2026-7781", "a.b", "A-"})
        EXPECT_TRUE(edi::is_reference(good)) << good;
    EXPECT_TRUE(edi::is_reference(std::string(64, 'x')));
    for (const char* bad : {"", "-a", ".a", "a_b", "a/b", "a b", "\xc3\xa9", "a\n"})
        EXPECT_FALSE(edi::is_reference(bad)) << bad;
    EXPECT_FALSE(edi::is_reference(std::string(65, 'x')));
    EXPECT_FALSE(edi::is_reference(std::string_view{"a\0b", 3}));
}

// GB 32100-2015: the form only.
TEST(Uscc, HasTheFormOfTheStandard) {
    EXPECT_TRUE(edi::is_uscc("91440300717850504F"));
    EXPECT_TRUE(edi::is_uscc("91110108MA0000015T"));
    for (const char* bad :
         {"", "91440300717850504", "91440300717850504FF", "914403A0717850504F",
          "91440300717850504f", "91440300717850504I", "91440300717850504O", "9144030071785050 F"})
        EXPECT_FALSE(edi::is_uscc(bad)) << bad;
}

TEST(MessageOf, IsReadableAndItsTextsAreCollapsedOnce) {
    base::Element root = message();
    const edi::Message read = edi::message_of(root);
    EXPECT_EQ(read.message_id, "M-1");
    EXPECT_EQ(read.sender, "91110108MA0000015T");
    EXPECT_EQ(read.type, "LicenceApplication");
    EXPECT_EQ(read.function, "submit");
    EXPECT_EQ(read.path, "/Message");
    EXPECT_FALSE(read.check_only);
    EXPECT_EQ(read.body.text_at("ApplicationRef"), "PO-1");
    EXPECT_EQ(read.body.text_at("Remarks"), "two words");
    EXPECT_EQ(read.body.text_at("Attachment"), "QUJD\nREVG") << "long, and its space is harmless";
    root.attributes = {{"mode", "check"}};
    EXPECT_TRUE(edi::message_of(root).check_only);
}

// Worked out without permitd:
//   printf 'permitd1\0%s\0%s\0%s\0%s' 91110108MA0000015T ACME-20261122-000001
//     "$(printf content | sha256sum | cut -d' ' -f1)" | openssl dgst -sha256 -binary |
//     base32 -w0 | tr A-Z a-z | tr -d =
TEST(IdempotencyKey, IsTheOneThatAnybodyCanWorkOut) {
    EXPECT_EQ(
        edi::idempotency_key("91110108MA0000015T", "ACME-20261122-000001", "PO-2026-7781",
                             "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"),
        "i7rqpvm2g6ibptqxogfvoglkggv4wl557i4ubvnp47dbgk2hntwq");
}

// Whatever part differs, and wherever the border between two parts lies, the key differs.
TEST(IdempotencyKey, IsAnotherOneForAnythingElse) {
    const std::set<std::string> keys{
        edi::idempotency_key("a", "b", "c", "d"), edi::idempotency_key("x", "b", "c", "d"),
        edi::idempotency_key("a", "x", "c", "d"), edi::idempotency_key("a", "b", "x", "d"),
        edi::idempotency_key("a", "b", "c", "x"), edi::idempotency_key("ab", "", "c", "d"),
        edi::idempotency_key("a", "bc", "", "d"), edi::idempotency_key("", "ab", "c", "d"),
        edi::idempotency_key("a", "b", "cd", ""),
    };
    EXPECT_EQ(keys.size(), 9u);
    for (const std::string& key : keys) {
        EXPECT_EQ(key.size(), 52u);
        EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    }
}

TEST(MessageState, HasACodeThatReadsBack) {
    std::set<std::string> codes;
    for (const auto state :
         {edi::MessageState::Waiting, edi::MessageState::Sending, edi::MessageState::InDoubt,
          edi::MessageState::Acknowledged, edi::MessageState::Held, edi::MessageState::Settled,
          edi::MessageState::Rejected}) {
        codes.insert(edi::code_of(state));
        EXPECT_EQ(edi::message_state_of(edi::code_of(state)), state);
    }
    EXPECT_EQ(codes.size(), 7u);
    EXPECT_FALSE(edi::message_state_of("waiting"));
    EXPECT_FALSE(edi::message_state_of(""));
}

// A rejected message leaves its MessageId free: its record stands elsewhere, and no sender's name
// can reach there.
TEST(RecordId, OfARejectedMessageIsNotThatOfItsMessageId) {
    edi::MessageRecord record;
    record.sender = "91110108MA0000015T";
    record.message_id = "M-1";
    const std::string accepted = edi::record_id(record);
    EXPECT_EQ(accepted, edi::record_id(record.sender, record.message_id));
    record.rejected_number = 42;
    EXPECT_EQ(edi::record_id(record), std::string("\0", 1) + "000000000042");
    EXPECT_NE(edi::record_id("a", "bc"), edi::record_id("ab", "c"));
}

}  // namespace
