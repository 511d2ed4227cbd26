#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/tell_lists.hpp"

namespace ctl {

namespace {

constexpr const char* from_the_store =
    "Told from what permitd knows, as new as the last result that it collected; the ministry is "
    "not "
    "asked.\n";

// A parameter of the control socket's path and what it is to be; several are joined by commas.
using Parameters = std::map<std::string, std::vector<std::string>>;

// The options of one command, by the parameter that each becomes.
class Listing {
public:
    Listing(CLI::App& app, const char* name, const char* what)
        : parameters_(std::make_shared<Parameters>()), command_(app.add_subcommand(name, what)) {}

    Listing& option(const char* option, const char* parameter, const char* what) {
        // As text: the daemon says what is wrong with a number as it does with the rest.
        command_->add_option(option, (*parameters_)[parameter], what)->expected(1);
        return *this;
    }
    Listing& several(const char* option, const char* parameter, const char* what) {
        command_->add_option(option, (*parameters_)[parameter], what)->delimiter(',');
        return *this;
    }
    Listing& paged() {
        return option("--limit", "limit", "At most so many lines, 1 to 1000 [100]")
            .option("--page", "page", "The first page is 1");
    }
    CLI::App& command() { return *command_; }
    // Once all options are there: `path` and what was given of them.
    void asks(const std::string& path, const Common& common, Ended& ended, Teller teller,
              const std::shared_ptr<std::string>& of = {}) {
        command_->callback([path, &common, &ended, teller, of, parameters = parameters_] {
            std::string target = of ? path + encoded(*of) : path;
            char separator = '?';
            for (const auto& [name, values] : *parameters) {
                if (values.empty()) continue;
                target += separator + name + '=';
                for (const std::string& each : values)
                    target += (&each == &values.front() ? "" : ",") + encoded(each);
                separator = '&';
            }
            ended = ask_and_print(common, target, of && teller == tell_balance ? nullptr : "rows",
                                  teller);
        });
    }

private:
    std::shared_ptr<Parameters> parameters_;
    CLI::App* command_;
};

Listing& of_enterprises(Listing& listing) {
    return listing.option("--sender", "sender", "Of the enterprise with this USCC only")
        .option("--mailbox", "mailbox", "Of the enterprises of one mailbox only");
}

void add_applications(CLI::App& app, const Common& common, Ended& ended) {
    Listing listing{app, "applications", "The applications (单证列表), as an enterprise sees them"};
    of_enterprises(listing)
        .several("--state", "state",
                 "One or more of DRAFT SUBMITTED TRANSFER_FAILED UNDER_REVIEW RETURNED APPROVED "
                 "DISAPPROVED, with commas")
        .option("--from", "created_from", "Created on this day or later: 2026-11-22")
        .option("--to", "created_to", "Created on this day or earlier")
        .option("--commodity", "commodity", "Goods whose code begins so")
        .option("--reference", "reference", "This ApplicationRef")
        .option("--application-no", "application_no", "This ApplicationNo")
        .option("--licence", "licence", "This LicenceNo")
        .paged();
    listing.command().footer(std::string{from_the_store} +
                             "Example: permitctl applications --state RETURNED,DISAPPROVED "
                             "--from 2026-11-01");
    listing.asks("/applications", common, ended, tell_applications);
}

void add_customs(CLI::App& app, const Common& common, Ended& ended) {
    Listing listing{app, "customs", "Whether customs has each licence (海关状态)"};
    of_enterprises(listing)
        .several("--state", "state", "One or more of NOT_SENT SENT RECEIVED FAILED, with commas")
        .option("--from", "approved_from", "Approved on this day or later: 2026-11-22")
        .option("--to", "approved_to", "Approved on this day or earlier")
        .option("--reference", "reference", "Of this ApplicationRef")
        .option("--licence", "licence", "This LicenceNo")
        .paged();
    listing.command().footer(std::string{from_the_store} +
                             "Example: permitctl customs --state FAILED");
    listing.asks("/customs", common, ended, tell_customs);
}

void add_commodities(CLI::App& app, const Common& common, Ended& ended) {
    Listing listing{app, "commodities", "The goods of a year's catalogue (商品列表)"};
    listing.option("--year", "year", "Of this year instead of the present one")
        .option("--code", "prefix", "Codes that begin so")
        .option("--name", "name", "Names that contain this")
        .paged();
    listing.command().footer(
        "The catalogue that the ministry's gateway gave, else config/codes/commodities.csv.\n"
        "Example: permitctl commodities --code 8406 --name 汽轮机");
    listing.asks("/commodities", common, ended, tell_commodities);
}

void add_of_licence(CLI::App& app, const Common& common, Ended& ended) {
    const auto licence = std::make_shared<std::string>();
    Listing balance{app, "balance", "What is left of a licence for several batches (报关余量)"};
    balance.command().add_option("LICENCE", *licence, "Its LicenceNo")->required();
    balance.command().footer(std::string{from_the_store} +
                             "Example: permitctl balance 26-JD-000123");
    balance.asks("/balances/", common, ended, tell_balance, licence);
    Listing clearances{app, "clearances", "What was cleared under a licence (结关数据)"};
    clearances.command().add_option("LICENCE", *licence, "Its LicenceNo")->required();
    clearances.paged();
    clearances.command().footer(std::string{from_the_store} +
                                "Example: permitctl clearances 26-JD-000123");
    clearances.asks("/clearances/", common, ended, tell_clearances, licence);
}

}  // namespace

void add_list_commands(CLI::App& app, const Common& common, Ended& ended) {
    add_applications(app, common, ended);
    add_commodities(app, common, ended);
    add_customs(app, common, ended);
    add_of_licence(app, common, ended);
}

}  // namespace ctl
