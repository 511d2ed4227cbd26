// 企业注册信息表 as Poppler reads it.
#include <gmock/gmock.h>

#include "unit/print/fixture.hpp"

namespace {

using namespace print_test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

base::Result<std::string> printed(const print::RegistrationForm& form) {
    return print::registration_form(form, lists(), now);
}

TEST(RegistrationForm, ShowsEveryField) {
    const Pdf pdf{printed(registration())};
    EXPECT_EQ(pdf.pages(), 1);
    EXPECT_THAT(pdf.facts(), HasSubstr("(A4)"));
    EXPECT_THAT(pdf.fonts(), Not(HasSubstr(" no ")));
    const std::string page = pdf.unbroken(1);
    for (const char* text : {"企业注册信息表",
                             "备案状态Status备案成功",
                             "北京某某国际贸易有限公司",
                             "91110108MA0000015T",
                             "MA0000015",
                             "2省(自治区、直辖市)",
                             "3私营企业",
                             "110108北京市",
                             "海淀区示例路1号",
                             "2026-11-20",
                             "是Yes",
                             "赵六",
                             "100080",
                             "010-62345678",
                             "010-62345679",
                             "50000000",
                             "机电产品的进口、批发与维修",
                             "ic00012345",
                             "110000北京",
                             "李四",
                             "13900139000",
                             "021-52345678",
                             "li.si@example.com"})
        EXPECT_THAT(page, HasSubstr(text));
    for (const char* title : {"企业名称",     "统一社会信用代码",
                              "组织机构代码", "主管单位级别",
                              "单位性质",     "企业地址(省市)",
                              "邮编",         "备案时间",
                              "进出口经营权", "法定代表人",
                              "注册资本",     "电话",
                              "传真",         "经营范围",
                              "机电系统账户", "所属机电办",
                              "联系人",       "手机",
                              "联系电话",     "邮箱"})
        EXPECT_THAT(page, HasSubstr(title));
}

TEST(RegistrationForm, NeverShowsThePassword) {
    const std::string password = "S3cretPass";
    const auto document = printed(registration(password));
    EXPECT_EQ(Pdf{document}.text().find(password), std::string::npos);
    EXPECT_EQ(*document, *printed(registration("another")));
}

TEST(RegistrationForm, OfAnApprovedEnterpriseHasNoContact) {
    print::RegistrationForm form = registration();
    const base::Element enterprise = *form.registration.child("Enterprise");
    form.registration = enterprise;
    EXPECT_THAT(Pdf{printed(form)}.unbroken(1),
                AllOf(HasSubstr("北京某某国际贸易有限公司"), HasSubstr("ic00012345"),
                      Not(HasSubstr("李四"))));
}

TEST(RegistrationForm, StandsOnOnePageWithTheLongestTexts) {
    print::RegistrationForm form = registration();
    base::Element& enterprise = *form.registration.child("Enterprise");
    enterprise.child("Name")->text = repeated("名称", 50);
    enterprise.child("Address")->text = repeated("地址", 100);
    enterprise.child("BusinessScope")->text = repeated("经营", 250);
    form.registration.at("LicensingAccount/Email")->text = repeated("w", 88) + "@example.com";
    const Pdf pdf{printed(form)};
    EXPECT_EQ(pdf.pages(), 1);
    for (const std::string& text : {repeated("名称", 50), repeated("地址", 100),
                                    repeated("经营", 250), repeated("w", 88) + "@example.com"})
        EXPECT_THAT(pdf.unbroken(1), HasSubstr(text));
}

TEST(RegistrationForm, OfNothingHasTitlesOnly) {
    const Pdf pdf{printed({base::Element{"EnterpriseRegistration", {}}})};
    EXPECT_THAT(pdf.unbroken(1), AllOf(HasSubstr("企业名称"), HasSubstr("邮箱")));
}

TEST(RegistrationForm, MarksADraft) {
    print::RegistrationForm form = registration();
    form.state_zh = "暂存";
    EXPECT_THAT(Pdf{printed(form)}.unbroken(1), HasSubstr("【暂存】"));
}

}  // namespace
