// Parts of a page: what stands in any element of a receipt, as tables. Elements that a later
// version adds are shown too, under their own names.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/element.hpp"
#include "ctl/words.hpp"

namespace ctl {

class PageParts {
public:
    explicit PageParts(Language language) : language_(language) {}

    // All of an element but its name: its facts, a line each, then what it consists of.
    void append_block(base::Element& to, const base::Element& element) const;
    // A table with these headings; rows go into its last child.
    base::Element table(const std::vector<std::string>& fields) const;

private:
    using Group = std::vector<const base::Element*>;
    void append_fact(base::Element& body, const std::string& label, std::string value) const;
    void append_facts(base::Element& body, const base::Element& element) const;
    void append_group(base::Element& to, const Group& group) const;
    void append_alike(base::Element& to, const Group& group) const;
    void append_records(base::Element& to, const Group& group,
                        const std::vector<std::string>& columns) const;

    const Language language_;
};

}  // namespace ctl
