#include "route/trouble.hpp"

namespace route {

void add_failed_page(Trouble& trouble, const dispatch::Answer& answer, const std::string& defect,
                     base::Time now) {
    std::string reason = answer.attempt.error;
    if (answer.reach == dispatch::Reach::Answered)
        reason = answer.http_status == 200 ? defect : "HTTP " + std::to_string(answer.http_status);
    const base::Time since = trouble.results ? trouble.results->since : now;
    trouble.results = Trouble::Results{since, std::move(reason)};
}

}  // namespace route
