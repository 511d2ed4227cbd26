#include "edi/receipt.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

edi::Receipt receipt(const char* kind, const char* message_id, const char* file_name) {
    edi::Receipt made;
    made.kind = kind;
    made.number = 42;
    edi::InReplyTo reply;
    reply.message_id = message_id;
    reply.file.name = file_name;
    made.in_reply_to = reply;
    return made;
}

// The table of receipt kinds, row by row where stage or resend is not the common one.
TEST(ReceiptKind, StagesAndResendAreThoseOfTheContract) {
    EXPECT_EQ(edi::receipt_kinds().size(), 23u);
    std::set<std::string> progress, notice, corrected;
    for (const edi::ReceiptKind& kind : edi::receipt_kinds()) {
        EXPECT_STREQ(edi::receipt_kind(kind.name).name, kind.name);
        if (kind.stage == edi::Stage::Progress) progress.insert(kind.name);
        if (kind.stage == edi::Stage::Notice) notice.insert(kind.name);
        if (std::string_view{kind.resend} == "after-correction") corrected.insert(kind.name);
    }
    EXPECT_EQ(progress, (std::set<std::string>{"accepted", "submitted", "delayed"}));
    EXPECT_EQ(notice, (std::set<std::string>{"customs-transfer", "clearance", "licence-expiring",
                                             "licence-closed"}));
    EXPECT_EQ(corrected, (std::set<std::string>{"rejected", "refused", "returned"}));
    EXPECT_STREQ(edi::receipt_kind("undeliverable").resend, "unchanged");
    EXPECT_STREQ(edi::code_of(edi::Stage::Outcome), "outcome");
}

TEST(ReceiptKind, AnUnknownKindIsABug) { EXPECT_DEATH(edi::receipt_kind("approvd"), ""); }

TEST(ReceiptName, ComesFromTheMessageIdElseTheFileElseTheApplication) {
    EXPECT_EQ(edi::file_name_of(receipt("submitted", "ACME-20261122-000001", "po.xml")),
              "000000000042_submitted_ACME-20261122-000001.xml");
    EXPECT_EQ(edi::file_name_of(receipt("rejected", "", "po-7781.XML")),
              "000000000042_rejected_po-7781.xml");
    EXPECT_EQ(edi::file_name_of(receipt("rejected", "", "a_b\n\xff../\xe4\xb8\xad.xml")),
              "000000000042_rejected_a-b--..----.xml");
    edi::Receipt notice;
    notice.kind = "clearance";
    notice.number = 7;
    notice.application_no = "2026110000000123";
    EXPECT_EQ(edi::file_name_of(notice), "000000000007_clearance_2026110000000123.xml");
}

TEST(ReceiptName, AStemHasAtMost64Bytes) {
    EXPECT_EQ(edi::safe_stem(std::string(255, '_')), std::string(64, '-'));
    EXPECT_EQ(edi::safe_stem(""), "-");
}

TEST(ReceiptName, NumbersHaveTwelveDigitsAndThenGrow) {
    EXPECT_EQ(edi::twelve_digits(42), "000000000042");
    EXPECT_EQ(edi::twelve_digits(1'234'567'890'123), "1234567890123");
}

TEST(Printable, ShowsNamesThatCannotMisleadAReader) {
    EXPECT_EQ(edi::printable("订单 7781.xml"), "订单 7781.xml");
    EXPECT_EQ(edi::printable("a\nb\x1b[0m\\.xml"), "a\\x0ab\\x1b[0m\\x5c.xml");
    EXPECT_EQ(edi::printable("a\xff\xc0\xaf.xml"), "a\\xff\\xc0\\xaf.xml");
    EXPECT_EQ(edi::printable("\u202elmx.exe"), "\\xe2\\x80\\xaelmx.exe");
}

// An original beside its receipt: never the receipt's name, because only receipts have two '_'.
TEST(BoxName, KeepsTheExtensionAndHoldsOneUnderscore) {
    EXPECT_EQ(edi::box_name_of(41, "po-7781.xml"), "000000000041_po-7781.xml");
    EXPECT_EQ(edi::box_name_of(41, "PO.XML"), "000000000041_PO.XML");
    EXPECT_EQ(edi::box_name_of(41, "po-7781.Zip"), "000000000041_po-7781.Zip.xml");
    EXPECT_EQ(edi::box_name_of(41, "rejected_x.xml"), "000000000041_rejected-x.xml");
    EXPECT_EQ(edi::box_name_of(41, std::string(251, 'a') + ".xml"),
              "000000000041_" + std::string(64, 'a') + ".xml");
    EXPECT_EQ(edi::box_name_of(41, "../etc/passwd"), "000000000041_..-etc-passwd");
}

}  // namespace
