// What is found in a world: receipts, files, applications.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "journeys/world.hpp"

namespace journeys {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> codes_of(const base::Element& receipt, std::string_view severity) {
    std::vector<std::string> codes;
    for (const base::Element* each : receipt.all("Problem"))
        if (each->attribute("severity") == severity) codes.emplace_back(each->attribute("code"));
    return codes;
}

}  // namespace

std::vector<std::string> Found::problems() const { return codes_of(root, "error"); }
std::vector<std::string> Found::warnings() const { return codes_of(root, "warning"); }

std::string World::box(const std::string& mailbox, const std::string& box) const {
    return folder_ / "spool" / mailbox / box;
}

std::vector<std::string> World::files(const std::string& mailbox, const std::string& name) const {
    std::vector<std::string> found;
    for (const auto& each : fs::recursive_directory_iterator(box(mailbox, name)))
        if (each.is_regular_file()) found.push_back(each.path().filename());
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<Found> World::receipts(const std::string& mailbox) const {
    std::vector<Found> found;
    static xml::Parser parser = parser_of_checkout();
    for (const std::string& file : files(mailbox, "InBox")) {
        if (!file.ends_with(".xml")) continue;  // a file that belongs to a receipt
        std::ifstream in{fs::path{box(mailbox, "InBox")} / file, std::ios::binary};
        std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        const xml::Parsed parsed = parser.parse(bytes);
        EXPECT_TRUE(parsed.well_formed && parsed.findings.empty())
            << file << " is not valid: "
            << (parsed.findings.empty()
                    ? ""
                    : parsed.findings[0].path + " " + parsed.findings[0].variant + " " +
                          parsed.findings[0].value)
            << "\n"
            << bytes;
        if (parsed.root) found.push_back({file, std::move(bytes), *parsed.root});
    }
    return found;
}

std::vector<std::string> World::kinds(const std::string& message_id) const {
    std::vector<std::string> out;
    for (const auto& [mailbox, senders] : given_.senders)
        for (const Found& each : receipts(mailbox))
            if (each.message_id() == message_id) out.push_back(each.kind());
    return out;
}

const Found World::receipt(const std::string& message_id, const std::string& kind) const {
    for (const auto& [mailbox, senders] : given_.senders)
        for (Found& each : receipts(mailbox))
            if (each.message_id() == message_id && each.kind() == kind) return std::move(each);
    ADD_FAILURE() << "no " << kind << " for " << message_id;
    return {};
}

std::optional<edi::Application> World::application(const std::string& reference) const {
    for (const auto& [mailbox, senders] : given_.senders)
        for (const std::string& sender : senders)
            if (auto found = store_->application({sender, reference})) return found;
    return std::nullopt;
}

}  // namespace journeys
