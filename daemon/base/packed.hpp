// Packed: an element that is kept as it stands in a record until somebody looks into it, and whose
// copies share it. What passes by unread is neither taken apart nor put together again.
//
// Threads: a value type; copies may be read on different threads. Throws: std::bad_alloc only.
#pragma once

#include <memory>

#include "base/bytes.hpp"

namespace base {

class Packed {
public:
    Packed() = default;  // an element without name
    Packed(Element element);
    // REQUIRES: what Reader::packed() gave.
    static Packed of_bytes(std::string_view bytes);

    operator const Element&() const { return element(); }
    const Element* operator->() const { return &element(); }
    const Element& element() const;
    // As Writer::element() writes it.
    const std::string& bytes() const;
    // Changes this copy, and no other.
    template <class Change>
    void change(Change how) {
        Element own = element();
        how(own);
        *this = Packed{std::move(own)};
    }

    bool operator==(const Packed& other) const { return element() == other.element(); }
    bool operator==(const Element& other) const { return element() == other; }

private:
    struct Form;
    std::shared_ptr<Form> form_;  // null: an element without name
};

}  // namespace base
