// CatalogueSync: the commodity catalogues that the gateway publishes, fetched and laid over those
// of the files.
//
// Asked for are this year's and, from December on, the next year's: when none is known or a day has
// passed since the gateway said last that it is still the same; after a failure at growing
// intervals. One is under way at most. A catalogue is taken whole or not at all; the one before
// goes on to count, and the files where there never was one.
// Threads: one (commit). Throws: std::bad_alloc only.
#pragma once

#include <map>

#include "dispatch/gateway.hpp"
#include "edi/change.hpp"
#include "edi/lists.hpp"
#include "route/decision.hpp"

namespace route {

class CatalogueSync {
public:
    // Takes up the stored catalogues of this year and the next. `from_files` must outlive it.
    CatalogueSync(const edi::Lists& from_files, const edi::State& state, const Moment& now);

    // Other files from now on. A stored catalogue that they do not allow is fetched again.
    void use(const edi::Lists& from_files, base::Time even);
    // The lists of the files with the gateway's catalogues laid over; stands until the next take()
    // or due().
    const edi::Lists& lists() const { return lists_; }

    // What is to be asked now; it counts as under way until its answer is taken, or forgotten.
    std::optional<dispatch::Request> due(const Moment& now, const edi::State& state);
    // When due() should be called next, as an even time.
    base::Time wake_at() const;

    // `read`: the body of a 200, mapped; nothing when it is not readable. `part` in [0, 1): of the
    // wait after a failure.
    edi::Change take(const dispatch::Answer& answer, edi::AnswerClass answer_class,
                     const std::optional<edi::CommodityCatalogue>& read, const Moment& now,
                     double part);
    // What was under way is lost: it is due again.
    void forget() { under_way_.reset(); }

private:
    struct Year {
        std::optional<edi::CommodityCatalogue> known;
        // Even times.
        base::Time next_at = {};
        base::Time refreshed_at = {};  // or when it was wanted first
        std::uint32_t failures = 0;    // in a row
        bool stale_told = false;
        bool unreadable_told = false;
    };

    Year& year(int number, const edi::State& state, const Moment& now);
    void lay_over();
    void look_for_stale(base::Time even);
    static void failed(Year& year, const dispatch::Answer& answer, base::Time even, double part);
    edi::Change refreshed(Year& year, edi::CommodityCatalogue catalogue, const Moment& now);
    static void unreadable(Year& year, int number, const std::string& reason);

    const edi::Lists* from_files_;
    edi::Lists lists_;
    std::map<int, Year> years_;
    std::vector<int> wanted_;     // as of the last due()
    base::Time month_ends_ = {};  // then others may be wanted
    std::optional<int> under_way_;
};

}  // namespace route
