#include "admission.hpp"

#include <algorithm>
#include <iterator>

namespace permitd {

namespace {

constexpr std::uint64_t always_free_bytes = 64u << 20;
constexpr std::uint64_t files_in_hand = 4;
constexpr std::uint64_t always_free_inodes = 1024;

class Judge {
public:
    explicit Judge(const std::vector<Hold>& before) : before_(before) {}

    void at_least(Condition condition, const std::string& place, std::uint64_t figure,
                  std::uint64_t limit) {
        const std::uint64_t enough = held(condition, place) ? limit + limit / 10 : limit;
        if (figure < enough) now.push_back({condition, place, figure, limit});
    }
    void at_most(Condition condition, const std::string& place, std::uint64_t figure,
                 std::uint64_t limit) {
        const std::uint64_t allowed = held(condition, place) ? limit - limit / 10 : limit;
        if (figure > allowed) now.push_back({condition, place, figure, limit});
    }

    std::vector<Hold> now;

private:
    bool held(Condition condition, const std::string& place) const {
        return std::ranges::any_of(before_, [&](const Hold& each) {
            return each.condition == condition && each.place == place;
        });
    }

    const std::vector<Hold>& before_;
};

}  // namespace

const char* code_of(Condition condition) {
    switch (condition) {
        case Condition::SpaceUnknown: return "space-unknown";
        case Condition::FreeSpace: return "free-space";
        case Condition::FreeInodes: return "free-inodes";
        case Condition::Backlog: return "backlog";
        case Condition::InboxFiles: return "inbox-files";
    }
    return "";
}

std::uint64_t floor_bytes(const Config& config) {
    return always_free_bytes + files_in_hand * config.intake.file_bytes_max;
}

std::uint64_t commit_floor_bytes(const Config& config) { return floor_bytes(config) / 2; }

std::vector<Hold> commit_holds(const Space& state, std::uint64_t floor,
                               const std::vector<Hold>& before) {
    Judge judge{before};
    judge.at_least(Condition::FreeSpace, state.path, state.bytes_free, floor);
    if (state.inodes_all > 0)
        judge.at_least(Condition::FreeInodes, state.path, state.inodes_free,
                       always_free_inodes / 2);
    return std::move(judge.now);
}

std::vector<Hold> holds(const Figures& figures, const Admission& limits, std::uint64_t floor,
                        const std::vector<Hold>& before) {
    Judge judge{before};
    for (const auto& [path, error] : figures.unmeasured) {
        judge.now.push_back({Condition::SpaceUnknown, path, 0, 0});
        // What was known of it last is not over because nobody answers.
        std::ranges::copy_if(
            before, std::back_inserter(judge.now), [&place = path](const Hold& each) {
                return each.place == place && (each.condition == Condition::FreeSpace ||
                                               each.condition == Condition::FreeInodes);
            });
    }
    for (const Space& each : figures.spaces) {
        // A share of the hundredth parts, so that it cannot overflow.
        const auto share = [&](std::uint64_t all) { return all / 100 * limits.free_percent_min; };
        judge.at_least(Condition::FreeSpace, each.path, each.bytes_free,
                       std::max(share(each.bytes_all), floor));
        if (each.inodes_all > 0)
            judge.at_least(Condition::FreeInodes, each.path, each.inodes_free,
                           std::max(share(each.inodes_all), always_free_inodes));
    }
    judge.at_most(Condition::Backlog, "", figures.backlog, limits.backlog_max);
    for (const auto& [mailbox, files] : figures.inbox_files)
        judge.at_most(Condition::InboxFiles, mailbox, files, limits.inbox_files_max);
    return std::move(judge.now);
}

}  // namespace permitd
