// Forms to print, and a printed document as Poppler's programs read it.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "print/print.hpp"

namespace print_test {

// 2026-11-22, 09:30 in China.
inline const base::Time now = *base::parse_time("2026-11-22T09:30:00+08:00");

inline const edi::Lists& lists() {
    static const edi::Lists loaded =
        *edi::Lists::load(std::string(PERMITD_SOURCE) + "/config/codes");
    return loaded;
}

// So many characters.
inline std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

inline base::Element empty_application() {
    base::Element made{"LicenceApplication", {}};
    made.add("ApplicationRef", "PO-2026-0003");
    made.add("Year", "2026");
    base::Element& importer = made.add("Importer");
    importer.add("Code", "1101MA0000015");
    importer.add("Uscc", "91110108MA0000015T");
    importer.add("Name", "北京某某国际贸易有限公司");
    base::Element& user = made.add("EndUser");
    user.add("Uscc", "91440300717850504F");
    user.add("Name", "深圳某某机械设备有限公司");
    user.add("Region", "440300");
    base::Element& operator_ = made.add("Handler");
    operator_.add("Name", "张三");
    operator_.add("Mobile", "13800138000");
    for (const auto& [name, code] : {std::pair{"TradeMode", "10"},
                                     {"ForeignExchangeSource", "01"},
                                     {"GoodsUse", "01"},
                                     {"CustomsOffice", "2200"},
                                     {"CustomsOffice", "5200"},
                                     {"TradingCountry", "KOR"},
                                     {"OriginCountry", "JPN"},
                                     {"UsageMode", "single-batch"}})
        made.add(name, code);
    return made;
}

inline void add_line(base::Element& machine, const std::string& model) {
    base::Element& line = machine.add("Specification");
    line.add("Model", model);
    line.add("Quantity", "16");
    line.add("UnitPrice", "603306.69");
    line.add("Amount", "9652907.04");
    line.add("AmountUsd", "10425139.60");
}

// Models are "VMC-1 数控", "VMC-2 数控", ...
inline print::ApplicationForm form_of(base::Element application) {
    print::ApplicationForm form{std::move(application)};
    form.reference = "PO-2026-0003";
    form.application_no = "2026110000000123";
    form.licence_no = "26-11-A00123";
    form.expiry = "2026-12-31";
    form.issued_on = "2026-11-20";
    form.state_zh = "审批通过";
    form.opinion = "同意进口。";
    form.office = "北京市机电产品进出口办公室";
    form.officer = "王五";
    return form;
}

inline print::ApplicationForm machine_form(int lines) {
    base::Element made = empty_application();
    base::Element& machine = made.add("SingleMachine");
    machine.add("CommodityCode", "8457101000");
    machine.add("Condition", "new");
    machine.add("Currency", "EUR");
    for (int i = 1; i <= lines; ++i) add_line(machine, "VMC-" + std::to_string(i) + " 数控");
    machine.add("CommodityName", "立式加工中心");
    machine.add("Unit", "001");
    base::Element& totals = made.add("Totals");
    totals.add("Quantity", std::to_string(16 * lines));
    totals.add("Amount", "14343466.00");
    totals.add("AmountUsd", "15490943.28");
    made.add("Remarks", "招标编号 0701-2640");
    return form_of(std::move(made));
}

inline print::ApplicationForm project_form() {
    base::Element made = empty_application();
    base::Element& project = made.add("Project");
    project.add("Name", "某某汽车焊装线技术改造项目");
    project.add("Type", "2");
    project.add("Industry", "C");
    project.add("Currency", "CHF");
    project.add("Amount", "1250000.00");
    project.add("AmountUsd", "1412500.00");
    base::Element& totals = made.add("Totals");
    totals.add("Amount", "1250000.00");
    totals.add("AmountUsd", "1412500.00");
    return form_of(std::move(made));
}

inline print::RegistrationForm registration(const std::string& password = "***") {
    base::Element made{"EnterpriseRegistration", {}};
    base::Element& enterprise = made.add("Enterprise");
    for (const auto& [name, text] : {std::pair{"Uscc", "91110108MA0000015T"},
                                     {"OrganizationCode", "MA0000015"},
                                     {"Name", "北京某某国际贸易有限公司"},
                                     {"AuthorityLevel", "2"},
                                     {"EntityType", "3"},
                                     {"Region", "110108"},
                                     {"Address", "海淀区示例路1号"},
                                     {"RegisteredOn", "2026-11-20"},
                                     {"TradingRight", "true"},
                                     {"LegalRepresentative", "赵六"},
                                     {"Postcode", "100080"},
                                     {"Phone", "010-62345678"},
                                     {"Fax", "010-62345679"},
                                     {"RegisteredCapital", "50000000"},
                                     {"BusinessScope", "机电产品的进口、批发与维修"}})
        enterprise.add(name, text);
    base::Element& account = made.add("LicensingAccount");
    account.add("Password", password);
    account.add("ContactName", "李四");
    account.add("Mobile", "13900139000");
    account.add("Phone", "021-52345678");
    account.add("Email", "li.si@example.com");
    account.add("LicensingOffice", "110000");
    return {std::move(made), "备案成功", "ic00012345"};
}

struct Word {
    int page;
    double left, top, right, bottom;
    std::string text;
};

// A document in a file of its own.
class Pdf {
public:
    explicit Pdf(const base::Result<std::string>& document) {
        file_ = (std::filesystem::path(testing::TempDir()) /
                 ("permitd-print-" + std::to_string(::getpid()) + ".pdf"))
                    .string();
        EXPECT_TRUE(document) << document.fault().text;
        if (document) std::ofstream(file_, std::ios::binary) << *document;
    }
    ~Pdf() { std::filesystem::remove(file_); }
    Pdf(const Pdf&) = delete;
    Pdf& operator=(const Pdf&) = delete;

