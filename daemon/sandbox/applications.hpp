// Applications: what lies on the ministry's desk, and what of it has become known.
//
// A submission's whole future is laid down when it arrives; `moments` are the times of its results
// in the order of their seq. An application declared again under its number keeps what was told.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <unordered_map>

#include "sandbox/journal.hpp"

namespace sandbox {

struct Application {
    std::string number;
    std::string uscc;
    // Of the newest submission.
    std::string key;
    std::uint64_t group = 0;
    std::uint64_t first_seq = 1;
    std::vector<base::Time> moments;
    base::Time decided;
    OpenAfter open_after = OpenAfter::No;
    std::optional<base::Time> withdrawn;  // confirmed, and from when on
    Withdrawing withdrawal;
    bool multi_batch = false;
    std::string licensed;  // quantity

    // Known by now.
    std::string state = "under-review";
    std::uint64_t state_seq = 0;
    std::string licence_no;
    std::string expiry;
    std::vector<std::string> told;  // results, as base::Writer writes them

    std::uint64_t next_seq() const { return first_seq + moments.size(); }
    // The seq of something that is said at that time, after all else that is said until then.
    std::uint64_t seq_at(base::Time at) const;
    bool under_review(base::Time at) const;
};

class Applications {
public:
    const Application* find(const std::string& number) const;
    // Licence numbers are compared without hyphens.
    const Application* of_licence(const std::string& licence_no) const;
    // In the order in which they were declared first.
    std::vector<const Application*> of_enterprise(const std::string& uscc) const;

    // REQUIRES: an accepted application, with what is planned for it.
    void declare(const Entry& entry);
    // An answer to the wish to withdraw is given at that time; what the plan says later moves on,
    // or is dropped when the wish is granted.
    void answer_withdrawal(const std::string& number, base::Time at, Withdraws withdraws);
    // A result has become known. One about an application that nobody made is not kept.
    void learn(const base::Element& result, const std::string& bytes);

private:
    std::unordered_map<std::string, Application> by_number_;
    std::unordered_map<std::string, std::string> licences_;  // to numbers of applications
    std::unordered_map<std::string, std::vector<std::string>> enterprises_;  // likewise
};

}  // namespace sandbox
