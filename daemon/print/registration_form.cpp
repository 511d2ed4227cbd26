// 企业注册信息表.
#include <algorithm>

#include "edi/registration.hpp"
#include "print/boxes.hpp"
#include "print/names.hpp"
#include "print/print.hpp"

namespace print {

namespace {

constexpr double name_width = 92, field_height = 30, group_height = 24, scope_height = 90;
constexpr double seal_height = 80, field_height_most = 130, seal_height_most = 150;

const base::Element no_element{};

std::string yes_or_no(std::string_view flag) {
    if (flag == "true" || flag == "1") return "是 Yes";
    if (flag == "false" || flag == "0") return "否 No";
    return std::string{flag};
}

class RegistrationBoxes {
public:
    RegistrationBoxes(const Sheet& sheet, const RegistrationForm& form, const Names& names)
        : sheet_(sheet), form_(form), names_(names) {
        const base::Element& given = form.registration;
        const base::Element* enterprise = given.child("Enterprise");
        enterprise_ = enterprise ? enterprise : &given;
        const base::Element* account = given.child("LicensingAccount");
        account_ = account ? account : &no_element;
    }

    std::vector<Row> heading() const {
        return print::heading(sheet_, "企业注册信息表",
                              "REGISTRATION FORM OF ENTERPRISE, IMPORT OF MECHANICAL AND "
                              "ELECTRICAL PRODUCTS",
                              {{form_width, {head_line()}}});
    }

    std::vector<Row> rows() {
        enterprise_rows();
        account_rows();
        const auto seal = [&](const char* zh, const char* en) {
            return Box{form_width / 2, {title(zh, en)}};
        };
        rows_.emplace_back(sheet_,
                           std::vector<Box>{seal("企业签章", "Seal of the enterprise"),
                                            seal("所属机电办签章", "Stamp of the M&E office")},
                           seal_height);
        return std::move(rows_);
    }

private:
    Paragraph head_line() const {
        Paragraph line = labelled("备案状态", "Status", form_.state_zh);
        line.align = Align::Right;
        if (form_.state_zh == edi::chinese_of(edi::RegistrationState::Draft))
            line.runs.insert(line.runs.begin(), {"【暂存】", 13});
        return line;
    }

    std::string of_enterprise(const char* name) const {
        return std::string{enterprise_->text_at(name)};
    }
    std::string of_account(const char* name) const { return std::string{account_->text_at(name)}; }
    std::string coded(const char* list, const char* name) const {
        return names_.named(list, of_enterprise(name));
    }

    struct Field {
        const char* zh;
        const char* en;
        std::string text;
    };

    void group(const char* zh, const char* en) {
        const Paragraph name{{{zh, value_size}, {std::string(" ") + en, label_size}}};
        rows_.emplace_back(sheet_, std::vector<Box>{{form_width, {name}, Seat::Middle}},
                           group_height);
    }

    void row(const std::vector<Field>& fields, double height_least = field_height) {
        const double text_width = form_width / static_cast<double>(fields.size()) - name_width;
        std::vector<Box> boxes;
        for (const Field& field : fields) {
            boxes.push_back({name_width,
                             {{{{field.zh, line_size}}}, {{{field.en, gloss_size}}}},
                             Seat::Middle});
            boxes.push_back(
                {text_width,
                 within(sheet_, {value(field.text)}, text_width, field_height_most, least_size),
                 Seat::Middle});
        }
        rows_.emplace_back(sheet_, boxes, height_least);
    }

    void enterprise_rows() {
        group("企业基本情况", "Enterprise");
        row({{"企业名称", "Name", of_enterprise("Name")}});
        row({{"统一社会信用代码", "USCC", of_enterprise("Uscc")},
             {"组织机构代码", "Organisation code", of_enterprise("OrganizationCode")}});
        row({{"主管单位级别", "Level of authority", coded("authority-levels", "AuthorityLevel")},
             {"单位性质", "Type of entity", coded("entity-types", "EntityType")}});
        row({{"企业地址(省市)", "Region", names_.region(of_enterprise("Region"))},
             {"邮编", "Postcode", of_enterprise("Postcode")}});
        row({{"企业地址", "Address", of_enterprise("Address")}});
        row({{"备案时间", "Registered on", of_enterprise("RegisteredOn")},
             {"进出口经营权", "Trading right", yes_or_no(of_enterprise("TradingRight"))}});
        row({{"法定代表人", "Legal representative", of_enterprise("LegalRepresentative")},
             {"注册资本", "Registered capital", of_enterprise("RegisteredCapital")}});
        row({{"电话", "Telephone", of_enterprise("Phone")}, {"传真", "Fax", of_enterprise("Fax")}});
        row({{"经营范围", "Business scope", of_enterprise("BusinessScope")}}, scope_height);
    }

    void account_rows() {
        group("机电进口许可证备案信息", "Account for import licences");
        row({{"机电系统账户", "Account", form_.account},
             {"所属机电办", "M&E office",
              names_.named("licensing-offices", of_account("LicensingOffice"))}});
        row({{"联系人", "Contact", of_account("ContactName")},
             {"手机", "Mobile", of_account("Mobile")}});
        row({{"联系电话", "Telephone", of_account("Phone")},
             {"邮箱", "E-mail", of_account("Email")}});
    }

    const Sheet& sheet_;
    const RegistrationForm& form_;
    const Names& names_;
    const base::Element* enterprise_;
    const base::Element* account_;
    std::vector<Row> rows_ = {};
};

}  // namespace

base::Result<std::string> registration_form(const RegistrationForm& form, const edi::Lists& lists,
                                            base::Time at) {
    auto sheet = Sheet::open("企业注册信息表", at);
    if (!sheet) return sheet.fault();
    const base::Date day = base::day_of(at);
    const Names names{lists, day};
    RegistrationBoxes boxes{*sheet, form, names};
    const std::vector<Row> heading = boxes.heading();
    const double room = room_beneath(heading);
    std::vector<Page> pages{{heading, {}}};
    for (Row& row : boxes.rows()) {
        if (height_of(pages.back().table) + row.height() > room) pages.push_back({heading, {}});
        pages.back().table.push_back(std::move(row));
    }
    std::vector<Row>& last = pages.back().table;
    last.back().grow(std::min(room - height_of(last), seal_height_most - last.back().height()));
    draw_pages(*sheet, pages, day);
    return sheet->close();
}

}  // namespace print
