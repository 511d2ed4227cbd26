#include "ledger/trust.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "ledger/keys.hpp"

namespace ledger {

namespace {

constexpr std::string_view public_ending = ".pub.pem";
constexpr std::size_t key_file_bytes_max = 4096;

bool has(const std::vector<base::VerifyingKey>& keys, const base::VerifyingKey& key) {
    return std::ranges::find(keys, key) != keys.end();
}

bool any_verifies(const std::vector<base::VerifyingKey>& keys, std::string_view signature,
                  std::string_view bytes) {
    return std::ranges::any_of(
        keys, [&](const base::VerifyingKey& key) { return key.verifies(signature, bytes); });
}

}  // namespace

Trust::Trust(std::vector<base::VerifyingKey> given, const std::string& folder)
    : trusted_(std::move(given)) {
    std::vector<Published> rest = read(folder);
    const auto move_to = [&](std::vector<base::VerifyingKey>& keys, const auto& belongs) {
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t i = 0; i < rest.size(); ++i) {
                if (!belongs(rest[i])) continue;
                keys.push_back(rest[i].key);
                rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i--));
                moved = true;
            }
        }
    };
    const std::vector<Published> all = rest;
    move_to(trusted_, [&](const Published& each) {
        return has(trusted_, each.key) || any_verifies(trusted_, each.word, each.key.pem());
    });
    move_to(elders_, [&](const Published& each) {
        return std::ranges::any_of(all, [&](const Published& other) {
            return (has(trusted_, other.key) || has(elders_, other.key)) &&
                   each.key.verifies(other.word, other.key.pem());
        });
    });
    for (const Published& each : rest) strangers_.push_back(each.key);
}

std::vector<Trust::Published> Trust::read(const std::string& folder) {
    std::vector<std::string> names;
    (void)base::each_name_in(folder, [&](const std::string& name) {
        if (name.ends_with(public_ending) && name.front() != '.') names.push_back(name);
        return true;
    });
    std::ranges::sort(names);
    std::vector<Published> published;
    for (const std::string& name : names) {
        const auto pem = base::read_file(folder + '/' + name, key_file_bytes_max);
        auto key = pem ? base::VerifyingKey::of_pem(*pem) : std::nullopt;
        if (!key || key_file_name(*key) != name) {
            unreadable_.push_back(name);
            continue;
        }
        const auto word = base::read_file(folder + '/' + name + ".sig", base::signature_bytes);
        published.push_back({std::move(*key), word ? *word : std::string{}});
    }
    return published;
}

Trust::Signer Trust::signer_of(std::string_view signature, std::string_view bytes) const {
    if (any_verifies(trusted_, signature, bytes)) return Signer::Trusted;
    return any_verifies(elders_, signature, bytes) ? Signer::Elder : Signer::Nobody;
}

}  // namespace ledger
