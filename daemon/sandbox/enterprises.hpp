// Enterprises: who is registered at the ministry, under which account, and what of it is known.
//
// A registration is about the enterprise with that USCC. The wish to bind names an account only: it
// is about the enterprise that has that account, and as long as nobody is known to have it, about
// the account itself. Passwords never come here.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <unordered_map>

#include "sandbox/journal.hpp"

namespace sandbox {

struct Enterprise {
    std::string subject;  // its USCC, else the account
    base::Element
        content;  // `enterprise` of the gateway as it was approved or bound; may be no one
    std::string account;
    std::string state = "none";
    std::uint64_t next_seq = 1;
    std::vector<std::string> told;  // results, as base::Writer writes them

    std::string key;         // of the newest registration
    base::Element declared;  // with it
};

class Enterprises {
public:
    const Enterprise* find(const std::string& subject) const;
    const Enterprise* of_account(const std::string& account) const;
    // What is under review is open: the result is not known yet.
    bool is_open(const std::string& subject) const;

    // REQUIRES: an accepted registration or binding.
    void declare(const Entry& entry);
    void learn(const base::Element& result, const std::string& bytes);

private:
    void learn_registration(Enterprise& enterprise, const base::Element& result);
    void learn_binding(Enterprise& enterprise, const base::Element& body);

    std::unordered_map<std::string, Enterprise> by_subject_;
    std::unordered_map<std::string, std::string> accounts_;  // to subjects
    std::unordered_map<std::string, std::string> keys_;      // likewise
};

// Whether an `enterprise` has a field of that name.
bool is_enterprise_field(const std::string& name);
// A whole `enterprise` as the ministry keeps one: what is given, else what was registered, else
// something plausible. REQUIRES: a given or registered `uscc`.
base::Element whole_enterprise(const std::map<std::string, std::string>& given,
                               const base::Element& registered);

}  // namespace sandbox
