// What the tests of mapping/ share: the real lists, the real tables, a scratch copy to spoil.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "mapping/dialects.hpp"
#include "mapping/mapper.hpp"
#include "small_xml.hpp"

namespace fixture {

inline const std::string source = PERMITD_SOURCE;
inline const std::string key(52, 'a');
inline const base::Date day = *base::parse_date("2026-11-22");

inline const edi::Lists& lists() {
    static const base::Result<edi::Lists> loaded = edi::Lists::load(source + "/config/codes");
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *loaded;
}

inline const mapping::Mapper& mapper() {
    static const base::Result<mapping::Mapper> loaded =
        mapping::Mapper::load(source + "/mapping", lists());
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *loaded;
}

// A partner table in a file of the test's own.
inline std::string partner_table(const std::string& text) {
    const std::filesystem::path file = std::filesystem::path(testing::TempDir()) /
                                       ("partner-" + std::to_string(::getpid()) + ".yaml");
    std::ofstream(file) << text;
    return file.string();
}

inline base::Result<mapping::Dialect> load_dialect(const std::string& text) {
    return mapping::Dialect::load(partner_table(text), source + "/mapping/shapes", lists());
}

inline std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

// What is declared besides applications, and what the gateway answers to questions.
inline const std::string withdrawal =
    "<ApplicationWithdraw><ApplicationNo>2026110000000123</ApplicationNo>"
    "<ApplicationRef>PO-1</ApplicationRef></ApplicationWithdraw>";
inline const std::string binding =
    "<AccountBinding><Account>acme</Account><Password>s3cret word</Password></AccountBinding>";
inline const std::string registration =
    "<EnterpriseRegistration function=\"submit\"><Enterprise><Uscc>91110108MA0000015T</Uscc>"
    "<OrganizationCode>MA0000015</OrganizationCode><Name>进口商</Name>"
    "<AuthorityLevel>1</AuthorityLevel><EntityType>2</EntityType><Region>110108</Region>"
    "<Address>北京</Address><RegisteredOn>2001-02-03</RegisteredOn><TradingRight>1</TradingRight>"
    "<LegalRepresentative>张三</LegalRepresentative><Postcode>100000</Postcode>"
    "<Phone>010-12345678</Phone><Fax>010-12345679</Fax>"
    "<RegisteredCapital>5000000.00</RegisteredCapital><BusinessScope>机电</BusinessScope>"
    "</Enterprise><LicensingAccount><Password>s3cret word</Password><ContactName>李四</ContactName>"
    "<Mobile>13800138000</Mobile><Phone>010-12345670</Phone><Email>a@b.example</Email>"
    "<LicensingOffice>1100</LicensingOffice></LicensingAccount></EnterpriseRegistration>";
inline const std::string wire_answer =
    "<mepAnswer about=\"applicationStatus\" at=\"2026-11-22T01:30:00Z\"><status>"
    "<state>under-review</state><applicationNo>2026110000000123</applicationNo>"
    "<licenceNo>26-AB-000001</licenceNo><account>acme</account></status><balance>"
    "<licenceNo>26-AB-000002</licenceNo><expiry>2026-12-31</expiry><usesLeft>11</usesLeft>"
    "<qtyLeft>57.5</qtyLeft></balance><result id=\"r1\" seq=\"3\" at=\"2026-11-22T01:30:00Z\">"
    "<review><decision>returned</decision><opinion>改</opinion></review></result>"
    "<result id=\"r2\" seq=\"4\" at=\"2026-11-22T01:31:00Z\"><customsTransfer>"
    "<licenceNo>26-AB-000001</licenceNo><state>sent</state></customsTransfer></result></mepAnswer>";
inline const std::string wire_catalogue =
    "<mepCatalogue year=\"2027\"><row><code>8457101000</code><name>加工中心</name><unit>001</unit>"
    "<supervision>6AO</supervision><tier>mofcom</tier><validFrom>2027-01-01</validFrom>"
    "<validTo>2027-12-31</validTo></row><row><code>8457102000</code><name>机</name>"
    "<unit>006</unit><supervision/><tier>none</tier><validFrom>2027-03-01</validFrom>"
    "<validTo>2027-06-30</validTo></row></mepCatalogue>";

// A copy of mapping/ in which one piece of one file is replaced.
class Spoiled {
public:
    Spoiled(const std::string& file, const std::string& piece, const std::string& by)
        : directory_(std::filesystem::path(testing::TempDir()) /
                     ("permitd-mapping-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(directory_);
        std::filesystem::copy(source + "/mapping", directory_,
                              std::filesystem::copy_options::recursive);
        std::string text = read(directory_ / file);
        const std::size_t at = text.find(piece);
        EXPECT_NE(at, std::string::npos) << piece;
        if (at != std::string::npos) text.replace(at, piece.size(), by);
        std::ofstream(directory_ / file) << text;
    }
    ~Spoiled() { std::filesystem::remove_all(directory_); }
    Spoiled(const Spoiled&) = delete;
    Spoiled& operator=(const Spoiled&) = delete;

    std::string path() const { return directory_.string(); }
    // The complaints, the directory left out; empty when the tables are sound.
    std::vector<std::string> complaints() const {
        const base::Result<mapping::Mapper> loaded = mapping::Mapper::load(path(), lists());
        std::vector<std::string> lines;
        if (loaded) return lines;
        std::istringstream text(loaded.fault().text);
        for (std::string line; std::getline(text, line);)
            lines.push_back(line.starts_with(path()) ? line.substr(path().size() + 1) : line);
        return lines;
    }

private:
    std::filesystem::path directory_;
};

}  // namespace fixture
