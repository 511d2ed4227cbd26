#include "base/bytes.hpp"

namespace base {

void Writer::number(std::uint64_t value) {
    if (value < 0x80) {
        bytes_ += static_cast<char>(value);
        return;
    }
    while (value >= 0x80) {
        bytes_ += static_cast<char>((value & 0x7f) | 0x80);
        value >>= 7;
    }
    bytes_ += static_cast<char>(value);
}

void Writer::text(std::string_view value) {
    number(value.size());
    bytes_ += value;
}

void Writer::element(const Element& value) {
    text(value.name);
    text(value.text);
    number(value.position.line);
    number(value.position.column);
    number(value.attributes.size());
    for (const Attribute& each : value.attributes) text(each.name), text(each.value);
    number(value.children.size());
    for (const Element& each : value.children) element(each);
}

void Writer::finding(const Finding& value) {
    text(value.code);
    text(value.variant);
    number(value.severity == Severity::Warning ? 1 : 0);
    number(value.position.line);
    number(value.position.column);
    text(value.path);
    text(value.value);
    number(value.arguments.size());
    for (const Argument& each : value.arguments) text(each.name), text(each.value);
}

std::uint64_t Reader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) break;
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return bad_ ? 0 : value;
    }
    bad_ = true;
    return 0;
}

std::string Reader::text() {
    const std::uint64_t size = number();
    if (bad_ || size > rest_.size()) {
        bad_ = true;
        return {};
    }
    std::string value{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return value;
}

std::size_t Reader::count() {
    const std::uint64_t value = number();
    if (value > rest_.size()) bad_ = true;
    return bad_ ? 0 : value;
}

Element Reader::element(unsigned depth_max) {
    Element value;
    if (depth_max == 0) {
        bad_ = true;
        return value;
    }
    value.name = text();
    value.text = text();
    value.position.line = static_cast<std::uint32_t>(number());
    value.position.column = static_cast<std::uint32_t>(number());
    for (std::size_t n = count(); n > 0 && !bad_; --n) {
        std::string name = text();
        value.attributes.push_back({std::move(name), text()});
    }
    for (std::size_t n = count(); n > 0 && !bad_; --n)
        value.children.push_back(element(depth_max - 1));
    return value;
}

void Reader::skip_text() {
    const std::uint64_t size = number();
    if (bad_ || size > rest_.size())
        bad_ = true;
    else
        rest_.remove_prefix(size);
}

void Reader::skip_element(unsigned depth_max) {
    if (depth_max == 0) {
        bad_ = true;
        return;
    }
    skip_text(), skip_text();
    number(), number();
    for (std::size_t n = count(); n > 0 && !bad_; --n) skip_text(), skip_text();
    for (std::size_t n = count(); n > 0 && !bad_; --n) skip_element(depth_max - 1);
}

std::string_view Reader::packed() {
    const std::string_view begin = rest_;
    skip_element(element_depth_max);
    return bad_ ? std::string_view{} : begin.substr(0, begin.size() - rest_.size());
}

Finding Reader::finding() {
    Finding value;
    value.code = text();
    value.variant = text();
    value.severity = number() == 1 ? Severity::Warning : Severity::Error;
    value.position.line = static_cast<std::uint32_t>(number());
    value.position.column = static_cast<std::uint32_t>(number());
    value.path = text();
    value.value = text();
    for (std::size_t n = count(); n > 0 && !bad_; --n) {
        std::string name = text();
        value.arguments.push_back({std::move(name), text()});
    }
    return value;
}

}  // namespace base
