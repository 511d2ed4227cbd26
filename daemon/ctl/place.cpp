#include "ctl/place.hpp"

#include <filesystem>

#include "base/share.hpp"
#include "yaml/document.hpp"

namespace ctl {

Place place_of(const std::string& configuration_file) {
    Place place{.share = base::share_directory()};
    auto document = yaml::Document::read(configuration_file);
    if (!document) return place;
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(configuration_file, ignored).parent_path();
    const std::string socket = document->root()["control"]["socket"].text();
    const std::string share = document->root()["share"].text();
    // An absolute path stays what it is; others are beneath the file's folder.
    if (!socket.empty()) place.socket = folder / socket;
    if (!share.empty()) place.share = folder / share;
    return place;
}

base::Result<Ground> ground_of(const std::string& configuration_file) {
    auto document = yaml::Document::read(configuration_file);
    if (!document) return document.fault();
    const yaml::Node root = document->root();
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(configuration_file, ignored).parent_path();
    const auto path = [&](const char* key) { return (folder / root[key].text()).string(); };
    for (const char* key : {"spool", "state"})
        if (root[key].text().empty())
            return base::Fault{base::Remedy::AskOperator,
                               configuration_file + " does not say where `" + key + "` is"};
    Ground ground{path("spool"), path("archive"), path("state")};
    if (!root["archive"]) ground.archive = ground.spool + "/.archive";
    ground.state_key = root["state_key"] ? path("state_key") : ground.state + "/state.key";
    ground.ledger_key = root["ledger_key"] ? path("ledger_key") : ground.state + "/ledger.key";
    return ground;
}

base::Result<Boxes> boxes_of(const std::string& configuration_file, const std::string& mailbox) {
    auto document = yaml::Document::read(configuration_file);
    if (!document) return document.fault();
    const yaml::Node root = document->root();
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(configuration_file, ignored).parent_path();
    const auto path = [&](const char* key) {
        // Without the slash that "spool/" and "." leave behind.
        std::string text = (folder / root[key].text()).lexically_normal().string();
        if (text.size() > 1 && text.ends_with('/')) text.pop_back();
        return text;
    };
    std::string names;
    for (const yaml::Node& each : root["mailboxes"].items()) {
        const std::string name = each["name"].text();
        names += (names.empty() ? "" : ", ") + name;
        if (name != mailbox) continue;
        Boxes boxes{path("spool"), path("archive"), path("state"), each["group"].text(),
                    static_cast<bool>(each["sftp"])};
        if (!root["archive"]) boxes.archive = boxes.spool + "/.archive";
        return boxes;
    }
    const bool is_path = mailbox.find('/') != std::string::npos || mailbox.starts_with('.');
    return base::Fault{base::Remedy::AskOperator,
                       configuration_file + " has no mailbox " + mailbox +
                           (is_path ? "; a mailbox is named, not its directory" : "") +
                           (names.empty() ? "; it has none" : "; it has " + names)};
}

}  // namespace ctl
