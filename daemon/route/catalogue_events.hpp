// What keeping the commodity catalogues logs.
#pragma once

#include "base/log.hpp"

namespace route::event {

inline constexpr base::Event catalogue_taken{
    "catalogue-taken", base::Level::Info,
    "The ministry's commodity catalogue of a year came in, or is known to be still the same after "
    "trouble; it counts from now on.",
    ""};
inline constexpr base::Event catalogue_stale{
    "catalogue-stale", base::Level::Warning,
    "The commodity catalogue of a year could not be refreshed for seven days; the one fetched "
    "before, or config/codes/commodities.csv, goes on to count.",
    "Look at the gateway's answers; correct commodities.csv if the ministry changed the year's "
    "goods."};
inline constexpr base::Event catalogue_unreadable{
    "catalogue-unreadable", base::Level::Error,
    "A commodity catalogue cannot be used as it came; the one before goes on to count.",
    "Add the unit that the reason names to units.csv, or tell the ministry's service desk."};

}  // namespace route::event
