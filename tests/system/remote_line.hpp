// RemoteLine: permitd with a mailbox "beta" whose boxes stand on a real OpenSSH server, and a local
// one, "acme", beside it. Tests look at both sides: the account's files there, the boxes beneath
// the spool here.
//
// Threads: one. Throws: std::runtime_error when a program does not start.
#pragma once

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "sshd.hpp"
#include "system/line.hpp"

namespace line {

// More than anything takes on a busy machine.
inline constexpr milliseconds plenty{90'000};

class RemoteLine : public testing::Test {
protected:
    explicit RemoteLine(tests::SshdSetup how = {});

    // `more` of the keys of `sftp:`; later ones would not override earlier ones, so each is given
    // once.
    void configure(const std::string& more, const std::filesystem::path& key = {});
    // A disk of its own is seen by the server's processes only.
    std::filesystem::path there() const;
    std::filesystem::path here() const { return line.folder() / "spool/beta"; }
    // As an SFTP client that renames: whole the moment it appears.
    void drop(const std::string& name, const std::string& bytes) const;
    void drop_declarations(std::size_t from, std::size_t to) const;
    static std::string declaration(const std::string& id);
    std::vector<std::string> names(const std::string& box) const;  // there, sorted
    std::vector<std::string> local(const std::string& box) const;
    // How many files got each outcome, by the names of the receipts there.
    std::map<std::string, std::size_t> outcomes() const;
    std::size_t boxed() const { return names("SentBox").size() + names("FailBox").size(); }
    bool all_done(std::size_t files) const;
    void expect_once(std::size_t files) const;
    // The row of a mailbox in the daemon's answer; empty when there is none.
    boost::json::object row(const std::string& mailbox = "beta") const;
    std::string word(const char* name) const;
    bool becomes(const std::string& condition) const;
    // One more of acme's, from its drop to its outcome.
    void expect_acme_is_served(const std::string& id);
    pid_t courier();

    tests::Sshd sshd;
    Line line;
};

}  // namespace line
