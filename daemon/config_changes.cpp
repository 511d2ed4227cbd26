#include "config_changes.hpp"

#include <algorithm>

namespace permitd {

namespace {

constexpr std::string_view restart_keys[] = {"spool",
                                             "state",
                                             "state_key",
                                             "ledger_key",
                                             "archive",
                                             "ministry.url",
                                             "control.socket",
                                             "control.group",
                                             "control.admin_group",
                                             "metrics.listen",
                                             "metrics.beyond_loopback"};
constexpr std::string_view mailboxes = "mailboxes.";

const Setting* find(const Config& config, const std::string& key) {
    const auto found = std::ranges::find(config.settings, key, &Setting::key);
    return found == config.settings.end() ? nullptr : &*found;
}

const MailboxConfig* mailbox_of(const Config& config, const std::string& key) {
    if (!key.starts_with(mailboxes)) return nullptr;
    const std::string name =
        key.substr(mailboxes.size(), key.find('.', mailboxes.size()) - mailboxes.size());
    const auto found = std::ranges::find(config.mailboxes, name, &MailboxConfig::name);
    return found == config.mailboxes.end() ? nullptr : &*found;
}

Takes takes(const Config& running, const Config& fresh, const std::string& key) {
    if (std::ranges::find(restart_keys, key) != std::end(restart_keys)) return Takes::Restart;
    const MailboxConfig* const before = mailbox_of(running, key);
    const MailboxConfig* const after = mailbox_of(fresh, key);
    if (!before || !after) return Takes::Reload;
    if (key.ends_with(".group")) return Takes::Restart;
    const bool moves = before->sftp.has_value() != after->sftp.has_value();
    return moves && key.find(".sftp.") != std::string::npos ? Takes::Restart : Takes::Reload;
}

}  // namespace

const char* code_of(Takes takes) {
    switch (takes) {
        case Takes::Reload: return "reload";
        case Takes::Restart: return "restart";
    }
    return "";
}

std::vector<SettingChange> changes_of(const Config& running, const Config& fresh) {
    std::vector<SettingChange> changes;
    for (const Setting& each : fresh.settings) {
        const Setting* const before = find(running, each.key);
        if (before && before->value == each.value) continue;
        changes.push_back({each.key, before ? before->value : "", each.value, each.where,
                           takes(running, fresh, each.key)});
    }
    for (const Setting& each : running.settings)
        if (!find(fresh, each.key))
            changes.push_back({each.key, each.value, {}, {}, takes(running, fresh, each.key)});
    return changes;
}

std::string restart_wanted(const std::vector<SettingChange>& changes, const std::string& file) {
    std::string lines;
    for (const SettingChange& each : changes) {
        if (each.takes == Takes::Reload) continue;
        const bool has_place = !each.where.empty() && each.where != "default";
        lines += (lines.empty() ? "" : "\n") + (has_place ? each.where : file) +
                 ": needs a restart: " + each.key +
                 " (running: " + (each.running.empty() ? "not set" : each.running) +
                 ", file: " + (each.fresh.empty() ? "not set" : each.fresh) + ")";
    }
    return lines;
}

}  // namespace permitd
