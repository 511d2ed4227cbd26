// Promise: a record is read exactly as it was written, or not at all; and the bytes of older
// versions stay readable.
#include "store/records.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "fixtures.hpp"
#include "golden.hpp"
#include "golden_3.hpp"

namespace {

using namespace fixtures;

template <class Record>
Record sample();
template <>
edi::MessageRecord sample() {
    auto record = rejected(99, 5);
    return record;
}
template <>
edi::Application sample() {
    return application("PO-1", "2026110000000123");
}
template <>
edi::Licence sample() {
    auto each = licence("L-1", "2026-12-31");
    each.written = "L--1";
    each.state = edi::LicenceState::Exhausted;
    each.expiring_told = true;
    return each;
}
template <>
edi::Submission sample() {
    auto each = submission("key1", edi::MessageState::InDoubt, -1);
    each.on_hold = true;
    return each;
}
template <>
edi::MinistryResult sample() {
    return result("r-1", ~std::uint64_t{0}, edi::ResultState::Incomplete, "key1", "2026");
}
template <>
edi::Delivery sample() {
    return delivery(42);
}
template <>
edi::Taking sample() {
    return taking(42);
}
template <>
edi::Registration sample() {
    return registration("91110108MA0000015T");
}
template <>
edi::Errand sample() {
    return errand("M-1", 5);
}
template <>
edi::CommodityCatalogue sample() {
    return catalogue(2026);
}
template <>
edi::BatchRun sample() {
    return batch_run("B-1");
}
template <>
edi::BatchLines sample() {
    return batch_lines("B-1", 299);
}
template <>
edi::Action sample() {
    return action(300, {"M-1", "M-2"});
}
template <>
store::Pauses sample() {
    return {{pause(edi::Flow::Dispatch), pause(edi::Flow::Results)}};
}
template <>
edi::Counters sample() {
    return {4711, {{"acme", 17}, {"beta", 300}}, 300};
}
template <>
store::Cursor sample() {
    return {"c-0001"};
}
template <>
store::MessageCounts sample() {
    return {{{"WAITING", 3}, {"SETTLED", 70'000}}};
}
template <>
store::Format sample() {
    return {1};
}

template <class Record>
class Records : public testing::Test {};
using Kinds = testing::Types<edi::MessageRecord, edi::Application, edi::Licence, edi::Submission,
                             edi::MinistryResult, edi::Delivery, edi::Taking, edi::Registration,
                             edi::Errand, edi::CommodityCatalogue, edi::BatchRun, edi::BatchLines,
                             edi::Action, store::Pauses, edi::Counters, store::Cursor,
                             store::MessageCounts, store::Format>;
TYPED_TEST_SUITE(Records, Kinds);

TYPED_TEST(Records, ComeBackAsTheyWere) {
    const auto record = sample<TypeParam>();
    const auto again = store::decode<TypeParam>(store::encode(record));
    ASSERT_TRUE(again);
    EXPECT_TRUE(*again == record);
    const auto empty = store::decode<TypeParam>(store::encode(TypeParam{}));
    ASSERT_TRUE(empty);
    EXPECT_TRUE(*empty == TypeParam{});
}

TYPED_TEST(Records, EveryTruncationIsDetected) {
    const std::string bytes = store::encode(sample<TypeParam>());
    for (std::size_t n = 0; n < bytes.size(); ++n)
        EXPECT_FALSE(store::decode<TypeParam>(std::string_view{bytes}.substr(0, n))) << n;
    EXPECT_FALSE(store::decode<TypeParam>(bytes + '\0'));
}

TYPED_TEST(Records, EveryFlippedBitIsDetected) {
    std::string bytes = store::encode(sample<TypeParam>());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
            EXPECT_FALSE(store::decode<TypeParam>(bytes)) << i << '.' << bit;
            bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
        }
    }
    EXPECT_TRUE(store::decode<TypeParam>(bytes));
}

// A frame as a well-behaved writer of another version would make it.
std::string frame(char version, char kind, const std::string& payload) {
    const std::uint32_t sum = base::crc32c(std::string{version, kind} + payload);
    std::string bytes{version, kind};
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(sum >> shift & 0xff);
    return bytes + payload;
}

TEST(RecordFrames, AnotherKindANewerVersionAndValuesOutOfRangeAreRefused) {
    EXPECT_FALSE(store::decode<store::Cursor>(store::encode(store::Format{0})));
    EXPECT_TRUE(store::decode<store::Format>(frame(1, 'F', std::string(1, '\1'))));
    EXPECT_TRUE(store::decode<store::Format>(frame(2, 'F', std::string(1, '\1'))));
    EXPECT_TRUE(store::decode<store::Format>(frame(3, 'F', std::string(1, '\1'))));
    EXPECT_FALSE(store::decode<store::Format>(frame(4, 'F', std::string(1, '\1'))));
    EXPECT_FALSE(store::decode<store::Format>(frame(0, 'F', std::string(1, '\1'))));
    auto box = store::encode(taking(1)).substr(6);
    const auto where = box.find(
        "\x13"
        "000000000042_po.xml");
    ASSERT_NE(where, std::string::npos);
    EXPECT_TRUE(store::decode<edi::Taking>(frame(1, 'T', box)));
    box[where - 1] = 2;  // there are two boxes, 0 and 1
    EXPECT_FALSE(store::decode<edi::Taking>(frame(1, 'T', box)));
}

// Anything that could be the value of a field.
struct AnyField {
    template <class T>
    operator T() const;
};

template <class Record, class... Fields>
constexpr std::size_t fields_of() {
    if constexpr (requires { Record{Fields{}..., AnyField{}}; }) {
        return fields_of<Record, Fields..., AnyField>();
    } else {
        return sizeof...(Fields);
    }
}

// A field that is added in edi/ must be added in records.cpp, by its recipe; then here.
TEST(RecordFrames, NoFieldIsForgotten) {
    EXPECT_EQ(fields_of<edi::Arrival>(), 9u);
    EXPECT_EQ(fields_of<edi::Subject>(), 3u);
    EXPECT_EQ(fields_of<edi::ReceiptRef>(), 4u);
    EXPECT_EQ(fields_of<edi::MessageRecord>(), 10u);
    EXPECT_EQ(fields_of<edi::TrailEntry>(), 5u);
    EXPECT_EQ(fields_of<edi::Application>(), 14u);
    EXPECT_EQ(fields_of<edi::Cleared>(), 4u);
    EXPECT_EQ(fields_of<edi::Licence>(), 18u);
    EXPECT_EQ(fields_of<edi::Attempt>(), 11u);
    EXPECT_EQ(fields_of<edi::Submission>(), 24u);
    EXPECT_EQ(fields_of<edi::MinistryResult>(), 9u);
    EXPECT_EQ(fields_of<edi::Enclosure>(), 2u);
    EXPECT_EQ(fields_of<edi::Delivery>(), 6u);
    EXPECT_EQ(fields_of<edi::Taking>(), 6u);
    EXPECT_EQ(fields_of<edi::Registration>(), 13u);
    EXPECT_EQ(fields_of<edi::Errand>(), 6u);
    EXPECT_EQ(fields_of<edi::CommodityRow>(), 7u);
    EXPECT_EQ(fields_of<edi::CommodityCatalogue>(), 4u);
    EXPECT_EQ(fields_of<edi::BatchRun>(), 9u);
    EXPECT_EQ(fields_of<edi::BatchLine>(), 4u);
    EXPECT_EQ(fields_of<edi::BatchLines>(), 3u);
    EXPECT_EQ(fields_of<edi::ActionTarget>(), 5u);
    EXPECT_EQ(fields_of<edi::Action>(), 7u);
    EXPECT_EQ(fields_of<edi::Pause>(), 6u);
    EXPECT_EQ(fields_of<edi::Counters>(), 3u);
}

// Enumerations are kept as numbers: their order is part of the format.
TEST(RecordFrames, TheNumbersOfStatesStand) {
    EXPECT_EQ(static_cast<int>(edi::MessageState::Waiting), 0);
    EXPECT_EQ(static_cast<int>(edi::MessageState::Sending), 1);
    EXPECT_EQ(static_cast<int>(edi::MessageState::InDoubt), 2);
    EXPECT_EQ(static_cast<int>(edi::MessageState::Acknowledged), 3);
    EXPECT_EQ(static_cast<int>(edi::MessageState::Held), 4);
    EXPECT_EQ(static_cast<int>(edi::MessageState::Settled), 5);
    EXPECT_EQ(static_cast<int>(edi::MessageState::Rejected), 6);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::None), 0);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::Draft), 1);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::Submitted), 2);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::TransferFailed), 3);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::UnderReview), 4);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::Returned), 5);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::Approved), 6);
    EXPECT_EQ(static_cast<int>(edi::ApplicationState::Disapproved), 7);
    EXPECT_EQ(static_cast<int>(edi::LicenceState::Valid), 0);
    EXPECT_EQ(static_cast<int>(edi::LicenceState::Exhausted), 1);
    EXPECT_EQ(static_cast<int>(edi::LicenceState::Expired), 2);
    EXPECT_EQ(static_cast<int>(edi::LicenceState::Cancelled), 3);
    EXPECT_EQ(static_cast<int>(edi::TransferState::NotSent), 0);
    EXPECT_EQ(static_cast<int>(edi::TransferState::Sent), 1);
    EXPECT_EQ(static_cast<int>(edi::TransferState::Received), 2);
    EXPECT_EQ(static_cast<int>(edi::TransferState::Failed), 3);
    EXPECT_EQ(static_cast<int>(edi::ResultState::Applied), 0);
    EXPECT_EQ(static_cast<int>(edi::ResultState::Unclaimed), 1);
    EXPECT_EQ(static_cast<int>(edi::ResultState::Incomplete), 2);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::None), 0);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::Draft), 1);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::Submitted), 2);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::TransferFailed), 3);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::UnderReview), 4);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::Returned), 5);
    EXPECT_EQ(static_cast<int>(edi::RegistrationState::Registered), 6);
    EXPECT_EQ(static_cast<int>(edi::SubmissionKind::Application), 0);
    EXPECT_EQ(static_cast<int>(edi::SubmissionKind::Withdrawal), 1);
    EXPECT_EQ(static_cast<int>(edi::SubmissionKind::Registration), 2);
    EXPECT_EQ(static_cast<int>(edi::SubmissionKind::Binding), 3);
}

