// compose: a Receipt as the bytes of its file (messages.md 5). Pure: the same receipt, the same
// bytes. Texts of problems come from the catalogue, in Chinese and in English.
// Threads: Catalogue is immutable once loaded. Throws: nothing.
#pragma once

#include <map>

#include "base/result.hpp"
#include "edi/receipt.hpp"

namespace receipts {

struct Texts {
    std::string zh;
    std::string en;
};

// config/messages/problems.yaml: for each code its texts, what it means and what to do.
class Catalogue {
public:
    // Faults name file, line and column, all of them, one a line: a text that is missing, a place
    // that only one of the two languages has.
    static base::Result<Catalogue> load(const std::string& file);
    // The texts of a finding with its arguments filled in; a code without an entry gives the code.
    Texts texts(const base::Finding& finding) const;
    bool has(const std::string& code, const std::string& variant) const;
    std::vector<std::string> codes() const;
    // What a code means in general and what to do about it; null for a code without an entry.
    const Texts* meaning(const std::string& code) const;
    const Texts* remedy(const std::string& code) const;

private:
    struct Entry {
        Texts text;
        Texts meaning;
        Texts remedy;
        std::map<std::string, Texts> variants;
    };
    std::map<std::string, Entry> entries_;
};

base::Element element_of(const edi::Receipt& receipt, const Catalogue& catalogue);
std::string compose(const edi::Receipt& receipt, const Catalogue& catalogue);

}  // namespace receipts
