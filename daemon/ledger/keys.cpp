#include "ledger/keys.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "ledger/events.hpp"
#include "ledger/publish.hpp"
#include "ledger/sums.hpp"

namespace ledger {

namespace {

constexpr std::string_view public_ending = ".pub.pem";
constexpr std::size_t key_file_bytes_max = 4096;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool is_empty(const std::string& path) {
    std::error_code none;
    return std::filesystem::file_size(path, none) == 0;
}

base::Fault other_keys(const std::string& file, const std::string& archive_key,
                       const std::string& what) {
    return {base::Remedy::AskOperator,
            what + ", and the archive is signed by " + archive_key +
                ": put that key back from the backup as " + file +
                " (mode 0600). To replace it on purpose, put it there as " + file +
                ".old; where it is lost for good, an empty " + file +
                ".old lets a new one begin that nobody vouches for"};
}

// Another key that ours vouched for signs since then.
const base::VerifyingKey* follower_of(const base::VerifyingKey& ours, const std::string& folder,
                                      const std::vector<base::VerifyingKey>& published) {
    for (const base::VerifyingKey& each : published) {
        const auto word =
            base::read_file(folder + '/' + key_file_name(each) + ".sig", base::signature_bytes);
        if (word && ours.verifies(*word, each.pem())) return &each;
    }
    return nullptr;
}

base::Outcome publish_key(int folder, const base::VerifyingKey& key) {
    return publish(folder, key_file_name(key), key.pem());
}

// The old key's word for the new one; empty where the old one is lost.
base::Result<std::string> vouched(const std::string& old_file, const base::VerifyingKey& fresh,
                                  const std::vector<base::VerifyingKey>& published, int folder) {
    if (is_empty(old_file)) return std::string{};
    const auto old_key = base::SigningKey::open(old_file);
    if (!old_key) return old_key.fault();
    if (std::ranges::find(published, old_key->verifying()) == published.end())
        return base::Fault{base::Remedy::AskOperator,
                           old_file + " is not a key of this archive: it cannot vouch for another"};
    const std::string name = key_file_name(fresh) + ".sig";
    if (auto signed_ = publish(folder, name, old_key->sign(fresh.pem())); !signed_)
        return signed_.fault();
    return old_key->verifying().id();
}

}  // namespace

std::string key_file_name(const base::VerifyingKey& key) {
    return key.id() + std::string{public_ending};
}

base::Result<std::vector<base::VerifyingKey>> keys_in(const std::string& folder) {
    std::vector<base::VerifyingKey> keys;
    if (!is_there(folder)) return keys;
    std::vector<std::string> names;
    auto listed = base::each_name_in(folder, [&](const std::string& name) {
        if (name.ends_with(public_ending) && name.front() != '.') names.push_back(name);
        return true;
    });
    if (!listed) return listed.fault();
    std::ranges::sort(names);
    for (const std::string& name : names) {
        const auto pem = base::read_file(folder + '/' + name, key_file_bytes_max);
        if (!pem) return pem.fault();
        auto key = base::VerifyingKey::of_pem(*pem);
        if (!key || key_file_name(*key) != name)
            return base::Fault{base::Remedy::AskOperator,
                               folder + '/' + name +
                                   " is not the Ed25519 public key that its name says: put it "
                                   "back from a backup"};
        keys.push_back(std::move(*key));
    }
    return keys;
}

base::Result<Keys> Keys::settle(const Archive& archive, const std::string& file) {
    const auto folder = archive.folder(std::string{keys_name});
    if (!folder) return folder.fault();
    auto published = keys_in(archive.held_path() + '/' + std::string{keys_name});
    if (!published) return published.fault();
    const std::string old_file = file + ".old";
    const bool is_missing = !is_there(file);
    const bool may_replace = published->empty() || is_there(old_file);
    if (is_missing && !may_replace)
        return other_keys(file, published->back().id(), file + " is not there");
    auto signing = is_missing ? base::SigningKey::make(file) : base::SigningKey::open(file);
    if (!signing) return signing.fault();
    Keys keys{std::move(*signing)};
    keys.published_ = std::move(*published);
    const base::VerifyingKey& ours = keys.signing_.verifying();
    if (std::ranges::find(keys.published_, ours) != keys.published_.end()) {
        const auto* const follower =
            follower_of(ours, archive.held_path() + '/' + std::string{keys_name}, keys.published_);
        if (!follower) return keys;
        return other_keys(file, follower->id(), file + " is " + ours.id() + ", an older key");
    }
    if (!may_replace)
        return other_keys(file, keys.published_.back().id(), file + " is " + ours.id());
    if (keys.published_.empty()) {
        if (auto done = publish_key(folder->number(), ours); !done) return done.fault();
        base::log(event::key_made, {{"key", ours.id()}});
    } else {
        const auto by = vouched(old_file, ours, keys.published_, folder->number());
        if (!by) return by.fault();
        if (auto done = publish_key(folder->number(), ours); !done) return done.fault();
        base::log(event::key_replaced, {{"key", ours.id()}, {"signed_by", *by}});
    }
    keys.published_.push_back(ours);
    return keys;
}

base::Outcome Keys::publish(const Archive& archive) const {
    const auto folder = archive.folder(std::string{keys_name});
    if (!folder) return folder.fault();
    for (const base::VerifyingKey& each : published_)
        if (auto done = publish_key(folder->number(), each); !done) return done;
    return base::done;
}

}  // namespace ledger