std::string unhex(const std::string& hex) {
    const auto read = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(read(hex[i]) << 4 | read(hex[i + 1]));
    return bytes;
}

TYPED_TEST(Records, AreWrittenAndReadAsVersion3EverWas) {
    const std::string written = store::encode(sample<TypeParam>());
    const std::string hex = golden::version_3.at(written[1]);
    EXPECT_EQ(base::hex(written), hex);
    const auto record = store::decode<TypeParam>(unhex(hex));
    ASSERT_TRUE(record);
    EXPECT_TRUE(*record == sample<TypeParam>());
}

const std::string kinds_since_version_2 = "GEYBI";
const std::string kinds_since_version_3 = "OH";

// The record without what version 3 added.
template <class Record>
Record of_version_2(Record record) {
    if constexpr (requires { record.may_have_arrived; }) {
        record.on_hold = false;
        record.held_at = {};
        record.held_milliseconds = 0;
        record.may_have_arrived = false;
        record.older = {};
    }
    if constexpr (requires { record.action_number; }) record.action_number = 0;
    return record;
}

// The record without what version 2 added.
template <class Record>
Record of_version_1(Record record) {
    record = of_version_2(std::move(record));
    if constexpr (requires { record.withdrawal_key; }) record.withdrawal_key = {};
    if constexpr (requires { record.clearances; }) {
        record.quantity = {};
        record.clearances = {};
        record.expiring_told = false;
    }
    if constexpr (requires { record.attempts; }) {
        record.kind = edi::SubmissionKind::Application;
        record.content = {};
        record.sealed_password = {};
    }
    if constexpr (requires { record.enclosures; }) record.enclosures = {};
    return record;
}

// Of an older version's record, what it had; nothing of a kind that it did not know.
template <class Record>
void expect_read(const std::map<char, std::string>& version, const Record& wanted,
                 const std::string& newer_kinds) {
    const char kind = store::encode(wanted)[1];
    const auto golden = version.find(kind);
    if (golden == version.end()) {
        EXPECT_NE(newer_kinds.find(kind), std::string::npos) << kind;
        return;
    }
    const auto record = store::decode<Record>(unhex(golden->second));
    ASSERT_TRUE(record);
    EXPECT_TRUE(*record == wanted);
}

TYPED_TEST(Records, OfVersion2AreReadWithWhatIsNewerAtItsDefault) {
    expect_read(golden::version_2, of_version_2(sample<TypeParam>()), kinds_since_version_3);
}

TYPED_TEST(Records, OfVersion1AreReadWithWhatIsNewerAtItsDefault) {
    expect_read(golden::version_1, of_version_1(sample<TypeParam>()),
                kinds_since_version_2 + kinds_since_version_3);
}

}  // namespace
