#include "crash/chaos_deeds.hpp"

#include "journeys/edited.hpp"
#include "ledger/archive.hpp"
#include "system/line.hpp"

namespace crash {

namespace {

using Deeds = std::vector<Deed>;
using Wanted = std::multiset<Heard>;

// GB 11714 and GB 32100: the characters at the end of an organisation code and of a USCC.
char organisation_check(const std::string& code) {
    static constexpr int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < std::size(weights); ++i) sum += (code[i] - '0') * weights[i];
    const int check = 11 - sum % 11;
    return check == 10 ? 'X' : static_cast<char>('0' + check % 11);
}

char uscc_check(const std::string& code) {
    static const std::string characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    std::size_t sum = 0, weight = 1;
    for (const char each : code) {
        sum += characters.find(each) * weight;
        weight = weight * 3 % characters.size();
    }
    return characters[(characters.size() - sum % characters.size()) % characters.size()];
}

Deed sent_by(const std::string& from, const std::string& id, const std::string& body,
             std::initializer_list<const char*> kinds) {
    Deed deed{.when = When::Answered, .files = {plain(id + ".xml", message(id, body, from))}};
    deed.files[0].kept = ledger::blanked(deed.files[0].bytes).value_or("");
    want(deed.wanted, id, "", kinds);
    return deed;
}

std::string registration(const std::string& function, const std::string& uscc,
                         const std::string& address) {
    return "<EnterpriseRegistration function=\"" + function + "\"><Enterprise><Uscc>" + uscc +
           "</Uscc><Name>北京某某国际贸易有限公司</Name><AuthorityLevel>2</AuthorityLevel>"
           "<EntityType>3</EntityType><Region>110108</Region><Address>" +
           address +
           "</Address><RegisteredOn>2026-11-20</RegisteredOn><TradingRight>true</TradingRight>"
           "</Enterprise><LicensingAccount><Password>S3cret-pass!</Password>"
           "<ContactName>李四</ContactName><Mobile>13900139000</Mobile>"
           "<LicensingOffice>110000</LicensingOffice></LicensingAccount></EnterpriseRegistration>";
}

Deeds registered(const std::string& id, const std::string& uscc) {
    Deeds deeds;
    deeds.push_back(sent_by(uscc, id + "-1", registration("save", uscc, "示例路1号"), {"done"}));
    deeds.push_back(sent_by(uscc, id + "-2", registration("submit", uscc, "退回路1号"),
                            {"accepted", "submitted", "registration-returned"}));
    deeds.push_back(sent_by(uscc, id + "-3", "<RegistrationDelete/>", {"done"}));
    deeds.push_back(sent_by(uscc, id + "-4", registration("submit", uscc, "示例路2号"),
                            {"accepted", "submitted", "registered"}));
    deeds.push_back(sent_by(uscc, id + "-5", "<RegistrationStatusQuery/>", {"answer"}));
    deeds.push_back(sent_by(uscc, id + "-6", "<RegistrationPrint/>", {"document"}));
    return deeds;
}

Deeds bound(const std::string& id, const std::string& uscc) {
    const std::string body = "<AccountBinding><Account>ic" + id +
                             "</Account><Password>S3cret-pass!</Password></AccountBinding>";
    Deeds deeds{sent_by(uscc, id + "-1", body, {"accepted", "submitted", "bound"})};
    deeds.push_back(sent_by(uscc, id + "-2", "<RegistrationQuery/>", {"answer"}));
    return deeds;
}

Deed submitted(const std::string& id, const std::string& reference) {
    Deed deed{.files = {plain(id + ".xml", application(id, reference))}, .declared = 1};
    want_decision(deed.wanted, id, reference);
    return deed;
}

Deeds asked_about(const std::string& id) {
    const std::string reference = "C-" + id;
    Deeds deeds{submitted(id, reference)};
    int count = 0;
    for (const char* about : {"ApplicationStatusQuery", "ProcessTrailQuery", "ReviewOpinionQuery",
                              "CustomsTransferQuery", "ApplicationQuery"}) {
        const std::string each = id + '-' + std::to_string(++count), name = about;
        deeds.push_back(command(each, '<' + name + '>' + ref(reference) + "</" + name + '>',
                                {{each, "", "answer"}}));
    }
    const std::string last = id + "-last";
    deeds.push_back(command(last, "<ApplicationDelete>" + ref(reference) + "</ApplicationDelete>",
                            {{last, reference, "rejected"}}));
    return deeds;
}

Deeds looked_up(const std::string& id) {
    Deeds deeds{command(id + "-1", "<CommodityQuery><CodePrefix>8457</CodePrefix></CommodityQuery>",
                        {{id + "-1", "", "answer"}})};
    deeds.push_back(command(id + "-2", "<ApplicationListQuery/>", {{id + "-2", "", "answer"}}));
    return deeds;
}

Deeds deleted(const std::string& id) {
    const std::string reference = "A-" + id;
    const auto saved = [&](const std::string& each) {
        return Deed{.when = When::Answered,
                    .files = {plain(each + ".xml", replaced(application(each, reference),
                                                            "\"submit\"", "\"save\""))},
                    .wanted = {{each, reference, "done"}}};
    };
    Deeds deeds{saved(id + "-1")};
    deeds.push_back(command(id + "-2",
                            "<ApplicationDelete>" + ref(reference) + "</ApplicationDelete>",
                            {{id + "-2", reference, "done"}}));
    deeds.push_back(command(id + "-3",
                            "<ApplicationSubmit>" + ref(reference) + "</ApplicationSubmit>",
                            {{id + "-3", reference, "rejected"}}));
    deeds.push_back(saved(id + "-4"));
    return deeds;
}

// Its enterprise is warned at once, and by our clock it is over two days later.
Deeds expired(const std::string& id) {
    Deeds deeds{submitted(id, "L-" + id)};
    want(deeds[0].wanted, id, "L-" + id, {"licence-expiring", "licence-closed"});
    return deeds;
}

Deeds of_partner(std::uint32_t number) {
    static const std::string sample = journeys::own_file("samples/partners/kingdee-good.xml");
    const std::string reference = line::numbered("JKSQD9", number);
    Deed deed{.files = {plain(reference + ".xml", replaced(sample, "JKSQD2026110781", reference))},
              .declared = 1};
    want_decision(deed.wanted, reference + "-1", reference);
    return {deed};
}

}  // namespace

