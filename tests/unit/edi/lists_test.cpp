// Holds messages.md 2 (code lists are data, dated) and 6 (dated rates), and config/README.md.
#include "edi/lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "edi/csv.hpp"

namespace {

using testing::HasSubstr;

const std::string shipped = std::string(PERMITD_SOURCE) + "/config/codes";

base::Date day(const char* text) { return *base::parse_date(text); }

// A copy of the shipped lists that a test may spoil.
class Lists : public testing::Test {
protected:
    Lists() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("permitd-lists-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::copy(shipped, folder_);
    }
    ~Lists() override { std::filesystem::remove_all(folder_); }
    void write(const char* name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::string fault() {
        const auto lists = edi::Lists::load(folder_.string());
        return lists ? std::string{} : lists.fault().text;
    }
    std::filesystem::path folder_;
};

TEST_F(Lists, TheShippedListsAreSound) {
    const auto lists = edi::Lists::load(shipped);
    ASSERT_TRUE(lists) << lists.fault().text;
    const base::Date today = day("2026-11-22");
    EXPECT_TRUE(lists->has("trade-modes", "10", today));
    EXPECT_FALSE(lists->has("trade-modes", "99", today));
    EXPECT_FALSE(lists->has("no-such-list", "10", today));
    EXPECT_TRUE(lists->has("customs-offices", "2200", today));
    EXPECT_TRUE(lists->has("provinces", "44", today));
    EXPECT_EQ(lists->list("countries")->cell("KOR", "alpha2", today), "KR");
    EXPECT_EQ(lists->list("countries")->code_where("alpha2", "KR", today), "KOR");
    EXPECT_EQ(lists->list("countries")->cell("COD", "name_en", today),
              "Congo, The Democratic Republic of the");
    EXPECT_EQ(lists->list("no-such-list"), nullptr);
    EXPECT_EQ(lists->minor_units("JPY", today), 0);
    EXPECT_EQ(lists->minor_units("KWD", today), 3);
    EXPECT_EQ(lists->minor_units("XXX", today), 2);
    for (const auto& [code, row] : lists->list("countries")->rows)
        EXPECT_EQ(row.cells[1].size(), 2u) << code << " has no ISO alpha-2 code";
}

TEST_F(Lists, RmbIsAnAliasOfCny) {
    const auto lists = edi::Lists::load(shipped);
    ASSERT_TRUE(lists);
    const base::Date today = day("2026-11-22");
    EXPECT_TRUE(lists->has("currencies", "RMB", today));
    EXPECT_EQ(lists->canonical("currencies", "RMB", today), "CNY");
    EXPECT_EQ(lists->canonical("currencies", "USD", today), "USD");
    EXPECT_EQ(lists->canonical("currencies", "XXX", today), "XXX");
    EXPECT_EQ(lists->usd_rate("RMB", today), lists->usd_rate("CNY", today));
    // 142 is the customs code of both rows; the way back leads to CNY.
    EXPECT_EQ(lists->list("currencies")->code_where("customs_code", "142", today), "CNY");
}

TEST_F(Lists, TheNewestRateThatHasBegunCounts) {
    const auto lists = edi::Lists::load(shipped);
    ASSERT_TRUE(lists);
    const auto rate = [&](const char* currency, const char* on) {
        const auto value = lists->usd_rate(currency, day(on));
        return value ? value->text() : "none";
    };
    EXPECT_EQ(rate("EUR", "2025-12-31"), "none");
    EXPECT_EQ(rate("EUR", "2026-01-01"), "1.106");
    EXPECT_EQ(rate("EUR", "2026-06-30"), "1.106");
    EXPECT_EQ(rate("EUR", "2026-07-01"), "1.112");
    EXPECT_EQ(rate("EUR", "2030-01-01"), "1.112");
    EXPECT_EQ(rate("IDR", "2026-11-22"), "0.000061");
    EXPECT_EQ(rate("XXX", "2026-11-22"), "none");
}

TEST_F(Lists, ACommodityIsKnownFromItsFirstToItsLastDay) {
    const auto lists = edi::Lists::load(shipped);
    ASSERT_TRUE(lists);
    EXPECT_FALSE(lists->commodity("8457101000", day("2025-12-31")));
    EXPECT_TRUE(lists->commodity("8457101000", day("2026-01-01")));
    EXPECT_TRUE(lists->commodity("8457101000", day("2026-12-31")));
    EXPECT_FALSE(lists->commodity("8457101000", day("2027-01-01")));
    EXPECT_TRUE(lists->has_catalogue(2026));
    EXPECT_FALSE(lists->has_catalogue(2025));
    EXPECT_FALSE(lists->has_catalogue(2027));
    const auto car = lists->commodity("8703801090", day("2026-05-01"));
    ASSERT_TRUE(car);
    EXPECT_EQ(car->unit, "003");
    EXPECT_TRUE(car->needs_licence());
    EXPECT_TRUE(car->used_forbidden());
    const auto driver = lists->commodity("8430100000", day("2026-05-01"));
    ASSERT_TRUE(driver);
    EXPECT_FALSE(driver->needs_licence());
}

TEST_F(Lists, ARowIsReplacedByOneThatFollowsIt) {
    write("goods-uses.csv",
          "\xef\xbb\xbf"
          "code,name_zh,valid_from,valid_to\r\n"
          "01,\"old, \"\"so\"\" called\",,2026-06-30\r\n"
          "01,new,2026-07-01,\r\n");
    const auto lists = edi::Lists::load(folder_.string());
    ASSERT_TRUE(lists) << lists.fault().text;
    EXPECT_EQ(lists->list("goods-uses")->cell("01", "name_zh", day("2026-06-30")),
              "old, \"so\" called");
    EXPECT_EQ(lists->list("goods-uses")->cell("01", "name_zh", day("2026-07-01")), "new");
    EXPECT_EQ(lists->list("goods-uses")->cell("01", "no_such_column", day("2026-07-01")), "");
}

TEST_F(Lists, FaultsNameFileAndLine) {
    struct Case {
        const char* name;
        const char* text;
        const char* fault;
    };
    const char* head = "code,name_zh,valid_from,valid_to\n";
    const Case cases[] = {
        {"goods-uses.csv", "01,a,,\n02,b,\n", ":3: 3 cells, but 4 columns"},
        {"goods-uses.csv", "01,a,,\n01,b,,\n", ":3: code `01` is also in force by line 2"},
        {"goods-uses.csv", "01,a,,2026-06-30\n01,b,2026-06-30,\n", ":3: code `01` is also"},
        {"goods-uses.csv", "01,a,2026-02-30,\n", ":2: `2026-02-30` is not a day"},
        {"goods-uses.csv", "01,a,2026-02-01+08:00,\n", ":2: `2026-02-01+08:00` is not a day"},
        {"goods-uses.csv", "01,a,2026-02-02,2026-02-01\n", ":2: valid_to is before"},
        {"goods-uses.csv", ",a,,\n", ":2: the code is empty"},
        {"goods-uses.csv", " 01,a,,\n", ":2: white space around"},
        {"goods-uses.csv", "01,\"a\nb\",,\n02,\"x,,\n", ":4: a quote that is never closed"},
        {"goods-uses.csv", "01,a\"b\",,\n", ":2: a quote inside a cell"},
        {"goods-uses.csv", "01,\"a\"b,,\n", ":2: something stands behind a closing quote"},
        {"goods-uses.csv", "01,a,,\n\n02,b,,\n", ":3: an empty line"},
        {"goods-uses.csv", "01,\xff,,\n", ":1: the file is not UTF-8"},
    };
    for (const Case& each : cases) {
        write(each.name, std::string(head) + each.text);
        EXPECT_THAT(fault(), HasSubstr(std::string(each.name) + each.fault)) << each.text;
    }
}

TEST_F(Lists, FaultsAboutWhatTheRulesNeed) {
    const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
        {{"units.csv", "code,valid_from,valid_to\n001,,\n"}, "units.csv:1: column `counted`"},
        {{"units.csv", "code,counted,valid_from,valid_to\n001,yes,,\n"}, "units.csv:2: counted"},
        {{"currencies.csv",
          "code,customs_code,minor_units,alias_of,valid_from,valid_to\nUSD,502,9,,,\n"},
         "currencies.csv:2: minor_units"},
        {{"currencies.csv",
          "code,customs_code,minor_units,alias_of,valid_from,valid_to\nRMB,142,2,CNY,,\n"},
         "currencies.csv:2: `CNY` is not in currencies.csv"},
        {{"exchange-rates.csv", "code,usd_per_unit,valid_from,valid_to\nIDR,6.1e-05,,\n"},
         "exchange-rates.csv:2: usd_per_unit"},
        {{"exchange-rates.csv", "code,usd_per_unit,valid_from,valid_to\nIDR,0,,\n"},
         "exchange-rates.csv:2: usd_per_unit"},
        {{"exchange-rates.csv", "code,usd_per_unit,valid_from,valid_to\nXXX,1,,\n"},
         "exchange-rates.csv:2: `XXX` is not in currencies.csv"},
        {{"exchange-rates.csv",
          "code,usd_per_unit,valid_from,valid_to\nUSD,1,2026-01-01,\nUSD,2,2026-01-01,\n"},
         "exchange-rates.csv:3: code `USD` is also in force"},
        {{"commodities.csv",
          "code,name_zh,unit,supervision,valid_from,valid_to\n8457101000,x,999,O,,\n"},
         "commodities.csv:2: `999` is not in units.csv"},
        {{"goods-uses.csv", "name,code,valid_from,valid_to\n"},
         ":1: the first column must be `code`"},
        {{"goods-uses.csv", "code,name\n"}, ":1: column `valid_from` is missing"},
        {{"goods-uses.csv", "code,a,a,valid_from,valid_to\n"}, ":1: column `a` stands there twice"},
        {{"goods-uses.csv", ""}, ":1: the file is empty"},
    };
    for (const auto& [file, expected] : cases) {
        std::filesystem::copy(shipped, folder_,
                              std::filesystem::copy_options::recursive |
                                  std::filesystem::copy_options::overwrite_existing);
        write(file.first, file.second);
        EXPECT_THAT(fault(), HasSubstr(expected)) << file.second;
    }
}

TEST_F(Lists, AllFaultsAreToldAtOnce) {
    write("goods-uses.csv", "code,name\n");
    write("trade-modes.csv", "code,valid_from,valid_to\n10,x,\n");
    EXPECT_THAT(fault(), HasSubstr("goods-uses.csv:1"));
    EXPECT_THAT(fault(), HasSubstr("trade-modes.csv:2"));
}

TEST_F(Lists, AMissingListIsAFaultButCatalogueAndRatesMayBeMissing) {
    std::filesystem::remove(folder_ / "commodities.csv");
    std::filesystem::remove(folder_ / "exchange-rates.csv");
    const auto lists = edi::Lists::load(folder_.string());
    ASSERT_TRUE(lists) << lists.fault().text;
    EXPECT_FALSE(lists->has_catalogue(2026));
    EXPECT_FALSE(lists->usd_rate("USD", day("2026-11-22")));
    std::filesystem::remove(folder_ / "countries.csv");
    EXPECT_THAT(fault(), HasSubstr("countries.csv is missing"));
    std::filesystem::remove_all(folder_);
    EXPECT_THAT(fault(), HasSubstr(folder_.string()));
}

edi::CommodityCatalogue catalogue_of(int year, std::vector<edi::CommodityRow> rows) {
    return {year, "\"v1\"", {}, std::move(rows)};
}

// Replaces the year whole: a row that the gateway does not name is in force no more.
TEST_F(Lists, ACatalogueReplacesTheGoodsOfItsYear) {
    const auto shipped_lists = edi::Lists::load(shipped);
    ASSERT_TRUE(shipped_lists);
    const edi::Lists lists = shipped_lists->with(catalogue_of(
        2026, {{"8457101000", "新", "003", "6AO", "mofcom", "2026-03-01", "2026-12-31"}}));
    EXPECT_FALSE(lists.commodity("8457101000", day("2026-02-28")));
    const auto goods = lists.commodity("8457101000", day("2026-03-01"));
    ASSERT_TRUE(goods);
    EXPECT_EQ(goods->name, "新");
    EXPECT_EQ(goods->unit, "003");
    EXPECT_TRUE(goods->used_forbidden());
    EXPECT_EQ(lists.list("commodities")->cell("8457101000", "issuing_tier", day("2026-03-01")),
              "mofcom");
    EXPECT_FALSE(lists.commodity("8703801090", day("2026-05-01")));
    EXPECT_TRUE(shipped_lists->commodity("8703801090", day("2026-05-01")));
    EXPECT_TRUE(lists.has("units", "001", day("2026-05-01")));
    EXPECT_FALSE(lists.has_catalogue(2027));
}

TEST_F(Lists, ACatalogueLeavesTheYearsAroundItsOwnAlone) {
    write("commodities.csv",
          "code,name_zh,unit,supervision,issuing_tier,valid_from,valid_to\n"
          "1000000000,always,001,O,local,,\n"
          "2000000000,across,001,O,local,2025-07-01,2027-06-30\n"
          "3000000000,within,001,O,local,2026-02-01,2026-03-01\n"
          "4000000000,later,001,O,local,2027-01-01,\n");
    const auto loaded = edi::Lists::load(folder_.string());
    ASSERT_TRUE(loaded) << loaded.fault().text;
    const edi::Lists lists = loaded->with(catalogue_of(
        2026, {{"5000000000", "new", "001", "O", "local", "2026-01-01", "2026-12-31"}}));
    const auto in_force = [&](const char* on) {
        std::string codes;
        for (const edi::ListRow* each : lists.list("commodities")->in_force_on(day(on)))
            codes += each->code.front();
        return codes;
    };
    EXPECT_EQ(in_force("2025-06-30"), "1");
    EXPECT_EQ(in_force("2025-12-31"), "12");
    EXPECT_EQ(in_force("2026-01-01"), "5");
    EXPECT_EQ(in_force("2026-02-15"), "5");
    EXPECT_EQ(in_force("2026-12-31"), "5");
    EXPECT_EQ(in_force("2027-01-01"), "124");
    EXPECT_EQ(in_force("2027-07-01"), "14");
}

TEST_F(Lists, ACatalogueNeedsNoGoodsBesideIt) {
    std::filesystem::remove(folder_ / "commodities.csv");
    const auto loaded = edi::Lists::load(folder_.string());
    ASSERT_TRUE(loaded) << loaded.fault().text;
    const edi::Lists lists = loaded->with(catalogue_of(
        2026, {{"5000000000", "new", "001", "O", "local", "2026-01-01", "2026-12-31"}}));
    const auto goods = lists.commodity("5000000000", day("2026-05-01"));
    ASSERT_TRUE(goods);
    EXPECT_EQ(goods->name, "new");
    EXPECT_EQ(goods->unit, "001");
    EXPECT_TRUE(goods->needs_licence());
}

TEST_F(Lists, TheRowsOfADayAreOneACodeByCodeAndTheNewest) {
    write("goods-uses.csv",
          "code,name_zh,valid_from,valid_to\n"
          "03,c,,\n"
          "01,old,,2026-06-30\n"
          "01,new,2026-07-01,\n"
          "02,past,,2025-12-31\n");
    const auto lists = edi::Lists::load(folder_.string());
    ASSERT_TRUE(lists) << lists.fault().text;
    const auto rows = [&](const char* on) {
        std::string found;
        for (const edi::ListRow* each : lists->list("goods-uses")->in_force_on(day(on)))
            found += each->code + each->cells[1] + ' ';
        return found;
    };
    EXPECT_EQ(rows("2026-06-30"), "01old 03c ");
    EXPECT_EQ(rows("2026-07-01"), "01new 03c ");
    EXPECT_EQ(rows("2025-12-31"), "01old 02past 03c ");
    edi::List list{"a", {"code"}, {}};
    list.rows.emplace("1", edi::ListRow{"1", "2026-01-01", "", {"first"}});
    list.rows.emplace("1", edi::ListRow{"1", "2026-02-01", "", {"second"}});
    list.rows.emplace("1", edi::ListRow{"1", "", "", {"ever"}});
    ASSERT_EQ(list.in_force_on(day("2026-05-01")).size(), 1u);
    EXPECT_EQ(list.in_force_on(day("2026-05-01")).front()->cells[0], "second");
}

// What is written is read back as it was, whatever stands in the cells.
TEST(Csv, IsReadBackAsItWasWritten) {
    const std::vector<std::vector<std::string>> rows{
        {"code", "name_zh"}, {"", ""}, {"a,b", "say \"no\""}, {"one\r\ntwo", " 空 "}, {"\""}};
    std::string text;
    for (const auto& each : rows) text += edi::csv_line(each);
    EXPECT_TRUE(text.starts_with("code,name_zh\r\n,\r\n\"a,b\",\"say \"\"no\"\"\"\r\n"));
    const auto read = edi::parse_csv(text);
    ASSERT_TRUE(read) << read.fault().text;
    ASSERT_EQ(read->size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ((*read)[i].cells, rows[i]);
}

TEST(Csv, CutsAnywhereNeverCrash) {
    const std::string text = "code,\"a\"\"b\",\r\n1,\"x\ny\",\xe4\xba\xba\r\n";
    for (std::size_t size = 0; size <= text.size(); ++size)
        (void)edi::parse_csv(std::string_view(text).substr(0, size));
    const auto rows = edi::parse_csv(text);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2u);
    EXPECT_EQ((*rows)[0].cells, (std::vector<std::string>{"code", "a\"b", ""}));
    EXPECT_EQ((*rows)[1].cells, (std::vector<std::string>{"1", "x\ny", "人"}));
    EXPECT_EQ((*rows)[1].line, 2u);
}

}  // namespace
