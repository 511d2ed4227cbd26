#include "access.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace permitd {

namespace {

// A group with some thousand members; a larger one counts as none.
constexpr std::size_t entry_bytes_max = 1u << 20;

}  // namespace

std::optional<unsigned> group_number(const std::string& name) {
    if (name.empty()) return std::nullopt;
    std::vector<char> text(entry_bytes_max);
    struct group entry {};
    struct group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, text.data(), text.size(), &found) != 0 || !found)
        return std::nullopt;
    return entry.gr_gid;
}

std::string user_name(unsigned uid) {
    std::array<char, 16u << 10> text{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, text.data(), text.size(), &found) != 0 || !found) return {};
    return entry.pw_name;
}

std::vector<unsigned> groups_let_in(const Config& config) {
    std::vector<unsigned> groups;
    for (const std::string* const name : {&config.control_group, &config.control_admin_group})
        if (const auto number = group_number(*name)) groups.push_back(*number);
    return groups;
}

bool may_change(const http::Request& request, const Config& config) {
    if (!request.peer_uid) return false;
    if (*request.peer_uid == 0 || *request.peer_uid == ::geteuid()) return true;
    // Asked for each time: a group may be made while permitd is running.
    const auto admins = group_number(config.control_admin_group);
    return admins && (request.peer_gid == *admins ||
                      std::ranges::find(request.peer_groups, *admins) != request.peer_groups.end());
}

}  // namespace permitd
