#include "tables.hpp"

#include <set>
#include <sstream>

#include "edi/lists.hpp"
#include "mapping/mapper.hpp"

namespace permitd {

namespace {

base::Outcome told(const std::string& complaints) {
    if (complaints.empty()) return base::done;
    return base::Fault{base::Remedy::AskOperator, complaints};
}

// What mapper and dialects have in common is told once.
void add_lines(const std::string& text, std::string& all) {
    std::set<std::string> known;
    std::istringstream told_already{all};
    for (std::string line; std::getline(told_already, line);) known.insert(line);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (known.insert(line).second) all += (all.empty() ? "" : "\n") + line;
}

}  // namespace

std::vector<std::string> wanted_dialects(const Config& config) {
    std::set<std::string> names;
    for (const MailboxConfig& each : config.mailboxes)
        if (!each.dialect.empty()) names.insert(each.dialect);
    return {names.begin(), names.end()};
}

std::string dialect_file(const std::string& share, const std::string& dialect) {
    return share + "/mapping/partners/" + dialect + ".yaml";
}

base::Outcome check_dialects(const Config& config, const mapping::Dialects& dialects) {
    std::string complaints;
    for (const MailboxConfig& each : config.mailboxes)
        if (!each.dialect.empty() && !dialects.find(each.dialect))
            add_lines(each.dialect_at + ": mailbox " + each.name + ": dialect '" + each.dialect +
                          "' has no table: there is no " + dialect_file(config.share, each.dialect),
                      complaints);
    return told(complaints);
}

base::Outcome check_tables(const Config& config) {
    const std::string directory = config.share + "/mapping";
    const auto lists = edi::Lists::load(config.share + "/config/codes");
    if (!lists) return lists.fault();
    std::string complaints;
    if (const auto mapper = mapping::Mapper::load(directory, *lists); !mapper)
        add_lines(mapper.fault().text, complaints);
    const auto dialects = mapping::Dialects::load(directory, *lists);
    if (!dialects)
        add_lines(dialects.fault().text, complaints);
    else if (auto checked = check_dialects(config, *dialects); !checked)
        add_lines(checked.fault().text, complaints);
    return told(complaints);
}

}  // namespace permitd
