#include "base/share.hpp"

#include <filesystem>
#include <vector>

namespace base {

std::string share_directory() {
    namespace fs = std::filesystem;
    std::error_code missing;
    const fs::path program = fs::read_symlink("/proc/self/exe", missing);
    std::vector<fs::path> places{program.parent_path().parent_path() / "share/permitd"};
    for (fs::path above = program.parent_path(); above.has_relative_path();
         above = above.parent_path())
        places.push_back(above);
    for (const fs::path& place : places)
        if (fs::exists(place / "xsd/permitd-mep-1.xsd", missing)) return place;
    return "/usr/share/permitd";
}

}  // namespace base
