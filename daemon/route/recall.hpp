// Recall: what the ministry said while a restored state did not listen.
//
// Asking for results with a cursor confirms all before it, so what was confirmed after the backup
// does not come again by itself. Each application under review, each valid licence and each
// registration under review that the state knows is asked about once by /queries; whatever that
// brings is a result like any other. What changes by it, or by a message that was forgotten and
// came again, is looked at again: a licence that an answer made is asked about too.
// Nothing of it is kept: a start while the state is still noticed as restored asks anew.
// Threads: one (commit). Throws: std::bad_alloc only.
#pragma once

#include <set>

#include "route/forgotten.hpp"
#include "route/question.hpp"

namespace route {

class Recall {
public:
    // Idle without a state that was restored.
    explicit Recall(const Forgotten* forgotten) : forgotten_(forgotten) {}

    // Takes up all that the restored store knows of these enterprises.
    void begin(const edi::Store& store, const std::set<std::string>& senders, base::Time even);
    // It was changed: there may be more to ask about it.
    void look_at(const edi::Application& application, const edi::State& state, base::Time even);

    // As with Errands: questions to be asked now, at most so many.
    std::vector<Question> due(base::Time even, std::size_t room);
    // What it did not ask is none of its own.
    void answered(const std::string& number) { asking_.erase(number); }
    void failed(const std::string& number, const Patience& patience, base::Time even, double part);
    void unasked(const std::string& number, base::Time even);
    base::Time wake_at() const;

private:
    void ask(const char* about, const char* by, const std::string& what, base::Time even);

    const Forgotten* const forgotten_;
    std::set<std::pair<std::string, std::string>> known_;  // senders and references of the backup
    std::set<std::string> ever_;                           // what was asked or is to be
    Questions asking_;
    std::uint64_t last_number_ = 0;
};

}  // namespace route
