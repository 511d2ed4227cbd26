// Trust: which keys an auditor may believe, from those that he was given.
//
// A key that a trusted one vouched for (keys.hpp) is trusted as well. One that vouched for a
// trusted one is an elder: what it signed counts only where something that a trusted key signed
// comes later, and covers it by the chain of digests; anybody could make such a key.
// Threads: a value. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/sign.hpp"

namespace ledger {

class Trust {
public:
    // `folder`: the keys of an archive; what is no key there is passed over. Names of such files go
    // into unreadable().
    Trust(std::vector<base::VerifyingKey> given, const std::string& folder);

    enum class Signer { Trusted, Elder, Nobody };
    Signer signer_of(std::string_view signature, std::string_view bytes) const;
    const std::vector<base::VerifyingKey>& trusted() const { return trusted_; }
    // Keys of the archive that have nothing to do with those given.
    const std::vector<base::VerifyingKey>& strangers() const { return strangers_; }
    const std::vector<std::string>& unreadable() const { return unreadable_; }

private:
    struct Published {
        base::VerifyingKey key;
        std::string word;  // the signature of the key before it; may be empty
    };
    std::vector<Published> read(const std::string& folder);

    std::vector<base::VerifyingKey> trusted_, elders_, strangers_;
    std::vector<std::string> unreadable_;
};

}  // namespace ledger
