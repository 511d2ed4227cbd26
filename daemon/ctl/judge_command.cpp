#include "ctl/judge_command.hpp"

#include <sysexits.h>

#include <filesystem>
#include <iostream>

#include "base/files.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/validate.hpp"
#include "ctl/words.hpp"
#include "xml/parser.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

std::string raw(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

base::Finding finding_of(const json::object& row) {
    base::Finding finding;
    finding.code = raw(row, "code");
    if (raw(row, "severity") == "warning") finding.severity = base::Severity::Warning;
    finding.position = {static_cast<std::uint32_t>(number_of(row, "line")),
                        static_cast<std::uint32_t>(number_of(row, "column"))};
    finding.path = raw(row, "path");
    finding.value = raw(row, "value");
    return finding;
}

// "accepted PO-1, rejected PO-2"
std::string answers_in(const json::object& body) {
    std::string out;
    for (const json::value& each : array_of(body, "receipts")) {
        const json::object& row = each.as_object();
        const std::string reference = text_of(row, "reference");
        out += (out.empty() ? "" : ", ") + code_and_word(text_of(row, "kind")) +
               (reference.empty() ? "" : ' ' + reference);
    }
    return out.empty() ? say("an answer, later") : out;
}

int tell_judged(const Common& common, const std::string& file, const json::object& body) {
    int status = EX_OK;
    for (const json::value& each : array_of(body, "findings")) {
        const json::object& row = each.as_object();
        const base::Finding finding = finding_of(row);
        if (finding.severity == base::Severity::Error) status = EX_DATAERR;
        tell_finding(file, raw(body, "message_id"), finding, {raw(row, "zh"), raw(row, "en")},
                     common.form());
    }
    if (!common.json)
        std::cout << printable(file) << ": "
                  << in_colour(status == EX_OK ? 32 : 31,
                               say("would be answered: {1}", {answers_in(body)}))
                  << '\n';
    return status;
}

int judge_one(const Common& common, const std::string& file, const std::string& mailbox) {
    // One byte more than a message may have: the daemon says that it is too large.
    auto bytes = base::read_file(file, xml::Limits{}.bytes_max + 1);
    if (!bytes) {
        std::cerr << "permitctl: " << bytes.fault().text << '\n';
        return EX_NOINPUT;
    }
    const std::string socket = socket_of(common);
    const std::string name = std::filesystem::path{file}.filename();
    const auto response = post(
        socket, "/judge?mailbox=" + encoded(mailbox) + "&file=" + encoded(name), std::move(*bytes));
    if (!response) return print_answer(common, response.fault(), nullptr, nullptr);
    const auto answer = answer_of(socket, *response);
    if (!answer || answer->status != 200) return print_answer(common, answer, nullptr, nullptr);
    return tell_judged(common, file, answer->body);
}

}  // namespace

int judge(const Common& common, const std::vector<std::string>& files, const std::string& mailbox) {
    int status = EX_OK;
    for (const std::string& each : files)
        if (const int one = judge_one(common, each, mailbox); status == EX_OK || one == EX_NOINPUT)
            status = one;
    return status;
}

}  // namespace ctl
