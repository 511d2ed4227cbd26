// 机电产品进口申请表 as Poppler reads it: what stands in its boxes, on which page, and in what font.
#include <gmock/gmock.h>

#include "base/hash.hpp"
#include "edi/application.hpp"
#include "unit/print/fixture.hpp"

namespace {

using namespace print_test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

base::Result<std::string> printed(const std::vector<print::ApplicationForm>& forms) {
    return print::application_forms(forms, lists(), now);
}

void set(print::ApplicationForm& form, std::string_view path, const std::string& text) {
    form.application.at(path)->text = text;
}

// As long as messages.md 3.2 and the gateway's schema let them be.
print::ApplicationForm longest_form(const std::string& two_characters) {
    print::ApplicationForm form = machine_form(8);
    set(form, "Importer/Name", repeated(two_characters, 50));
    set(form, "EndUser/Name", repeated(two_characters, 50));
    set(form, "Handler/Name", repeated(two_characters, 15));
    set(form, "Remarks", repeated(two_characters, 50));
    set(form, "UsageMode", "multi-batch");
    for (base::Element& each : form.application.at("SingleMachine")->children) {
        if (each.name == "CommodityName") each.text = repeated(two_characters, 127);
        if (each.name != "Specification") continue;
        each.child("Model")->text = repeated(two_characters, 127) + "#";
        each.child("Quantity")->text = "12345678901234.1234";
        each.child("UnitPrice")->text = "98765432109876.5432";
        each.child("Amount")->text = "1219326320073159566072244.70";
        each.child("AmountUsd")->text = "1219326320073159566072244.70";
    }
    form.reference = repeated("W", 64);
    form.application_no = repeated("9", 20);
    form.opinion = repeated(two_characters, 500);
    form.office = repeated(two_characters, 50);
    form.officer = repeated(two_characters, 50);
    return form;
}

// Boxes of words reach from the font's ascent to its descent; ink is what must not meet.
bool overlap(const Word& a, const Word& b) {
    const double a_inset = (a.bottom - a.top) / 6, b_inset = (b.bottom - b.top) / 6;
    return a.page == b.page && a.left < b.right && b.left < a.right &&
           a.top + a_inset < b.bottom - b_inset && b.top + b_inset < a.bottom - a_inset;
}

void expect_tidy(const Pdf& pdf) {
    const std::vector<Word> words = pdf.words();
    EXPECT_GT(words.size(), 20u);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const Word& word = words[i];
        const bool inside =
            word.left > 42 && word.right < 553.5 && word.top > 40 && word.bottom < 802;
        EXPECT_TRUE(inside) << word.text << " is in the margin of page " << word.page;
        for (std::size_t other = i + 1; other < words.size(); ++other)
            EXPECT_FALSE(overlap(word, words[other]))
                << word.text << " and " << words[other].text << " on page " << word.page;
    }
}

TEST(ApplicationForm, ShowsEveryBox) {
    const Pdf pdf{printed({machine_form(3)})};
    const std::string page = pdf.unbroken(1);
    for (const char* text : {"机电产品进口申请表",
                             "年度Year2026",
                             "单证编号ReferencePO-2026-0003",
                             "状态Status审批通过",
                             "1.进口商Importer编码Code1101MA0000015北京某某国际贸易有限公司",
                             "USCC91110108MA0000015T",
                             "2.进口用户Consignee深圳某某机械设备有限公司",
                             "Region440300广东省",
                             "申请表号ApplicationNo.2026110000000123",
                             "许可证号LicenceNo.26-11-A00123",
                             "Nameofoperator张三",
                             "Telephone13800138000",
                             "4.有效截止日期Automaticimportlicenceexpirydate2026-12-31",
                             "5.贸易方式Termsoftrade10一般贸易",
                             "01银行购汇",
                             "2200上海海关",
                             "5200黄埔关区",
                             "韩国KOR",
                             "日本JPN",
                             "10.商品用途Useofgoods01直接销售",
                             "立式加工中心",
                             "8457101000",
                             "新New",
                             "12.规格、型号",
                             "13.单位",
                             "14.数量",
                             "15.单价(币别)",
                             "16.总值(币别)",
                             "17.总值折美元",
                             "EUR欧元",
                             "VMC-1数控001台16603306.699652907.0410425139.60",
                             "18.总计Total4814343466.0015490943.28",
                             "19.备注",
                             "招标编号0701-2640",
                             "20.发证机关签章/审批意见",
                             "同意进口。",
                             "北京市机电产品进出口办公室王五",
                             "21.发证日期Licencedate2026-11-20",
                             "打印日期Printedon2026-11-22",
                             "第1页共1页"})
        EXPECT_THAT(page, HasSubstr(text));
    EXPECT_THAT(page, Not(HasSubstr("一批一证")));
    EXPECT_THAT(page, Not(HasSubstr("暂存")));
    expect_tidy(pdf);
}

