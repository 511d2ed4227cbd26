#include "sandbox/faults.hpp"

#include <charconv>
#include <optional>
#include <sstream>

namespace sandbox {

namespace {

struct Name {
    const char* text;
    unsigned FaultRates::*rate;
};

constexpr Name names[] = {{"reset", &FaultRates::reset},
                          {"lost-answer", &FaultRates::lost_answer},
                          {"half-answer", &FaultRates::half_answer},
                          {"slow", &FaultRates::slow},
                          {"503", &FaultRates::unavailable},
                          {"401", &FaultRates::not_let_in},
                          {"commit-late", &FaultRates::commit_late},
                          {"duplicate-result", &FaultRates::duplicate_result}};

// "2%" = 20, "0.5%" = 5.
std::optional<unsigned> parse_rate(std::string_view text) {
    if (text.empty() || text.back() != '%') return std::nullopt;
    text.remove_suffix(1);
    const std::size_t point = text.find('.');
    unsigned whole = 0, tenth = 0;
    const std::string_view before = text.substr(0, point);
    const auto read = std::from_chars(before.data(), before.data() + before.size(), whole);
    if (read.ec != std::errc{} || read.ptr != before.data() + before.size()) return std::nullopt;
    if (point != std::string_view::npos) {
        if (text.size() != point + 2 || text[point + 1] < '0' || text[point + 1] > '9')
            return std::nullopt;
        tenth = static_cast<unsigned>(text[point + 1] - '0');
    }
    if (whole > 100 || (whole == 100 && tenth > 0)) return std::nullopt;
    return whole * 10 + tenth;
}

base::Fault unknown(const std::string& item) {
    std::string known = "shuffle-results";
    for (const Name& name : names) known += ", " + std::string(name.text) + "=N%";
    return {base::Remedy::AskOperator, "--fault: '" + item + "' is none of " + known};
}

}  // namespace

base::Result<FaultRates> parse_faults(const std::string& text) {
    FaultRates rates;
    std::istringstream items(text);
    for (std::string item; std::getline(items, item, ',');) {
        if (item == "shuffle-results") {
            rates.shuffle_results = true;
            continue;
        }
        const std::size_t equals = item.find('=');
        const Name* found = nullptr;
        for (const Name& name : names)
            if (item.substr(0, equals) == name.text) found = &name;
        const auto rate = equals == std::string::npos
                              ? std::nullopt
                              : parse_rate(std::string_view(item).substr(equals + 1));
        if (!found || !rate) return unknown(item);
        rates.*(found->rate) = *rate;
    }
    return rates;
}

Fate Dice::fate_of_message() {
    if (hit(rates_.lost_answer)) return Fate::LostAnswer;
    if (hit(rates_.commit_late)) return Fate::CommitLate;
    return fate_of_question();
}

Fate Dice::fate_of_question() {
    if (hit(rates_.reset)) return Fate::Reset;
    if (hit(rates_.half_answer)) return Fate::HalfAnswer;
    if (hit(rates_.slow)) return Fate::Slow;
    if (hit(rates_.unavailable)) return Fate::Unavailable;
    if (hit(rates_.not_let_in)) return Fate::NotLetIn;
    return Fate::Well;
}

}  // namespace sandbox
