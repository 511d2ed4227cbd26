#include "print/names.hpp"

namespace print {

namespace {

std::string joined(std::string_view first, std::string_view second) {
    std::string out{first};
    if (!first.empty() && !second.empty()) out += ' ';
    return out += second;
}

}  // namespace

std::string Names::name(const std::string& list, std::string_view code) const {
    const edi::List* found = lists_.list(list);
    return found ? found->cell(std::string{code}, "name_zh", day_) : std::string{};
}

std::string Names::named(const std::string& list, std::string_view code) const {
    return joined(code, name(list, code));
}

std::string Names::country(std::string_view code) const {
    return joined(name("countries", code), code);
}

std::string Names::region(std::string_view code) const {
    return joined(code, name("provinces", code.substr(0, 2)));
}

}  // namespace print