std::string enterprise_uscc(std::uint32_t number) {
    const std::string digits = std::to_string(10'000'000 + number);
    const std::string code = "91110108" + digits + organisation_check(digits);
    return code + uscc_check(code);
}

Chain ChaosAuthor::next() {
    const std::string id = line::numbered("X", ++count_);
    const Box box = boxes[dice_() % std::size(boxes)];
    switch (dice_() % 7) {
        case 0:
        case 1:
            if (enterprises_ == enterprises_max) return {box, looked_up(id)};
            ++enterprises_;
            return {box, enterprises_ % 3 == 0 ? bound(id, enterprise_uscc(enterprises_))
                                               : registered(id, enterprise_uscc(enterprises_))};
        case 2: return {box, asked_about(id)};
        case 3: return {box, looked_up(id)};
        case 4: return {box, deleted(id)};
        case 5: return {box, expired(id)};
        default: return {partner_box, of_partner(count_)};
    }
}

edi::ApplicationState end_of(const std::string& reference) {
    switch (reference[0]) {
        case 'R': return edi::ApplicationState::Returned;
        case 'N': return edi::ApplicationState::Disapproved;
        case 'F': return edi::ApplicationState::TransferFailed;
        case 'W': return edi::ApplicationState::Draft;
        default: return edi::ApplicationState::Approved;
    }
}

std::string chaos_scenario() {
    std::string text = scenario;
    const std::string rules = R"(rules:
  - when: {reference_prefix: L}
    valid_days: 1
    expiry: untold
)";
    text.replace(text.find("rules:\n"), 7, rules);
    return text + R"(registrations:
  rules:
    - {when: {address: 退回}, decision: returned, opinion: 请修改地址, delay: 1s}
)";
}

}  // namespace crash
