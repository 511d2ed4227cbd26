#include <charconv>

#include "validate/rules.hpp"

namespace validate {

using base::Element;

bool is_open_year(int year, base::Date today) {
    const int this_year = static_cast<int>(today.year());
    const bool next_is_open = today.month() == std::chrono::December;
    return year == this_year || (next_is_open && year == this_year + 1);
}

Objections year_closed(const Case& c) {
    const Element* year = c.body.child("Year");
    // A query may ask for the catalogue of any year.
    if (!year || c.body.name != "LicenceApplication") return {};
    int number = 0;
    const char* end = year->text.data() + year->text.size();
    const auto [rest, error] = std::from_chars(year->text.data(), end, number);
    // A gYear may bear a time zone behind its digits; it changes nothing.
    if (error == std::errc{} && is_open_year(number, c.today)) return {};
    return {{year, "", {{"year", std::to_string(static_cast<int>(c.today.year()))}}}};
}

Objections contract_dates_impossible(const Case& c) {
    Objections objections;
    const Element* signed_on = c.body.at("Contract/SignedOn");
    const Element* arrival_on = c.body.at("Contract/ExpectedArrivalOn");
    const auto day = [](const Element* leaf) {
        return leaf ? base::parse_date(leaf->text) : std::nullopt;
    };
    // xs:date allows years beyond 9999, which are no days of ours.
    if (signed_on && (!day(signed_on) || *day(signed_on) > c.today))
        objections.push_back({signed_on, "signed", {{"day", base::iso(c.today)}}});
    if (arrival_on && (!day(arrival_on) || (day(signed_on) && *day(arrival_on) < *day(signed_on))))
        objections.push_back(
            {arrival_on, "arrival", {{"signed", signed_on ? signed_on->text : ""}}});
    return objections;
}

}  // namespace validate
