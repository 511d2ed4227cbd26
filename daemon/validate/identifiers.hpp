// Check characters of Chinese identifiers.
// Sources: GB 32100-2015 (unified social credit code, USCC), GB 11714-1997 (organisation code).
// Threads: functions are free of state. Throws: nothing.
#pragma once

#include <optional>
#include <string_view>

namespace validate {

// The check character of a USCC from its first 17 characters (GB 32100-2015, 4.7); nothing when one
// of them is not of its alphabet. Lower case is not accepted.
std::optional<char> uscc_check(std::string_view first17);
// The check character of an organisation code from its first 8 characters (GB 11714-1997, 3.3).
std::optional<char> organisation_check(std::string_view first8);

// Form and check character.
bool is_sound_uscc(std::string_view uscc);
bool is_sound_organisation_code(std::string_view code);
// The organisation code inside a USCC (characters 9 to 17), or inside a 13-character enterprise
// code (the last 9); empty when the length is another.
std::string_view organisation_of_uscc(std::string_view uscc);
std::string_view organisation_of_enterprise_code(std::string_view code);
// The enterprise code under which donations are imported: twelve zeros and a 1.
bool is_donation_code(std::string_view code);

}  // namespace validate
