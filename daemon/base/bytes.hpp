// Writer and Reader: the compact binary form in which our own records are kept and in which the
// workers answer. Little-endian; integers as LEB128 varints; strings as length and bytes.
//
// Reader never trusts: after any step outside the bytes it is bad() for ever and every further read
// gives zero or empty, so a caller checks once, at the end.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include "base/element.hpp"
#include "base/finding.hpp"

namespace base {

class Writer {
public:
    void number(std::uint64_t value);
    void text(std::string_view value);
    void element(const Element& value);
    void packed(std::string_view element_bytes) { bytes_ += element_bytes; }
    void finding(const Finding& value);
    std::string take() { return std::move(bytes_); }
    std::size_t size() const { return bytes_.size(); }

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number();
    std::string text();
    // How many items follow: never more than there are bytes left, so that a forged count cannot
    // make us reserve memory.
    std::size_t count();
    Element element(unsigned depth_max = element_depth_max);
    // The bytes of an element, which can be read by element(): nothing of it is copied or made.
    std::string_view packed();
    Finding finding();
    // What was not read yet.
    std::string_view rest() const { return rest_; }
    bool bad() const { return bad_; }
    // Everything read, nothing left over, nothing wrong.
    bool complete() const { return !bad_ && rest_.empty(); }

private:
    static constexpr unsigned element_depth_max = 64;
    void skip_text();
    void skip_element(unsigned depth_max);

    std::string_view rest_;
    bool bad_ = false;
};

}  // namespace base
