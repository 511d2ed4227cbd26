#include "sandbox/results.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace sandbox {

void Results::plan(Planned planned) { waiting_.push({std::move(planned), ++order_}); }

std::string Results::numbered(const Planned& planned) const {
    const auto inserted = inserted_.find(planned.group);
    if (inserted == inserted_.end()) return planned.element;
    base::Element result = base::Reader(planned.element).element();
    const base::Time at = base::parse_time(result.attribute("at")).value_or(planned.due);
    const auto before = std::count_if(inserted->second.begin(), inserted->second.end(),
                                      [&](base::Time each) { return each < at; });
    for (base::Attribute& attribute : result.attributes)
        if (attribute.name == "seq")
            attribute.value =
                std::to_string(std::stoull(attribute.value) + static_cast<std::uint64_t>(before));
    base::Writer writer;
    writer.element(result);
    return writer.take();
}

std::vector<std::string> Results::release(base::Time now) {
    std::vector<std::string> released;
    for (; !waiting_.empty() && waiting_.top().planned.due <= now; waiting_.pop()) {
        const Planned& planned = waiting_.top().planned;
        const auto withdrawn = withdrawn_.find(planned.group);
        if (withdrawn != withdrawn_.end() && planned.due > withdrawn->second) continue;
        released.push_back(numbered(planned));
        known_.push_back(released.back());
    }
    return released;
}

std::optional<base::Time> Results::next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.top().planned.due;
}

void Results::confirm(std::uint64_t cursor) {
    for (; confirmed_ < cursor && !known_.empty(); ++confirmed_) known_.pop_front();
}

std::vector<base::Element> Results::page(std::uint64_t after, std::size_t limit) const {
    std::vector<base::Element> page;
    const std::uint64_t from = std::max(after, confirmed_) - confirmed_;
    for (std::uint64_t i = from; i < known_.size() && page.size() < limit; ++i)
        page.push_back(base::Reader(known_[i]).element());
    return page;
}

}  // namespace sandbox