    // What a program of Poppler's says of the document.
    std::string said_by(const std::string& program, const std::string& behind = {}) const {
        std::string out;
        FILE* const pipe = ::popen((program + " '" + file_ + "' " + behind).c_str(), "r");
        char bytes[4096];
        while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, pipe))
            out.append(bytes, count);
        const int status = ::pclose(pipe);
        EXPECT_EQ(status, 0) << program << " (package poppler-utils): " << out;
        return out;
    }
    std::string facts() const { return said_by("pdfinfo"); }
    std::string fonts() const { return said_by("pdffonts"); }
    std::string text() const { return said_by("pdftotext -layout", "-"); }
    // Of one page, without any white space, as lines may break anywhere.
    std::string unbroken(int page) const {
        const std::string number = std::to_string(page);
        std::string out = said_by("pdftotext -nopgbrk -raw -f " + number + " -l " + number, "-");
        std::erase_if(out, [](char c) { return c == ' ' || c == '\n'; });
        return out;
    }
    int pages() const {
        std::smatch found;
        const std::string all = facts();
        return std::regex_search(all, found, std::regex("Pages: +([0-9]+)")) ? std::stoi(found[1])
                                                                             : 0;
    }
    std::vector<Word> words() const {
        static const std::regex word{
            "<page|<word xMin=\"([0-9.-]+)\" yMin=\"([0-9.-]+)\" xMax=\"([0-9.-]+)\" "
            "yMax=\"([0-9.-]+)\">(.*?)</word>"};
        const std::string all = said_by("pdftotext -bbox", "-");
        std::vector<Word> out;
        int page = 0;
        for (std::sregex_iterator at{all.begin(), all.end(), word}, end; at != end; ++at) {
            if ((*at)[0] == "<page") {
                ++page;
                continue;
            }
            out.push_back({page, std::stod((*at)[1]), std::stod((*at)[2]), std::stod((*at)[3]),
                           std::stod((*at)[4]), (*at)[5]});
        }
        return out;
    }

private:
    std::string file_;
};

}  // namespace print_test
