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

std::optional<Boxes> boxes_of(const std::string& configuration_file, const std::string& mailbox) {
    auto document = yaml::Document::read(configuration_file);
    if (!document) return std::nullopt;
    const yaml::Node root = document->root();
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(configuration_file, ignored).parent_path();
    const auto path = [&](const char* key) {
        return (folder / root[key].text()).lexically_normal().string();
    };
    for (const yaml::Node& each : root["mailboxes"].items()) {
        if (each["name"].text() != mailbox) continue;
        Boxes boxes{path("spool"), path("archive"), path("state"), each["group"].text(),
                    static_cast<bool>(each["sftp"])};
        if (!root["archive"]) boxes.archive = boxes.spool + "/.archive";
        return boxes;
    }
    return std::nullopt;
}

}  // namespace ctl