TEST(ApplicationForm, IsA4WithEmbeddedSubsetFontsAndADate) {
    const Pdf pdf{printed({machine_form(3)})};
    EXPECT_THAT(pdf.facts(), AllOf(HasSubstr("(A4)"), HasSubstr("机电产品进口申请表"),
                                   HasSubstr("CreationDate:    Sun Nov 22 01:30:00 2026 UTC")));
    EXPECT_THAT(pdf.fonts(), HasSubstr("NotoSansCJK"));
    EXPECT_THAT(pdf.fonts(), Not(HasSubstr(" no ")));  // embedded, subset, Unicode
    EXPECT_LT(printed({machine_form(3)})->size(), 200'000u) << "the whole font is in it";
}

TEST(ApplicationForm, SetsSixLinesOnTheFirstPageAndTheOthersOnContinuationPages) {
    EXPECT_EQ(Pdf{printed({machine_form(1)})}.pages(), 1);
    EXPECT_EQ(Pdf{printed({machine_form(6)})}.pages(), 1);
    const Pdf seven{printed({machine_form(7)})};
    ASSERT_EQ(seven.pages(), 2);
    EXPECT_THAT(seven.unbroken(1),
                AllOf(HasSubstr("VMC-6数控"), Not(HasSubstr("VMC-7数控")),
                      HasSubstr("共7项，第7项起见续页"), HasSubstr("第1页共2页")));
    EXPECT_THAT(seven.unbroken(2),
                AllOf(HasSubstr("机电产品进口申请表（续页）"), HasSubstr("PO-2026-0003"),
                      HasSubstr("2026110000000123"), HasSubstr("26-11-A00123"),
                      HasSubstr("12.规格、型号"), HasSubstr("VMC-7数控"), HasSubstr("第2页共2页")));
    expect_tidy(seven);
}

TEST(ApplicationForm, LosesNoneOfSixtyLines) {
    const Pdf pdf{printed({machine_form(60)})};
    const int pages = pdf.pages();
    EXPECT_EQ(pages, 4);
    std::string all;
    for (int page = 1; page <= pages; ++page) all += pdf.unbroken(page);
    std::size_t at = 0;
    for (int line = 1; line <= 60; ++line) {
        at = all.find("VMC-" + std::to_string(line) + "数控", at);
        ASSERT_NE(at, std::string::npos) << line;
    }
    expect_tidy(pdf);
}

TEST(ApplicationForm, DescribesAProjectInPlaceOfLines) {
    const Pdf pdf{printed({project_form()})};
    EXPECT_EQ(pdf.pages(), 1);
    const std::string page = pdf.unbroken(1);
    for (const char* text :
         {"项目名称Nameofproject某某汽车焊装线技术改造项目", "2技术改造", "C制造", "CHF瑞士法郎",
          "Amount1250000.00", "USD1412500.00", "18.总计Total1250000.001412500.00"})
        EXPECT_THAT(page, HasSubstr(text));
    EXPECT_THAT(page, Not(HasSubstr("12.规格、型号")));
    print::ApplicationForm longest = project_form();
    set(longest, "Project/Name", repeated("项目", 100));
    const Pdf long_name{printed({longest})};
    EXPECT_THAT(long_name.unbroken(1), HasSubstr(repeated("项目", 100)));
    expect_tidy(long_name);
}

TEST(ApplicationForm, PrintsTitlesWhereNothingIsKnown) {
    const Pdf pdf{printed({print::ApplicationForm{base::Element{"LicenceApplication", {}}}})};
    EXPECT_EQ(pdf.pages(), 1);
    EXPECT_THAT(pdf.unbroken(1), AllOf(HasSubstr("1.进口商"), HasSubstr("21.发证日期")));
    expect_tidy(pdf);
}

TEST(ApplicationForm, MarksADraftAndMultiBatchUse) {
    print::ApplicationForm form = machine_form(1);
    form.state_zh = edi::chinese_of(edi::ApplicationState::Draft);
    set(form, "UsageMode", "multi-batch");
    const Pdf pdf{printed({form})};
    EXPECT_THAT(pdf.unbroken(1), AllOf(HasSubstr("【暂存】"), HasSubstr("状态Status暂存"),
                                       HasSubstr("非一批一证招标编号")));
}

TEST(ApplicationForm, PrintsAnUnknownCodeAlone) {
    print::ApplicationForm form = machine_form(1);
    set(form, "TradeMode", "98");
    set(form, "OriginCountry", "XQZ");
    set(form, "SingleMachine/Condition", "used");
    EXPECT_THAT(Pdf{printed({form})}.unbroken(1),
                AllOf(HasSubstr("Termsoftrade98"), HasSubstr("Country/RegionoforiginXQZ"),
                      HasSubstr("旧Used")));
}

TEST(ApplicationForm, CutsNothingOfTheLongestTexts) {
    for (const std::string two : {"机电", "We", "i "}) {
        const Pdf pdf{printed({longest_form(two)})};
        std::string all, expected = two;
        for (int page = 1; page <= pdf.pages(); ++page) all += pdf.unbroken(page);
        std::erase(expected, ' ');
        EXPECT_THAT(pdf.unbroken(1), HasSubstr(repeated(expected, 500))) << "the opinion";
        std::size_t at = 0;
        for (int line = 0; line < 8; ++line, ++at) {
            at = all.find(repeated(expected, 127) + "#", at);
            ASSERT_NE(at, std::string::npos) << "model " << line << " of " << two;
        }
        for (const char* figure : {"12345678901234.1234", "98765432109876.5432"})
            EXPECT_THAT(all, HasSubstr(figure));
        expect_tidy(pdf);
    }
}

TEST(ApplicationForm, KeepsTheLinesOfAnOpinionAsLongAsTheyFit) {
    print::ApplicationForm form = machine_form(1);
    form.opinion = "同意。\n请注意有效期。";
    EXPECT_THAT(Pdf{printed({form})}.text(), testing::ContainsRegex("同意。 *\n[^\n]*请注意"));
    form.opinion = repeated("同\n", 500);
    const Pdf pdf{printed({form})};
    EXPECT_EQ(pdf.pages(), 1);
    EXPECT_THAT(pdf.unbroken(1), HasSubstr(repeated("同", 500)));
    expect_tidy(pdf);
}

TEST(ApplicationForm, TakesValuesForTextWhateverTheyAre) {
    print::ApplicationForm form = machine_form(1);
    set(form, "Importer/Name", "<b>甲</b> & &amp; 乙");
    set(form, "Remarks", std::string("前\x01\x7f\tmid\0后", 13) + "\xff\xc3");
    set(form, "EndUser/Name", "😀 \u202eabc ﷽ é Ω ก");
    const Pdf pdf{printed({form})};
    EXPECT_THAT(pdf.unbroken(1),
                AllOf(HasSubstr("<b>甲</b>&&amp;乙"), HasSubstr("mid后"), HasSubstr("abc")));
    expect_tidy(pdf);
}

TEST(ApplicationForm, BreaksWordsWithoutHyphens) {
    print::ApplicationForm form = machine_form(1);
    set(form, "SingleMachine/Specification/Model", repeated("W", 255));
    EXPECT_THAT(Pdf{printed({form})}.unbroken(1), HasSubstr(repeated("W", 255)));
}

TEST(ApplicationForm, PrintsManyFormsInOneDocument) {
    std::vector<print::ApplicationForm> forms;
    for (int i = 1; i <= 500; ++i) {
        forms.push_back(machine_form(i % 100 == 0 ? 7 : 2));
        forms.back().reference = "PO-" + std::to_string(i);
    }
    const Pdf pdf{printed(forms)};
    EXPECT_EQ(pdf.pages(), 505);
    EXPECT_THAT(pdf.unbroken(1), AllOf(HasSubstr("ReferencePO-1"), HasSubstr("第1页共1页")));
    EXPECT_THAT(pdf.unbroken(101), AllOf(HasSubstr("ReferencePO-100"), HasSubstr("第2页共2页")));
    EXPECT_THAT(pdf.unbroken(505), AllOf(HasSubstr("ReferencePO-500"), HasSubstr("续页")));
}

TEST(ApplicationForm, OfNothingIsAFault) { EXPECT_FALSE(printed({})); }

TEST(ApplicationForm, IsTheSameBytesForTheSameInput) {
    const std::vector<print::ApplicationForm> forms{machine_form(7), project_form()};
    const auto first = printed(forms), second = printed(forms);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
    const auto later = print::application_forms(forms, lists(), now + std::chrono::seconds(1));
    EXPECT_NE(*first, *later);
}

// The death tests begin anew in another process, with other addresses and no caches.
class ColdStart : public testing::Test {
protected:
    ColdStart() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ColdStart, TheBytesAreTheSame) {
    const std::string digest = base::sha256_hex(*printed({machine_form(7)}));
    EXPECT_EXIT(
        {
            const auto warm = printed({project_form()});
            std::cerr << (warm ? base::sha256_hex(*printed({machine_form(7)})) : "");
            std::exit(0);
        },
        testing::ExitedWithCode(0), digest);
}

TEST_F(ColdStart, AHostWithoutChineseFontsIsToldWhatToInstall) {
    EXPECT_EXIT(
        {
            const std::string empty = testing::TempDir() + "/permitd-no-fonts.conf";
            std::ofstream(empty) << "<?xml version=\"1.0\"?><fontconfig></fontconfig>";
            ::setenv("FONTCONFIG_FILE", empty.c_str(), 1);
            const auto document = printed({machine_form(1)});
            std::cerr << (document ? "it printed boxes" : document.fault().text);
            std::exit(0);
        },
        testing::ExitedWithCode(0), "install fonts-noto-cjk");
}

}  // namespace
