// The mailboxes of permitd.yaml.
#include <algorithm>

#include "config_section.hpp"
#include "edi/message.hpp"

namespace permitd {

namespace {

using std::chrono::milliseconds;

bool is_made_of(const std::string& name, std::string_view characters) {
    return name.find_first_not_of(characters) == std::string::npos;
}

constexpr std::string_view lower_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789-";

bool is_plain_name(const std::string& name) {
    return !name.empty() && name.size() <= 64 && is_made_of(name, lower_and_digits) &&
           name.front() != '-';
}

// SHA-256 in base64 without padding, as ssh-keygen -l shows it.
bool is_fingerprint(const std::string& text) {
    constexpr std::string_view head = "SHA256:";
    return text.size() == head.size() + 43 && text.starts_with(head) &&
           is_made_of(text.substr(head.size()),
                      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

SftpConfig read_sftp(const Section& section) {
    SftpConfig sftp;
    const yaml::Node& node = section.node();
    const std::string url = section.required_text("url");
    if (!url.empty()) {
        if (auto server = transfer::server_of_url(url))
            sftp.server = std::move(*server);
        else
            node["url"].complain(server.fault().text);
    }
    transfer::Server& server = sftp.server;
    server.user = section.required_text("user");
    server.key_file = section.path("key", "");
    server.password_file = section.path("password", "");
    if (server.key_file.empty() == server.password_file.empty())
        node.complain("name either a key or a password, each as the file that holds it");
    server.known_hosts_file = section.path("known_hosts", "");
    server.fingerprint = section.text("fingerprint", "");
    if (server.known_hosts_file.empty() && server.fingerprint.empty())
        node.complain("the server's key must be known: name known_hosts or a fingerprint");
    if (!server.fingerprint.empty() && !is_fingerprint(server.fingerprint))
        node["fingerprint"].complain(
            "a fingerprint is SHA256: and 43 characters, as ssh-keygen -l shows it");
    sftp.every = section.time("every", sftp.every, milliseconds{100});
    sftp.settle = section.time("settle", sftp.settle, milliseconds{0});
    server.time_max = section.time("time_max", server.time_max, milliseconds{100});
    return sftp;
}

void read_senders(const Section& section, MailboxConfig& mailbox) {
    const yaml::Node senders = section.node().required("senders");
    for (const yaml::Node& each : senders.items()) {
        mailbox.senders.push_back(each.text());
        if (!edi::is_uscc(mailbox.senders.back()))
            each.complain("a sender is a unified social credit code of 18 characters");
    }
    if (senders && mailbox.senders.empty()) senders.complain("name at least one sender");
    std::string line;
    for (const std::string& each : mailbox.senders) line += (line.empty() ? "" : ", ") + each;
    section.tell("senders", senders, '[' + line + ']');
}

void read_mailbox(const Section& mailboxes, const yaml::Node& node, Config& config,
                  std::set<std::string>& names) {
    MailboxConfig mailbox;
    const yaml::Node name = node.required("name");
    mailbox.name = name.text();
    if (name && !is_plain_name(mailbox.name))
        name.complain("a mailbox name is 1 to 64 of a-z 0-9 and - (not in front)");
    else if (mailbox.name == "keys")
        name.complain("the archive keeps its keys under this name: take another");
    else if (name && !names.insert(mailbox.name).second)
        name.complain("there is a mailbox of this name already");
    const Section section = mailboxes.item(node, mailbox.name);
    read_senders(section, mailbox);
    constexpr intake::Proof proofs[] = {intake::Proof::None, intake::Proof::Marker,
                                        intake::Proof::Digest};
    mailbox.completeness = proofs[section.word("completeness", {"rename", "marker", "digest"})];
    mailbox.dialect = section.text("dialect", "");
    if (node["dialect"]) mailbox.dialect_at = node["dialect"].where();
    if (!mailbox.dialect.empty() && !is_plain_name(mailbox.dialect))
        node["dialect"].complain("a dialect is named by 1 to 64 of a-z 0-9 and - (not in front)");
    constexpr Wanted wanted[] = {Wanted::All, Wanted::Outcomes};
    mailbox.receipts = wanted[section.word("receipts", {"all", "outcomes"})];
    mailbox.group = section.text("group", "");
    if (node["sftp"]) {
        mailbox.sftp = read_sftp(section.sub("sftp"));
        if (!mailbox.group.empty())
            node["group"].complain("the boxes of an sftp mailbox are the server's: no group here");
    }
    config.mailboxes.push_back(std::move(mailbox));
}

}  // namespace

void read_mailboxes(const Section& root, Config& config) {
    const yaml::Node mailboxes = root.node().required("mailboxes");
    const Section all = root.sub("mailboxes");
    std::set<std::string> names;
    for (const yaml::Node& each : mailboxes.items()) read_mailbox(all, each, config, names);
    if (mailboxes && config.mailboxes.empty()) mailboxes.complain("name at least one mailbox");
}

}  // namespace permitd
