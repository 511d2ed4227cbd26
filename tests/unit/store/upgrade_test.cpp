// Promise: a store that the previous version wrote opens, reads as it was, and finds what only the
// newer index knows; and from then on the previous version refuses it.
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "base/stop.hpp"
#include "fixtures.hpp"
#include "golden.hpp"
#include "store/keys.hpp"
#include "store/records.hpp"
#include "store/rocks.hpp"
#include "store/rocks_store.hpp"

namespace {

using namespace fixtures;

std::string bytes_of(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

// RocksDB itself, with the columns of a store.
class Raw {
public:
    explicit Raw(const std::string& directory) {
        std::vector<std::string> names;
        check(rocksdb::DB::ListColumnFamilies({}, directory, &names));
        std::vector<rocksdb::ColumnFamilyDescriptor> columns;
        for (const std::string& name : names)
            columns.emplace_back(name, rocksdb::ColumnFamilyOptions{});
        rocksdb::DB* database = nullptr;
        check(rocksdb::DB::Open({}, directory, columns, &handles_, &database));
        database_.reset(database);
    }
    ~Raw() {
        for (auto* each : handles_) check(database_->DestroyColumnFamilyHandle(each));
    }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    rocksdb::ColumnFamilyHandle* column(const std::string& name) {
        for (auto* each : handles_)
            if (each->GetName() == name) return each;
        throw std::runtime_error(name);
    }
    void drop(const std::string& name) { check(database_->DropColumnFamily(column(name))); }
    void put(const std::string& name, const std::string& key, const std::string& value) {
        check(database_->Put({}, column(name), key, value));
    }

private:
    static void check(const rocksdb::Status& status) {
        if (!status.ok()) throw std::runtime_error(status.ToString());
    }
    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// A licence and an incomplete result as the previous version left them.
void make_store_of_format_1(const std::string& directory) {
    ASSERT_TRUE(store::open_rocks_store(directory));
    Raw raw{directory};
    for (const char* newer : {"registrations", "errands", "batches"}) raw.drop(newer);
    auto valid = bytes_of(golden::version_1.at('L'));
    raw.put("licences", "L-1", valid);
    raw.put("results", "r-1", bytes_of(golden::version_1.at('R')));
    raw.put("submissions", "key1", bytes_of(golden::version_1.at('S')));
    raw.put("default", "format", bytes_of(golden::version_1.at('F')));
}

TEST(Upgrade, AStoreOfThePreviousVersionOpensAndIsOursFromThenOn) {
    const Scratch scratch;
    make_store_of_format_1(scratch.path());
    for (int i = 0; i < 2; ++i) {
        auto opened = store::open_rocks_store(scratch.path());
        ASSERT_TRUE(opened) << opened.fault().text;
        edi::Store& store = **opened;
        ASSERT_TRUE(store.licence("L-1"));
        EXPECT_TRUE(store.licence("L-1")->clearances.empty());
        ASSERT_TRUE(store.submission("key1"));
        EXPECT_EQ(store.submission("key1")->kind, edi::SubmissionKind::Application);
        ASSERT_EQ(store.incomplete(9).size(), 1u);
        EXPECT_EQ(store.incomplete(9).front().id, "r-1");
    }
    auto rocks = store::Rocks::open(scratch.path());
    ASSERT_TRUE(rocks);
    const auto format = (*rocks)->get(store::Column::Meta, store::format_key);
    ASSERT_TRUE(format);
    EXPECT_EQ(store::decode<store::Format>(*format), store::Format{store::format_number});
}

// All that stood in a store of format 1, byte for byte, with the rows that find it.
void fill_as_version_1(const std::string& directory) {
    Raw raw{directory};
    const auto old = [](char kind) { return bytes_of(golden::version_1.at(kind)); };
    const auto message = *store::decode<edi::MessageRecord>(old('M'));
    const auto application = *store::decode<edi::Application>(old('A'));
    raw.put("messages", store::key_of(message), old('M'));
    raw.put("indexes", store::index::arrival(message), store::key_of(message));
    raw.put("applications", store::key_of(application), old('A'));
    raw.put("indexes", store::index::application_no(application.application_no),
            store::key_of(application));
    raw.put("deliveries", store::number_key(42), old('D'));
    raw.put("takings", store::number_key(42), old('T'));
    raw.put("default", "counters", old('C'));
    raw.put("default", "cursor", old('P'));
    raw.put("default", "message-counts", old('N'));
}

TEST(Upgrade, EveryRecordOfThePreviousVersionIsReadable) {
    const Scratch scratch;
    make_store_of_format_1(scratch.path());
    fill_as_version_1(scratch.path());
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_TRUE(opened) << opened.fault().text;
    const edi::Store& store = **opened;
    const auto old = [](char kind) { return bytes_of(golden::version_1.at(kind)); };
    std::vector<edi::MessageRecord> messages;
    store.each_message([&](const edi::MessageRecord& each) {
        messages.push_back(each);
        return true;
    });
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0], *store::decode<edi::MessageRecord>(old('M')));
    const auto application = store.application_by_no("2026110000000123");
    ASSERT_TRUE(application);
    EXPECT_EQ(*application, *store::decode<edi::Application>(old('A')));
    EXPECT_EQ(store.licence("L-1"), store::decode<edi::Licence>(old('L')));
    EXPECT_EQ(store.submission("key1"), store::decode<edi::Submission>(old('S')));
    EXPECT_EQ(store.result("r-1"), store::decode<edi::MinistryResult>(old('R')));
    ASSERT_EQ(store.deliveries(0, 9).size(), 1u);
    EXPECT_EQ(store.deliveries(0, 9).front(), *store::decode<edi::Delivery>(old('D')));
    ASSERT_EQ(store.takings(0, 9).size(), 1u);
    EXPECT_EQ(store.takings(0, 9).front(), *store::decode<edi::Taking>(old('T')));
    EXPECT_EQ(store.counters().receipt_number, 4711u);
    EXPECT_EQ(store.cursor(), "c-0001");
    EXPECT_EQ(store.message_counts().at(edi::MessageState::Waiting), 3u);
}

// permitd ends with 78 and says what to do; the store is left for the version that wrote it.
TEST(Upgrade, ANewerFormatEndsWith78AndIsLeftAsItIs) {
    const Scratch scratch;
    ASSERT_TRUE(store::open_rocks_store(scratch.path()));
    const std::string newer = store::encode(store::Format{store::format_number + 1});
    { Raw{scratch.path()}.put("default", "format", newer); }
    for (int i = 0; i < 2; ++i) {
        const auto opened = store::open_rocks_store(scratch.path());
        ASSERT_FALSE(opened);
        EXPECT_EQ(base::exit_status(opened.fault()), 78);
        EXPECT_NE(opened.fault().text.find("start that version"), std::string::npos)
            << opened.fault().text;
    }
    const auto format = store::look_at(scratch.path(), store::Column::Meta, store::format_key);
    ASSERT_TRUE(format) << format.fault().text;
    EXPECT_EQ(*format, newer);
}

// As version 1 wrote it: a record that bears nothing of version 2 and no row for its warning.
TEST(Upgrade, LicencesThatWereValidAreWarnedOf) {
    const Scratch scratch;
    make_store_of_format_1(scratch.path());
    auto rocks = store::Rocks::open(scratch.path());
    ASSERT_TRUE(rocks) << rocks.fault().text;
    auto told = licence("L-2", "2026-12-31");
    told.expiring_told = true;
    (*rocks)->write(
        {{{store::Column::Licences, "L-3"}, store::encode(licence("L-3", "2026-12-31"))},
         {{store::Column::Licences, "L-2"}, store::encode(told)}});
    rocks->reset();
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_TRUE(opened) << opened.fault().text;
    const auto expiring = (*opened)->expiring_until("2026-12-31", 9);
    ASSERT_EQ(expiring.size(), 1u);  // L-1 is exhausted
    EXPECT_EQ(expiring.front().number, "L-3");
}

// As an older version wrote them: records without rows for the oldest of each state.
TEST(Upgrade, TheOldestMessagesOfEachStateAreKnown) {
    const Scratch scratch;
    make_store_of_format_1(scratch.path());
    auto rocks = store::Rocks::open(scratch.path());
    ASSERT_TRUE(rocks) << rocks.fault().text;
    auto settled = message("M-1", 1);
    settled.state = edi::MessageState::Settled;
    (*rocks)->write({{{store::Column::Messages, store::key_of(settled)}, store::encode(settled)},
                     {{store::Column::Messages, store::key_of(message("M-2"))},
                      store::encode(message("M-2", 7))},
                     {{store::Column::Messages, store::key_of(message("M-3"))},
                      store::encode(message("M-3", 5))}});
    rocks->reset();
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_TRUE(opened) << opened.fault().text;
    EXPECT_EQ((*opened)->oldest_messages(),
              (std::map<edi::MessageState, base::Time>{{edi::MessageState::Waiting, at(5)}}));
}

TEST(Upgrade, WhatIsNewIsKeptInAStoreThatWasOlder) {
    const Scratch scratch;
    make_store_of_format_1(scratch.path());
    for (int i = 0; i < 2; ++i) {
        const auto opened = store::open_rocks_store(scratch.path());
        ASSERT_TRUE(opened) << opened.fault().text;
        if (i == 0) {
            const std::vector changes{one([](edi::Change& c) {
                c.registrations = {registration("S")};
                c.errands = {errand("M-1", 1)};
                c.catalogues = {catalogue(2026)};
                c.batch_runs = {batch_run("B-1")};
                c.batch_lines = {batch_lines("B-1", 1)};
            })};
            (*opened)->commit(changes);
        }
        EXPECT_EQ((*opened)->registration("S"), registration("S"));
        EXPECT_EQ((*opened)->errands({}, 9), (std::vector{errand("M-1", 1)}));
        EXPECT_EQ((*opened)->catalogue(2026), catalogue(2026));
        EXPECT_EQ((*opened)->batch_runs(), (std::vector{batch_run("B-1")}));
    }
}

TEST(Upgrade, AStoreThatLostAColumnOfItsOwnIsDamaged) {
    const Scratch scratch;
    ASSERT_TRUE(store::open_rocks_store(scratch.path()));
    { Raw{scratch.path()}.drop("licences"); }
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.fault().text.find("licences"), std::string::npos) << opened.fault().text;
}

}  // namespace
