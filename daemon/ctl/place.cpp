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

}  // namespace ctl
