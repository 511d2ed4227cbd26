// Mapper::answer and Mapper::catalogue: what the gateway answers to questions.
#include "fixture.hpp"

namespace {

using fixture::mapper;
using small_xml::read;
using small_xml::shown;

std::string replaced(std::string text, const std::string& piece, const std::string& by) {
    const std::size_t place = text.find(piece);
    EXPECT_NE(place, std::string::npos) << piece;
    return place == std::string::npos ? text : text.replace(place, piece.size(), by);
}

TEST(MinistryAnswer, TellsHowThingsStandAndBringsResults) {
    const auto answer = mapper().answer(read(fixture::wire_answer));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->about, "applicationStatus");
    EXPECT_EQ(base::iso(answer->at), "2026-11-22T09:30:00.000+08:00");
    EXPECT_EQ(answer->state, "UNDER_REVIEW");
    EXPECT_EQ(answer->application_no, "2026110000000123");
    EXPECT_EQ(answer->licence_no, "26-AB-000002");
    EXPECT_EQ(answer->account, "acme");
    EXPECT_EQ(answer->expiry, "2026-12-31");
    EXPECT_EQ(answer->uses_left, "11");
    EXPECT_EQ(answer->quantity_left, "57.5");
    ASSERT_EQ(answer->results.size(), 2u);
    EXPECT_EQ(answer->results[0].id, "r1");
    EXPECT_EQ(answer->results[0].seq, 3u);
    EXPECT_EQ(shown(answer->results[1].body),
              shown(read("<CustomsTransfer><LicenceNo>26-AB-000001</LicenceNo><State>SENT</State>"
                         "</CustomsTransfer>")));
}

// The same result is the same, whoever brings it.
TEST(MinistryAnswer, BringsResultsAsAPageDoes) {
    const std::size_t from = fixture::wire_answer.find("<result ");
    const std::string results =
        fixture::wire_answer.substr(from, fixture::wire_answer.find("</mepAnswer>") - from);
    const auto page = mapper().results(
        read("<mepResults cursor=\"c\" more=\"false\">" + results + "</mepResults>"));
    const auto answer = mapper().answer(read(fixture::wire_answer));
    ASSERT_TRUE(page && answer);
    EXPECT_EQ(page->results, answer->results);
}

TEST(MinistryAnswer, EveryStateHasItsCode) {
    const std::vector<std::pair<std::string, std::string>> states = {
        {"none", "NONE"},         {"under-review", "UNDER_REVIEW"}, {"returned", "RETURNED"},
        {"approved", "APPROVED"}, {"disapproved", "DISAPPROVED"},   {"withdrawn", "WITHDRAWN"},
        {"on-hold", "on-hold"}};  // a fact: one that nobody knows stays as it came
    for (const auto& [wire, code] : states) {
        const auto answer =
            mapper().answer(read(replaced(fixture::wire_answer, "under-review", wire)));
        ASSERT_TRUE(answer) << wire;
        EXPECT_EQ(answer->state, code);
    }
}

TEST(MinistryAnswer, MayHaveNothingToTell) {
    const auto answer =
        mapper().answer(read("<mepAnswer about=\"process\" at=\"2026-11-22T09:30:00+08:00\"/>"));
    ASSERT_TRUE(answer);
    edi::MinistryAnswer nothing;
    nothing.about = "process";
    nothing.at = *base::parse_time("2026-11-22T09:30:00+08:00");
    EXPECT_EQ(*answer, nothing);
}

TEST(MinistryAnswer, OfAnotherTypeOrWithoutWhatItMustHaveIsNone) {
    for (const auto& [piece, by] : std::vector<std::pair<std::string, std::string>>{
             {" about=\"applicationStatus\"", ""},
             {"applicationStatus", " "},
             {" at=\"2026-11-22T01:30:00Z\"><status>", "><status>"},
             {"2026-11-22T01:30:00Z", "yesterday"},
             {"<state>under-review</state>", ""},
             {"<licenceNo>26-AB-000002</licenceNo>", ""},
             {" seq=\"3\"", ""},
             {" id=\"r2\"", ""},
             {"<review><decision>returned</decision><opinion>改</opinion></review>", ""}})
        EXPECT_FALSE(mapper().answer(read(replaced(fixture::wire_answer, piece, by)))) << piece;
    EXPECT_FALSE(mapper().answer(read("<mepResults cursor=\"\" more=\"false\"/>")));
    EXPECT_FALSE(mapper().answer(read("<Answer><About>process</About></Answer>")));
}

TEST(Catalogue, HasItsYearAndRows) {
    const auto catalogue = mapper().catalogue(read(fixture::wire_catalogue));
    ASSERT_TRUE(catalogue);
    edi::CommodityCatalogue expected;
    expected.year = 2027;
    expected.rows = {{"8457101000", "加工中心", "001", "6AO", "mofcom", "2027-01-01", "2027-12-31"},
                     {"8457102000", "机", "006", "", "", "2027-03-01", "2027-06-30"}};
    EXPECT_EQ(*catalogue, expected);
}

TEST(Catalogue, OfAnotherTypeOrWithARowThatLacksSomethingIsNone) {
    for (const auto& [piece, by] : std::vector<std::pair<std::string, std::string>>{
             {" year=\"2027\"", ""},
             {"\"2027\"", "\"next\""},
             {"\"2027\"", "\"0000\""},
             {"\"2027\"", "\"20270\""},
             {"<code>8457102000</code>", "<code> </code>"},
             {"<name>机</name>", ""},
             {"<unit>006</unit>", ""},
             {"<validFrom>2027-03-01</validFrom>", ""},
             {"2027-03-01", "spring"},
             {"2027-06-30", "2027-06-31"}})
        EXPECT_FALSE(mapper().catalogue(read(replaced(fixture::wire_catalogue, piece, by))))
            << piece;
    EXPECT_FALSE(mapper().catalogue(read("<mepCatalogue year=\"2027\"/>")));
    EXPECT_FALSE(mapper().catalogue(read(fixture::wire_answer)));
}

}  // namespace
