#include "sandbox/numbers.hpp"

#include <cstdio>

namespace sandbox {

namespace {

constexpr std::uint64_t serials = 1'000'000;  // of one licensing authority in one year

std::string digits(std::uint64_t value, int width) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*llu", width, static_cast<unsigned long long>(value));
    return text;
}

unsigned year_of(base::Time at) {
    return static_cast<unsigned>(static_cast<int>(base::day_of(at).year()));
}

}  // namespace

Numbers Numbers::starting_at(base::Time start) {
    using namespace std::chrono;
    const auto day = base::day_of(start);
    const auto month = base::start_of(day.year() / day.month() / std::chrono::day{1});
    const auto since = static_cast<std::uint64_t>(floor<seconds>(start - month).count());
    const auto epoch = static_cast<std::uint64_t>(floor<seconds>(start.time_since_epoch()).count());
    Numbers numbers;
    numbers.application = since * 1000;
    numbers.licence = epoch / 600 % (26 * 26) * serials;
    numbers.declaration = since * 100;
    numbers.account = since * 10;
    numbers.result = epoch * serials;
    return numbers;
}

std::string Numbers::next_application_no(base::Time at) {
    const auto month = static_cast<unsigned>(base::day_of(at).month());
    return digits(year_of(at), 4) + digits(month, 2) + digits(++application % 10'000'000'000, 10);
}

std::string Numbers::next_licence_no(base::Time at) {
    ++licence;
    const auto authority = licence / serials % (26 * 26);
    std::string number = digits(year_of(at) % 100, 2) + "-";
    number += static_cast<char>('A' + authority / 26);
    number += static_cast<char>('A' + authority % 26);
    return number + "-" + digits(licence % serials, 6);
}

std::string Numbers::next_declaration_no(const std::string& customs, base::Time at) {
    return customs + digits(year_of(at), 4) + "1" + digits(++declaration % 1'000'000'000, 9);
}

std::string Numbers::next_account() { return "ic" + digits(++account % 100'000'000, 8); }

std::string Numbers::next_result_id() { return "R" + std::to_string(++result); }

}  // namespace sandbox
