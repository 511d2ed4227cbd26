// permitctl receipts: what an archive holds, a row a receipt, without a daemon.
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <iostream>
#include <memory>

#include "base/clock.hpp"
#include "ctl/archive_place.hpp"
#include "ctl/commands.hpp"
#include "ctl/place.hpp"
#include "ctl/receipt_file.hpp"
#include "ctl/receipt_row.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/times.hpp"
#include "edi/csv.hpp"
#include "edi/receipt.hpp"
#include "ledger/in_order.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr std::size_t rows_of_a_table = 500;

struct Asked {
    std::string archive;
    ledger::Part part;
    Named named;
    std::vector<std::string> kinds;
    bool csv = false;
};

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

// What is told of one receipt.
struct Told {
    const base::Element& receipt;
    const ledger::Shelf& shelf;
    std::string file;  // beneath the archive
};

// Rows as they come: a table a day, lines of CSV, or objects.
class Rows {
public:
    enum class As { Tables, Csv, Objects };
    explicit Rows(As as) : as_(as) {
        if (as == As::Csv) std::cout << edi::csv_line(headings());
    }
    void add(const Told& told) {
        switch (as_) {
            case As::Tables: return add_to_table(told);
            case As::Csv: return add_to_csv(told);
            case As::Objects: return print_line(object_of(told));
        }
    }
    void end() {
        if (as_ == As::Tables && !table_.empty()) print_table();
        if (as_ == As::Tables && !any_) std::cout << nothing();
    }

private:
    static std::vector<std::string> headings() {
        return {say("ISSUED"),    say("RECEIPT"),    say("MAILBOX"), say("KIND"), say("MESSAGE"),
                say("REFERENCE"), say("LICENCE NO"), say("SAID"),    say("FILE")};
    }
    static std::vector<std::string> cells_of(const Told& told) {
        const ReceiptRow row = receipt_row(told.receipt);
        std::vector<std::string> cells{row.issued_at,      row.number,
                                       told.shelf.mailbox, row.kind,
                                       row.message_id,     row.reference,
                                       row.licence_no,     said_in_short(told.receipt, language()),
                                       told.file};
        for (std::string& each : cells) each = printable(each);
        return cells;
    }
    static json::object object_of(const Told& told) {
        const ReceiptRow row = receipt_row(told.receipt);
        json::object out{{"number", row.number},
                         {"sequence", row.sequence},
                         {"mailbox", printable(told.shelf.mailbox)},
                         {"day", told.shelf.day},
                         {"kind", row.kind},
                         {"stage", row.stage},
                         {"issued_at", row.issued_at},
                         {"resend", row.resend},
                         {"problems", json::array(row.problems.begin(), row.problems.end())},
                         {"file", printable(told.file)},
                         {"zh", said_in_short(told.receipt, Language::Chinese)},
                         {"en", said_in_short(told.receipt, Language::English)}};
        const auto add = [&](const char* name, const std::string& value) {
            if (!value.empty()) out[name] = value;
        };
        add("message_id", row.message_id);
        add("type", row.message_type);
        add("reference", row.reference);
        add("application_no", row.application_no);
        add("licence_no", row.licence_no);
        add("state", row.state);
        return out;
    }
    static void add_to_csv(const Told& told) {
        std::vector<std::string> cells = cells_of(told);
        // A spreadsheet would take it for a formula; nothing that permitd writes begins so.
        for (std::string& each : cells)
            if (!each.empty() && std::string_view{"=+-@"}.find(each.front()) != std::string::npos)
                each.insert(0, "'");
        std::cout << edi::csv_line(cells);
    }
    void add_to_table(const Told& told) {
        const bool is_full = rows_ == rows_of_a_table || told.shelf.day != day_;
        if (is_full && !table_.empty()) print_table();
        day_ = told.shelf.day;
        std::vector<std::string> cells = cells_of(told);
        cells.pop_back();  // the name says number, kind and message once more
        cells[0] = local(cells[0]);
        cells[3] = code_and_word(cells[3]);
        table_.add(std::move(cells));
        ++rows_;
    }
    void print_table() {
        std::cout << (any_ ? "\n" : "") << table_.text();
        table_ = new_table();
        rows_ = 0;
        any_ = true;
    }
    static Table new_table() {
        std::vector<std::string> names = headings();
        names.pop_back();
        return Table{std::move(names)};
    }

    const As as_;
    Table table_ = new_table();
    std::string day_;
    std::size_t rows_ = 0;
    bool any_ = false;
};

// Walks through the archive; what is not as it should be is said on standard error.
class Walk {
public:
    Walk(const Asked& asked, ReceiptReader reader, Rows::As as)
        : asked_(asked), reader_(std::move(reader)), rows_(as) {}

