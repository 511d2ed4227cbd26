// The walk through all directories after a test.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/hash.hpp"
#include "system/line.hpp"

namespace line {

namespace {

namespace fs = std::filesystem;
using Sentences = std::vector<std::string>;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// Every receipt beneath, or every original, by its own name, but what fsck moved aside; a name that
// stands twice is told.
std::map<std::string, std::string> contents_of(const fs::path& folder, bool originals,
                                               Sentences& sentences) {
    std::map<std::string, std::string> found;
    const auto all = fs::recursive_directory_iterator{folder};
    for (auto at = begin(all); at != end(all); ++at) {
        const fs::directory_entry& each = *at;
        if (each.path().filename() == ".orphans") at.disable_recursion_pending();
        const bool is_original = each.path().parent_path().filename() == "originals";
        if (!each.is_regular_file() || is_original != originals) continue;
        const std::string own_name = each.path().filename();
        if (!is_original && own_name.find('_') == std::string::npos) continue;  // the ledger's
        if (!found.emplace(own_name, content_of(each.path())).second)
            sentences.push_back(each.path().string() + " stands in the archive twice");
    }
    return found;
}

void compare_receipts(const std::vector<Receipt>& receipts,
                      const std::map<std::string, std::string>& archived, Sentences& sentences) {
    std::set<std::string> delivered;
    for (const Receipt& each : receipts) {
        delivered.insert(each.name);
        const auto found = archived.find(each.name);
        if (found == archived.end())
            sentences.push_back(each.name + " is not in the archive");
        else if (found->second != each.bytes)
            sentences.push_back(each.name + " differs from the archive's");
    }
    for (const auto& [name, bytes] : archived)
        if (!delivered.contains(name)) sentences.push_back(name + " was never delivered");
}

// Numbers are unique (but need not be without gaps), sequences are 1..n, and both grow together.
void check_numbers(const std::vector<Receipt>& receipts, Sentences& sentences) {
    std::set<std::string> numbers;
    std::size_t sequence = 0;
    for (const Receipt& each : receipts) {
        const std::string number{each.root.attribute("number")};
        if (!numbers.insert(number).second) sentences.push_back(number + " was given twice");
        if (!each.name.starts_with(number + '_'))
            sentences.push_back(each.name + " bears another number inside: " + number);
        if (each.root.attribute("sequence") != std::to_string(++sequence))
            sentences.push_back(each.name + " has the sequence " +
                                std::string{each.root.attribute("sequence")} + " instead of " +
                                std::to_string(sequence));
    }
}

void check_originals(const std::map<std::string, std::string>& archived, Sentences& sentences) {
    for (const auto& [name, bytes] : archived)
        if (base::sha256_hex(bytes) + ".xml" != name)
            sentences.push_back("the archived original " + name + " has another digest");
}

// As an auditor sees it who trusts every key that is there.
void check_ledger(const Line& line, Sentences& sentences) {
    const fs::path archive = line.folder() / "spool/.archive";
    std::vector<std::string> words{"verify", archive};
    for (const auto& each : fs::directory_iterator{archive / "keys"})
        if (each.path().extension() == ".pem")
            words.insert(words.end(), {"--key", each.path().string()});
    const Ended verified = line.permitctl(words);
    if (verified.status != 0) sentences.push_back("the ledger: " + verified.out + verified.errors);
}

}  // namespace

Sentences Line::unsound() {
    Sentences sentences;
    const fs::path spool = folder_ / "spool";
    const std::vector<Receipt> all = receipts();
    const auto receipts_kept = contents_of(spool / ".archive", false, sentences);
    const auto originals_kept = contents_of(spool / ".archive", true, sentences);
    compare_receipts(all, receipts_kept, sentences);
    check_numbers(all, sentences);
    check_originals(originals_kept, sentences);
    check_ledger(*this, sentences);
    for (const char* box : {"SentBox", "FailBox"})
        for (const std::string& name : names(box)) {
            const std::string bytes = content_of(spool / "acme" / box / name);
            const auto receipt = receipts_kept.find(fs::path{name}.filename());
            const bool is_receipt = receipt != receipts_kept.end() && receipt->second == bytes;
            if (!is_receipt && !originals_kept.contains(base::sha256_hex(bytes) + ".xml"))
                sentences.push_back(std::string{box} + '/' + name + " is not in the archive");
            if (!name.starts_with(std::string{day} + '/'))
                sentences.push_back(std::string{box} + '/' + name + " stands on another day");
        }
    for (const std::string& name : names("OutBox"))
        sentences.push_back("OutBox still holds " + name);
    return sentences;
}

}  // namespace line
