// Mapper::request for all that is no application, and Mapper::question: gateway.md, "Shapes".
#include "fixture.hpp"

namespace {

using fixture::mapper;
using small_xml::read;
using small_xml::shown;
using testing::HasSubstr;
using testing::Not;

const base::Time at = *base::parse_time("2026-11-22T09:30:00Z");

base::Result<base::Element> requested(const std::string& content,
                                      const mapping::Mapper& by = mapper()) {
    return by.request(fixture::key, at, read(content), fixture::day);
}

std::string fault_of(const std::string& content) {
    const auto made = requested(content);
    return made ? "no fault" : made.fault().text;
}

std::string wire(const std::string& type, const std::string& body) {
    return "<mepRequest type=\"" + type + "\" key=\"" + fixture::key +
           "\" at=\"2026-11-22T17:30:00.000+08:00\">" + body + "</mepRequest>";
}

std::string replaced(std::string text, const std::string& piece, const std::string& by) {
    return text.replace(text.find(piece), piece.size(), by);
}

TEST(Request, AWithdrawalNamesTheApplicationTwice) {
    const auto made = requested(fixture::withdrawal);
    ASSERT_TRUE(made) << made.fault().text;
    EXPECT_EQ(shown(*made), shown(read(wire("withdrawal",
                                            "<withdrawal><applicationNo>2026110000000123"
                                            "</applicationNo><clientRef>PO-1</clientRef>"
                                            "</withdrawal>"))));
}

TEST(Request, ABindingHasAccountAndPassword) {
    const auto made = requested(fixture::binding);
    ASSERT_TRUE(made) << made.fault().text;
    EXPECT_EQ(shown(*made),
              shown(read(wire("binding",
                              "<binding><account>acme</account><accountPwd>s3cret word</accountPwd>"
                              "</binding>"))));
}

TEST(Request, ARegistrationHasEveryLeafInTheOrderOfTheSchema) {
    const auto made = requested(fixture::registration);
    ASSERT_TRUE(made) << made.fault().text;
    const std::string body =
        "<registration><enterprise><uscc>91110108MA0000015T</uscc>"
        "<organizationCode>MA0000015</organizationCode><name>进口商</name>"
        "<authorityLevel>1</authorityLevel><entityType>2</entityType><region>110108</region>"
        "<address>北京</address><registeredOn>2001-02-03</registeredOn>"
        "<tradingRight>true</tradingRight><legalRepresentative>张三</legalRepresentative>"
        "<postcode>100000</postcode><phone>010-12345678</phone><fax>010-12345679</fax>"
        "<registeredCapital>5000000.00</registeredCapital><businessScope>机电</businessScope>"
        "</enterprise><licensingAccount><accountPwd>s3cret word</accountPwd>"
        "<contactName>李四</contactName><mobile>13800138000</mobile><phone>010-12345670</phone>"
        "<email>a@b.example</email><licensingOffice>1100</licensingOffice></licensingAccount>"
        "</registration>";
    EXPECT_EQ(shown(*made), shown(read(wire("registration", body))));
}

TEST(Request, OfAContentThatNobodyMapsIsAFault) {
    EXPECT_THAT(fault_of("<CodeListQuery/>"), HasSubstr("'CodeListQuery'"));
    // A table there is, but none that makes a request.
    EXPECT_THAT(fault_of("<Question><About>process</About></Question>"), HasSubstr("'Question'"));
}

TEST(Request, WhatIsMissingOrUnknownIsAFault) {
    EXPECT_THAT(fault_of(replaced(fixture::registration, "<TradingRight>1", "<TradingRight>maybe")),
                HasSubstr("Enterprise/TradingRight: value 'maybe'"));
    EXPECT_THAT(fault_of(replaced(fixture::registration, ">2001-02-03<", ">2001-02-30<")),
                HasSubstr("is not a date"));
    EXPECT_THAT(fault_of("<ApplicationWithdraw><ApplicationRef>PO-1</ApplicationRef>"
                         "</ApplicationWithdraw>"),
                HasSubstr("applicationNo is missing"));
    EXPECT_THAT(fault_of("<AccountBinding><Account>a</Account><Password/></AccountBinding>"),
                HasSubstr("accountPwd is missing"));
}

// messages.md 3.1: a password is told to nobody, whatever a table tries with it.
TEST(Request, AFaultNeverTellsAPassword) {
    for (const char* options :
         {"{as: date}", "{as: base64}", "{values: {x: y}}", "{list: countries, take: alpha2}"}) {
        const fixture::Spoiled directory("binding.yaml", "- Password -> accountPwd",
                                         std::string("- Password -> accountPwd: ") + options);
        const auto spoiled = mapping::Mapper::load(directory.path(), fixture::lists());
        ASSERT_TRUE(spoiled) << spoiled.fault().text;
        const auto made = requested(fixture::binding, *spoiled);
        ASSERT_FALSE(made) << options;
        EXPECT_THAT(made.fault().text, Not(HasSubstr("s3cret")));
        EXPECT_THAT(made.fault().text, HasSubstr("Password: cannot be converted"));
    }
    // Nor where another element of ours becomes it.
    const fixture::Spoiled directory("binding.yaml", "- Account -> account\n  - Password",
                                     "- Password -> account\n  - Account");
    {
        std::string text = fixture::read(directory.path() + "/binding.yaml");
        text = replaced(text, "- Password -> account\n", "- Password -> account: {as: date}\n");
        text = replaced(text, "- Account -> accountPwd", "- Account -> accountPwd: {as: date}");
        std::ofstream(directory.path() + "/binding.yaml") << text;
    }
    const auto spoiled = mapping::Mapper::load(directory.path(), fixture::lists());
    ASSERT_TRUE(spoiled) << spoiled.fault().text;
    const auto made = requested(fixture::binding, *spoiled);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.fault().text, Not(HasSubstr("s3cret")));
    EXPECT_THAT(made.fault().text, Not(HasSubstr("acme")));
}

