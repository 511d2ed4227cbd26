#include "validate/identifiers.hpp"

#include <array>

namespace validate {

namespace {

// I, O, S, V and Z are left out because they are mistaken for digits and for one another.
constexpr std::string_view uscc_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::array<int, 17> uscc_weights{1,  3,  9,  27, 19, 26, 16, 17, 20,
                                           29, 25, 13, 8,  24, 10, 30, 28};
constexpr std::string_view organisation_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::array<int, 8> organisation_weights{3, 7, 9, 10, 5, 8, 4, 2};

template <std::size_t Count>
std::optional<int> weighted_sum(std::string_view text, std::string_view alphabet,
                                const std::array<int, Count>& weights) {
    if (text.size() != Count) return std::nullopt;
    int sum = 0;
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t value = alphabet.find(text[i]);
        if (value == std::string_view::npos) return std::nullopt;
        sum += static_cast<int>(value) * weights[i];
    }
    return sum;
}

}  // namespace

std::optional<char> uscc_check(std::string_view first17) {
    const auto sum = weighted_sum(first17, uscc_alphabet, uscc_weights);
    if (!sum) return std::nullopt;
    return uscc_alphabet[static_cast<std::size_t>((31 - *sum % 31) % 31)];
}

std::optional<char> organisation_check(std::string_view first8) {
    const auto sum = weighted_sum(first8, organisation_alphabet, organisation_weights);
    if (!sum) return std::nullopt;
    const int check = 11 - *sum % 11;
    if (check == 10) return 'X';
    return check == 11 ? '0' : static_cast<char>('0' + check);
}

bool is_sound_uscc(std::string_view uscc) {
    return uscc.size() == 18 && uscc_check(uscc.substr(0, 17)) == uscc.back();
}

bool is_sound_organisation_code(std::string_view code) {
    return code.size() == 9 && organisation_check(code.substr(0, 8)) == code.back();
}

std::string_view organisation_of_uscc(std::string_view uscc) {
    return uscc.size() == 18 ? uscc.substr(8, 9) : std::string_view{};
}

std::string_view organisation_of_enterprise_code(std::string_view code) {
    return code.size() == 13 ? code.substr(4) : std::string_view{};
}

bool is_donation_code(std::string_view code) { return code == "0000000000001"; }

}  // namespace validate
