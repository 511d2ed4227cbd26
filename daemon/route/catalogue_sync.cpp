#include "route/catalogue_sync.hpp"

#include <algorithm>
#include <utility>

#include "route/events.hpp"

namespace route {

namespace {

using namespace std::chrono_literals;

constexpr auto fresh_for = 24h;
constexpr auto stale_after = 7 * 24h;
constexpr std::chrono::milliseconds first_wait = 1min;
constexpr std::chrono::milliseconds longest_wait = 1h;

int year_of(base::Time time) { return static_cast<int>(base::day_of(time).year()); }

std::vector<int> wanted_on(base::Time now) {
    const int year = year_of(now);
    if (base::day_of(now).month() == std::chrono::December) return {year, year + 1};
    return {year};
}

base::Time end_of_month(base::Time now) {
    const base::Date day = base::day_of(now);
    const auto next = day.year() / day.month() + std::chrono::months{1};
    return base::start_of(next / 1);
}

// Why a catalogue cannot be used; empty when it can.
std::string defect_of(const edi::CommodityCatalogue& catalogue, int year, const edi::Lists& lists) {
    if (catalogue.year != year) return "it is that of " + std::to_string(catalogue.year);
    if (catalogue.rows.empty()) return "it has no row";
    for (const edi::CommodityRow& each : catalogue.rows) {
        if (each.code.empty()) return "a row has no code";
        const auto from = base::parse_date(each.valid_from);
        if (!from || !base::parse_date(each.valid_to)) return each.code + " bears no days";
        if (!lists.has("units", each.unit, *from))
            return "unit '" + each.unit + "' of " + each.code + " is not in list units";
    }
    return {};
}

}  // namespace

CatalogueSync::CatalogueSync(const edi::Lists& from_files, const edi::State& state,
                             const Moment& now)
    : from_files_(&from_files), lists_(from_files) {
    for (const int number : {year_of(now.wall), year_of(now.wall) + 1})
        if (state.catalogue(number)) year(number, state, now);
}

CatalogueSync::Year& CatalogueSync::year(int number, const edi::State& state, const Moment& now) {
    const auto [place, is_new] = years_.try_emplace(number);
    Year& year = place->second;
    if (!is_new) return year;
    year.next_at = year.refreshed_at = now.even;
    auto stored = state.catalogue(number);
    if (!stored) return year;
    // The units of the files may have changed since.
    if (const std::string defect = defect_of(*stored, number, *from_files_); !defect.empty()) {
        unreadable(year, number, defect);
        return year;
    }
    // A clock that was ahead must not keep it from being refreshed.
    const auto age = now.wall - stored->fetched_at;
    year.refreshed_at = now.even - std::max(age, std::chrono::microseconds{0});
    year.next_at = age.count() < 0 ? now.even : year.refreshed_at + fresh_for;
    year.known = std::move(stored);
    lay_over();
    return year;
}

void CatalogueSync::use(const edi::Lists& from_files, base::Time even) {
    from_files_ = &from_files;
    for (auto& [number, year] : years_) {
        const std::string defect =
            year.known ? defect_of(*year.known, number, from_files) : std::string{};
        if (defect.empty()) continue;
        unreadable(year, number, defect);
        year.known.reset();
        year.next_at = even;
    }
    lay_over();
}

void CatalogueSync::lay_over() {
    lists_ = *from_files_;
    for (const auto& [number, year] : years_)
        if (year.known) lists_ = lists_.with(*year.known);
}

std::optional<dispatch::Request> CatalogueSync::due(const Moment& now, const edi::State& state) {
    wanted_ = wanted_on(now.wall);
    month_ends_ = end_of_month(now.wall) + (now.even - now.wall);
    for (const int number : wanted_) year(number, state, now);
    look_for_stale(now.even);
    if (under_way_) return std::nullopt;
    for (const int number : wanted_) {
        const Year& each = years_.at(number);
        if (each.next_at > now.even) continue;
        under_way_ = number;
        dispatch::Request request;
        request.ask = dispatch::Ask::Catalogue;
        request.attempt = each.failures + 1;
        request.year = number;
        if (each.known) request.etag = each.known->etag;
        return request;
    }
    return std::nullopt;
}

base::Time CatalogueSync::wake_at() const {
    if (wanted_.empty()) return {};
    base::Time at = month_ends_;
    for (const int number : wanted_) {
        const Year& each = years_.at(number);
        if (!under_way_) at = std::min(at, each.next_at);
        if (!each.stale_told) at = std::min(at, each.refreshed_at + stale_after);
    }
    return at;
}

void CatalogueSync::look_for_stale(base::Time even) {
    for (const int number : wanted_) {
        Year& each = years_.at(number);
        if (each.stale_told || even < each.refreshed_at + stale_after) continue;
        each.stale_told = true;
        base::log(event::catalogue_stale, {{"year", std::int64_t{number}}});
    }
}

edi::Change CatalogueSync::take(const dispatch::Answer& answer, edi::AnswerClass answer_class,
                                const std::optional<edi::CommodityCatalogue>& read,
                                const Moment& now, double part) {
    const int number = answer.request.year;
    if (under_way_ == number) under_way_.reset();
    const auto place = years_.find(number);
    if (place == years_.end()) return {};
    Year& year = place->second;
    const bool verdict = answer_class == edi::AnswerClass::Verdict;
    if (verdict && answer.http_status == 304 && year.known)
        return refreshed(year, *year.known, now);
    if (answer.http_status == 200) {
        const std::string defect = verdict && read ? defect_of(*read, number, *from_files_)
                                                   : "it is not valid against the schema";
        if (defect.empty()) {
            edi::CommodityCatalogue catalogue = *read;
            catalogue.etag = answer.etag;
            return refreshed(year, std::move(catalogue), now);
        }
        unreadable(year, number, defect);
    }
    // Next year's may not be published yet; that is no trouble before it is needed.
    const bool needed = wanted_.empty() || number == wanted_.front();
    if (answer_class == edi::AnswerClass::NotFound && !year.known && !needed)
        year.refreshed_at = now.even;
    failed(year, answer, now.even, part);
    return {};
}

edi::Change CatalogueSync::refreshed(Year& year, edi::CommodityCatalogue catalogue,
                                     const Moment& now) {
    const bool is_new = !year.known || year.known->rows != catalogue.rows;
    if (is_new || year.stale_told || year.unreadable_told)
        base::log(event::catalogue_taken,
                  {{"year", std::int64_t{catalogue.year}},
                   {"rows", static_cast<std::int64_t>(catalogue.rows.size())}});
    catalogue.fetched_at = now.wall;
    year = {std::move(catalogue), now.even + fresh_for, now.even};
    if (is_new) lay_over();
    edi::Change change;
    change.catalogues.push_back(*year.known);
    return change;
}

void CatalogueSync::failed(Year& year, const dispatch::Answer& answer, base::Time even,
                           double part) {
    Patience patience;
    patience.first = first_wait;
    patience.max = longest_wait;
    ++year.failures;
    std::chrono::microseconds wait = backoff(patience, year.failures, part);
    if (answer.retry_after) wait = std::max<std::chrono::microseconds>(wait, *answer.retry_after);
    year.next_at = even + wait;
}

void CatalogueSync::unreadable(Year& year, int number, const std::string& reason) {
    if (std::exchange(year.unreadable_told, true)) return;
    base::log(event::catalogue_unreadable, {{"year", std::int64_t{number}}, {"reason", reason}});
}

}  // namespace route