std::string question(const std::string& about, const std::string& numbers) {
    return "<Question><About>" + about + "</About>" + numbers + "</Question>";
}

TEST(Question, NamesItsGroupAndItsNumber) {
    const auto asked = [](const std::string& about, const std::string& numbers) {
        const auto made = mapper().question(read(question(about, numbers)));
        return made ? shown(*made) : made.fault().text;
    };
    EXPECT_EQ(asked("applicationStatus", "<ApplicationNo>2026110000000123</ApplicationNo>"),
              shown(read("<mepQuery><applicationStatus><applicationNo>2026110000000123"
                         "</applicationNo></applicationStatus></mepQuery>")));
    EXPECT_EQ(
        asked("balance", "<LicenceNo>26-AB-000001</LicenceNo>"),
        shown(read("<mepQuery><balance><licenceNo>26-AB-000001</licenceNo></balance></mepQuery>")));
    EXPECT_EQ(asked("registrationStatus", "<Uscc>91110108MA0000015T</Uscc>"),
              shown(read("<mepQuery><registrationStatus><tradeScCode>91110108MA0000015T"
                         "</tradeScCode></registrationStatus></mepQuery>")));
}

TEST(Question, AboutNothingKnownOrOfNoneOrTwoIsAFault) {
    const std::string no = "<ApplicationNo>2026110000000123</ApplicationNo>";
    for (const std::string& bad :
         {question("weather", no), question("", no), question("process", ""),
          question("process", no + "<Uscc>91110108MA0000015T</Uscc>"),
          "<Question>" + no + "</Question>"}) {
        const auto made = mapper().question(read(bad));
        ASSERT_FALSE(made) << bad;
        EXPECT_EQ(made.fault().remedy, base::Remedy::AskOperator);
    }
    EXPECT_THAT(mapper().question(read(question("weather", no))).fault().text,
                HasSubstr("'weather'"));
}

}  // namespace
