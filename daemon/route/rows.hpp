// Rows: what the store, the code lists and the catalogue have to say to a query (messages.md 3.3).
// Each row is a Row element: fields by name, and perhaps the stored document behind them.
// Threads: pure.
#pragma once

#include "route/scene.hpp"

namespace route {

struct Rows {
    std::vector<base::Element> rows;
    std::string next_after;  // where the next page begins; empty on the last one
};

// REQUIRES: `query` is the body of a query whose references and licences are known.
Rows rows_of(const base::Element& query, const std::string& sender, const Scene& scene);

// The row of one application in an ApplicationListQuery's answer; nothing when the conditions of
// the query do not let it through.
std::optional<base::Element> listed(const base::Element& query, const edi::Application& application,
                                    const Scene& scene);

// What the ministry has said, of the queries of these names (rows_ministry.cpp).
Rows trail_rows(const base::Element& query, const std::string& sender, const Scene& scene);
Rows opinion_rows(const base::Element& query, const std::string& sender, const Scene& scene);
Rows transfer_rows(const base::Element& query, const std::string& sender, const Scene& scene);
Rows balance_rows(const base::Element& query, const std::string& sender, const Scene& scene);
Rows clearance_rows(const base::Element& query, const std::string& sender, const Scene& scene);

// The licences that a CustomsTransferQuery asks about: those it names, else all of the sender that
// its other conditions let through.
std::vector<edi::Licence> transferred(const base::Element& query, const std::string& sender,
                                      const edi::State& state);

}  // namespace route
