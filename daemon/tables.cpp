#include "tables.hpp"

#include <set>
#include <sstream>

namespace permitd {

namespace {

base::Outcome told(const std::string& complaints) {
    if (complaints.empty()) return base::done;
    return base::Fault{base::Remedy::AskOperator, complaints};
}

// Moves a loaded value to the heap, where others may point at it.
template <class T>
void keep(base::Result<T> loaded, std::unique_ptr<const T>& in, std::string& complaints) {
    if (loaded)
        in = std::make_unique<const T>(std::move(*loaded));
    else
        add_lines(loaded.fault().text, complaints);
}

}  // namespace

// What mapper and dialects have in common is told once.
void add_lines(const std::string& text, std::string& all) {
    std::set<std::string> known;
    std::istringstream told_already{all};
    for (std::string line; std::getline(told_already, line);) known.insert(line);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (known.insert(line).second) all += (all.empty() ? "" : "\n") + line;
}

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

base::Result<Tables> load_tables(const std::string& directory, const Config& config) {
    std::string complaints;
    Tables tables;
    keep(edi::Lists::load(directory + "/config/codes"), tables.lists, complaints);
    keep(receipts::Catalogue::load(directory + "/config/messages/problems.yaml"), tables.catalogue,
         complaints);
    if (tables.lists) {
        keep(mapping::Mapper::load(directory + "/mapping", *tables.lists), tables.mapper,
             complaints);
        keep(mapping::Dialects::load(directory + "/mapping", *tables.lists), tables.dialects,
             complaints);
    }
    if (tables.dialects)
        if (auto checked = check_dialects(config, *tables.dialects); !checked)
            add_lines(checked.fault().text, complaints);
    if (auto outcome = told(complaints); !outcome) return outcome.fault();
    return tables;
}

base::Outcome check_tables(const Config& config) {
    const auto tables = load_tables(config.share, config);
    return tables ? base::Outcome{base::done} : tables.fault();
}

}  // namespace permitd
