#include "ledger/in_order.hpp"

#include <algorithm>
#include <compare>
#include <map>

namespace ledger {

namespace {

constexpr std::size_t digits = 12;

// What a day directory holds beside receipts and what goes with them (operations.md 5).
bool is_of_the_ledger(std::string_view name) {
    return name == "SHA256SUMS" || name == "SHA256SUMS.sig" || name == "exchanges";
}

// "<number>_<kind>_<stem>_<name>": a file that goes with a receipt.
bool is_enclosure(std::string_view name) {
    const bool numbered =
        name.size() > digits &&
        std::ranges::all_of(name.substr(0, digits), [](char c) { return c >= '0' && c <= '9'; });
    return numbered && name[digits] == '_' && std::ranges::count(name, '_') >= 3;
}

// Which mailboxes have something of each day, the oldest day first.
using Days = std::map<std::string, std::vector<std::string>>;

base::Result<Days> days_of(const std::string& archive, const Part& part) {
    Days days;
    const auto listed = each_shelf(archive, [&](const Shelf& shelf) -> base::Outcome {
        const bool wanted = (part.mailbox.empty() || shelf.mailbox == part.mailbox) &&
                            (part.from.empty() || shelf.day >= part.from) &&
                            (part.to.empty() || shelf.day <= part.to);
        if (wanted) days[shelf.day].push_back(shelf.mailbox);
        return base::done;
    });
    if (!listed) return listed.fault();
    return days;
}

struct Listed {
    std::string name;
    std::size_t mailbox = 0;  // of those of the day
    auto operator<=>(const Listed&) const = default;
};

base::Outcome visit_day(const std::string& archive, const std::string& day,
                        const std::vector<std::string>& mailboxes, const NameVisits& visits) {
    std::vector<Listed> receipts;  // a name begins with its number, so that they sort by it
    for (std::size_t i = 0; i < mailboxes.size(); ++i) {
        const Shelf shelf{mailboxes[i], day};
        const auto look_at = [&](const std::string& name) -> base::Outcome {
            if (issued_of(name))
                receipts.push_back({name, i});
            else if (!is_enclosure(name) && !is_of_the_ledger(name))
                return visits.foreign(shelf, name);
            return base::done;
        };
        if (auto listed = each_issued_name(archive, shelf, look_at); !listed) return listed;
    }
    std::ranges::sort(receipts);
    for (const Listed& each : receipts)
        if (auto visited = visits.receipt({mailboxes[each.mailbox], day}, each.name); !visited)
            return visited;
    return base::done;
}

}  // namespace

base::Outcome each_name_in_order(const std::string& archive, const Part& part,
                                 const NameVisits& visits) {
    const auto days = days_of(archive, part);
    if (!days) return days.fault();
    for (const auto& [day, mailboxes] : *days)
        if (auto visited = visit_day(archive, day, mailboxes, visits); !visited) return visited;
    return base::done;
}

}  // namespace ledger
