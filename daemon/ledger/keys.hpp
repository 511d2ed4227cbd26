// Keys: the key that signs the ledger, and the public keys in the archive.
//
//   <archive>/keys/<id>.pub.pem        each key that ever signed, 0444; id: base/sign.hpp
//   <archive>/keys/<id>.pub.pem.sig    raw Ed25519 over that file by the key before it
//
// The key file is made at the first start. To replace it, the operator renames it to <file>.old and
// starts permitd: the next key is made (unless one was put there), signed by the old one and
// published. The signature is published before its key, so that a crash in between leaves a name
// that nobody looks at, and the same bytes are written again.
// An archive whose keys are all others' is never signed without such a step: the key file was lost
// or put back from elsewhere. Where the old one is gone for good, an empty <file>.old says so.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/sign.hpp"
#include "ledger/archive.hpp"

namespace ledger {

class Keys {
public:
    static base::Result<Keys> settle(const Archive& archive, const std::string& file);
    // The same keys in an archive that was made anew.
    base::Outcome publish(const Archive& archive) const;

    const base::SigningKey& signing() const { return signing_; }
    // Those that are published, ours among them.
    const std::vector<base::VerifyingKey>& published() const { return published_; }

private:
    explicit Keys(base::SigningKey signing) : signing_(std::move(signing)) {}

    base::SigningKey signing_;
    std::vector<base::VerifyingKey> published_;
};

// A key of the archive, as its file is named.
std::string key_file_name(const base::VerifyingKey& key);
// Each *.pub.pem of that folder; one that holds no key is a fault. None where there is no folder.
base::Result<std::vector<base::VerifyingKey>> keys_in(const std::string& folder);

}  // namespace ledger
