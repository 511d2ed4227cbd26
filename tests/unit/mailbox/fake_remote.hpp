// A server in memory, with the habits that servers have, and a place to stop at in each question.
//
// Threads: one. Throws: what the hook of its steps throws.
#pragma once

#include <map>
#include <set>

#include "transfer/remote.hpp"

namespace tests {

struct FakeServer {
    struct File {
        std::string bytes;
        std::int64_t modified_s = 0;
        std::uint64_t claimed_bytes = 0;  // more than there are
    };
    enum class OnTaken { Exists, Failed, Overwritten };  // a rename onto a name that exists

    std::map<std::string, File> files;
    std::set<std::string> directories{"OutBox"};
    std::set<std::string> odd;  // links and the like, by path
    OnTaken on_taken = OnTaken::Exists;
    bool tells_kinds = true;
    bool tells_times = true;
    bool makes_days = true;
    bool lists_attributes = true, looks_tell = true;  // else names alone
    std::size_t listed_max = 1u << 30;                // a longer listing is cut
    std::set<std::string> breaks;       // the line breaks in these files and listings, by path
    std::set<std::string> look_breaks;  // and when these are looked at
    std::size_t room = 1u << 30;        // bytes
    std::set<std::string> refuses;      // directories that nothing may be moved into
    std::map<std::string, unsigned> questions;  // by their names
    std::int64_t clock_s = 1'000'000'000;       // never that of the test

    // Called before and after the effect of each question, and between the pieces of a file; false:
    // the line is cut there.
    std::function<bool()> step = [] { return true; };

    void put(const std::string& path, const std::string& bytes) {
        files[path] = {bytes, ++clock_s};
    }
    std::vector<std::string> names(const std::string& directory) const;
};

class FakeRemote final : public transfer::Remote {
public:
    explicit FakeRemote(FakeServer& server) : server_(server) {}

    base::Result<transfer::Told> list(
        const std::string& directory,
        const std::function<bool(const transfer::RemoteEntry&)>& visit) override;
    base::Result<std::optional<transfer::RemoteEntry>> look(const std::string& path) override;
    base::Result<transfer::Told> fetch(const std::string& path, std::uint64_t bytes_max,
                                       const std::function<bool(std::string_view)>& take) override;
    base::Result<transfer::Told> put(const std::string& path, std::string_view bytes) override;
    base::Result<transfer::Told> rename(const std::string& from, const std::string& to) override;
    base::Result<transfer::Told> remove(const std::string& path) override;
    base::Result<transfer::Told> make_directory(const std::string& path) override;

private:
    // The effect between two places where the line may be cut.
    template <class T, class Effect>
    base::Result<T> ask(const char* question, const Effect& effect) {
        ++server_.questions[question];
        if (cut_ || !server_.step()) return cut();
        base::Result<T> told = effect();
        if (cut_ || !server_.step()) return cut();
        return told;
    }
    base::Fault cut() {
        cut_ = true;
        return {base::Remedy::RetryLater, "the line was cut"};
    }
    transfer::RemoteEntry entry(const std::string& path) const;

    FakeServer& server_;
    bool cut_ = false;
};

}  // namespace tests
