// permitctl render: receipts as pages for people, without a daemon.
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/own_file.hpp"
#include "ctl/page.hpp"
#include "ctl/place.hpp"
#include "ctl/receipt_file.hpp"
#include "ctl/table.hpp"

namespace ctl {

namespace {

namespace fs = std::filesystem;

constexpr const char* standard_output = "-";

struct Asked {
    std::vector<std::string> files;
    std::string output = standard_output;
    bool force = false;
};

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

int write_page(const Common& common, const Asked& asked, const fs::path& file,
               const std::string& page) {
    if (asked.output == standard_output) {
        std::cout << page << std::flush;
        return std::cout ? EX_OK : fail(EX_IOERR, say("the page could not be written to its end"));
    }
    const std::string to = fs::path{asked.output} / (file.stem().string() + ".html");
    if (const int status = write_own_file(to, page, asked.force); status != EX_OK) return status;
    if (common.json)
        print_line(boost::json::object{{"file", printable(to)}, {"bytes", page.size()}});
    else
        std::cout << say("{1}, {2} bytes", {printable(to), std::to_string(page.size())}) << '\n';
    return EX_OK;
}

int render(const Common& common, const Asked& asked) {
    std::error_code none;
    if (asked.output != standard_output && !fs::is_directory(asked.output, none))
        return fail(EX_NOINPUT, say("{1} is no directory", {printable(asked.output)}));
    if (asked.output == standard_output && asked.files.size() > 1)
        return misused(say("several pages want a directory: --output DIR"));
    auto reader = ReceiptReader::open(place_of(common.config).share);
    if (!reader) return fail(EX_CONFIG, reader.fault().text);
    int status = EX_OK;
    for (const fs::path file : asked.files) {
        const ReceiptFile read = reader->read(file);
        const int ended =
            read.root ? write_page(common, asked, file,
                                   page_of(*read.root, {file.filename(), read.sha256}, language()))
                      : fail(read.unreadable ? EX_NOINPUT : EX_DATAERR,
                             printable(file) + ' ' + read.wrong);
        if (status == EX_OK) status = ended;
    }
    return status;
}

}  // namespace

void add_render_command(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = app.add_subcommand(
        "render", "Receipts as pages to be read and printed (HTML), without a daemon");
    command->add_option("FILE", asked->files, "Receipts, of an InBox, FailBox or archive")
        ->required();
    command
        ->add_option("-o,--output", asked->output,
                     "A directory for the pages, each made with mode 0600; - is standard output, "
                     "of one page")
        ->capture_default_str();
    command->add_flag("--force", asked->force, "Replace pages that are there");
    command->footer(
        "A page needs nothing but itself, has every value of its receipt, and prints on A4.\n"
        "Examples:\n"
        "  permitctl --lang zh render 000000000042_approved_PO-7781.xml > page.html\n"
        "  permitctl render -o pages /media/copy/acme/2026/11/22/*_approved_*.xml");
    command->callback([&common, &ended, asked] { ended = render(common, *asked); });
}

}  // namespace ctl
