// Query: a question of the enterprise's, or something to be printed (messages.md 3.3).
//
// What the store knows is answered at once. What the ministry is to be asked first, and what has to
// be printed, becomes an errand (edi/errand.hpp) that is answered later.
// Threads: pure.
#pragma once

#include "route/command.hpp"

namespace route {

enum class Answerer { Store, Ministry, Printer };
// REQUIRES: the type of a query or a print.
Answerer answerer_of(std::string_view type);

Decision decide_query(const Command& command);

enum class Source { Store, Ministry };
// The outcome of a query: the rows as the store knows them now. `as_of`: when the ministry said so;
// for the store's own knowledge it is worked out here.
Decision decide_answered(const edi::Errand& errand, Source source, base::Time as_of,
                         const Scene& scene);
// The outcome of a print.
Decision decide_printed(const edi::Errand& errand, std::string pdf, const edi::State& state);

}  // namespace route