    int go() {
        using Shelf = ledger::Shelf;
        const auto walked = ledger::each_name_in_order(
            asked_.archive, asked_.part,
            {[this](const Shelf& shelf, const std::string& name) { return visit(shelf, name); },
             [this](const Shelf& shelf, const std::string& name) -> base::Outcome {
                 complain(shelf, name, say("is nothing that permitd puts there"), EX_DATAERR);
                 return base::done;
             }});
        if (!walked) return fail(EX_IOERR, walked.fault().text);
        rows_.end();
        std::cout.flush();
        if (!std::cout) return fail(EX_IOERR, say("the list could not be written to its end"));
        return status_;
    }

private:
    std::string path_of(const ledger::Shelf& shelf, const std::string& name) const {
        return ledger::path_of_issued(asked_.archive, shelf, name);
    }
    void complain(const ledger::Shelf& shelf, const std::string& name, const std::string& wrong,
                  int status) {
        std::cerr << "permitctl: " << printable(path_of(shelf, name)) << ' ' << wrong << '\n';
        if (status_ != EX_IOERR) status_ = status;
    }
    base::Outcome visit(const ledger::Shelf& shelf, const std::string& name) {
        const std::string kind = ledger::issued_of(name)->kind;
        if (!asked_.kinds.empty() && std::ranges::count(asked_.kinds, kind) == 0) return base::done;
        const std::string path = path_of(shelf, name);
        ReceiptFile file = reader_.read(path);
        if (file.root) file.wrong = against_its_name(*file.root, name);
        if (!file.wrong.empty())
            complain(shelf, name, file.wrong, file.unreadable ? EX_IOERR : EX_DATAERR);
        else if (names_all(*file.root, asked_.named))
            rows_.add({*file.root, shelf, path.substr(asked_.archive.size() + 1)});
        return base::done;
    }

    const Asked& asked_;
    ReceiptReader reader_;
    Rows rows_;
    int status_ = EX_OK;
};

// Says what is wrong with the days; 0 or 64.
int check_days(const ledger::Part& part) {
    for (const std::string& day : {part.from, part.to}) {
        const auto date = base::parse_date(day);
        if (!day.empty() && (!date || base::iso(*date) != day))
            return misused(say("{1} is no day: 2026-11-22 is one", {printable(day)}));
    }
    if (!part.from.empty() && !part.to.empty() && part.to < part.from)
        return misused(say("--to is a day before --from"));
    return EX_OK;
}

int list_receipts(const Common& common, Asked asked) {
    if (asked.csv && common.json) return misused(say("either --csv or --json"));
    if (const int status = check_days(asked.part); status != EX_OK) return status;
    if (const int status = find_archive(common, asked.archive, asked.part.mailbox); status != EX_OK)
        return status;
    auto reader = ReceiptReader::open(place_of(common.config).share);
    if (!reader) return fail(EX_CONFIG, reader.fault().text);
    const Rows::As as = asked.csv     ? Rows::As::Csv
                        : common.json ? Rows::As::Objects
                                      : Rows::As::Tables;
    return Walk{asked, std::move(*reader), as}.go();
}

}  // namespace

void add_receipts_command(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = app.add_subcommand(
        "receipts", "The receipts of an archive in the order of issue, without a daemon");
    command->add_option("--archive", asked->archive,
                        "The archive or a copy of it; else the one of the configuration");
    command->add_option("--mailbox", asked->part.mailbox, "Of this mailbox only");
    command->add_option("--reference", asked->named.reference, "That name this ApplicationRef");
    command->add_option("--licence", asked->named.licence_no,
                        "That name this LicenceNo, with hyphens or without");
    command->add_option("--message", asked->named.message_id, "That name this MessageId");
    command->add_option("--from", asked->part.from, "Of this day in China or later: 2026-11-22");
    command->add_option("--to", asked->part.to, "Of this day or earlier");
    std::set<std::string> kinds;
    for (const edi::ReceiptKind& each : edi::receipt_kinds()) kinds.insert(each.name);
    command->add_option("--kind", asked->kinds, "Of these kinds only, with commas")
        ->delimiter(',')
        ->check(CLI::IsMember(std::move(kinds)).description("KIND"));
    command->add_flag("--csv", asked->csv,
                      "Comma separated values (RFC 4180, UTF-8) under a line of headings");
    command->footer(
        "What is damaged, or nothing that permitd put there, is said on standard error, and the "
        "exit status is 65.\n"
        "Examples:\n  permitctl receipts --reference PO-2026-7781\n"
        "  permitctl receipts --archive /media/copy --from 2026-01-01 --to 2026-12-31 --csv\n"
        "  permitctl --json receipts --kind approved,licence-closed");
    command->callback([&common, &ended, asked] { ended = list_receipts(common, *asked); });
}

}  // namespace ctl
