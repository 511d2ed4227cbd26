// permitctl print: application forms, made by the daemon, into a file here.
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/ids.hpp"
#include "ctl/own_file.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

struct Asked {
    std::vector<std::string> references;
    std::string file;
    std::string sender;
    bool force = false;
};

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

int print_forms(const Common& common, const Asked& asked) {
    if (!asked.force && ::access(asked.file.c_str(), F_OK) == 0)
        return fail(EX_CANTCREAT, say("{1} is there already: --force replaces it", {asked.file}));
    std::string names;
    const int read = each_id(common, {asked.references, {}}, [&](const std::string& id) {
        names += id + '\n';
        return EX_OK;
    });
    if (read != EX_OK) return read;
    const std::string socket = socket_of(common);
    const auto response = post(socket, "/print?sender=" + encoded(asked.sender), names);
    if (!response) return fail(EX_UNAVAILABLE, response.fault().text);
    if (response->status != 200)
        return print_answer(common, answer_of(socket, *response), nullptr, nullptr);
    if (const int status = write_own_file(asked.file, response->body, asked.force); status != EX_OK)
        return status;
    if (common.json)
        print_line(boost::json::object{{"file", asked.file}, {"bytes", response->body.size()}});
    else
        std::cout << say("{1}, {2} bytes",
                         {printable(asked.file), std::to_string(response->body.size())})
                  << '\n';
    return EX_OK;
}

}  // namespace

void add_print_command(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command =
        app.add_subcommand("print", "Application forms as PDF, as the applications stand now");
    command
        ->add_option("REF", asked->references,
                     "ApplicationRef, ApplicationNo or LicenceNo, at most 500; - reads them from "
                     "standard input")
        ->required();
    command->add_option("-o,--output", asked->file, "The file, made with mode 0600")->required();
    command->add_flag("--force", asked->force, "Replace a file that is there");
    command->add_option("--sender", asked->sender, "Of the enterprise with this USCC");
    command->footer("Example: permitctl print PO-2026-7781 PO-2026-7782 -o forms.pdf");
    command->callback([&common, &ended, asked] { ended = print_forms(common, *asked); });
}

}  // namespace ctl
