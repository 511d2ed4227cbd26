// Batch rows: runs of batches and their lines, read from the rows in which a store keeps them.
// Threads: any, as rows may be. Throws: std::bad_alloc only; a damaged record ends in base::stop().
#pragma once

#include <functional>
#include <vector>

#include "edi/batch.hpp"
#include "edi/change.hpp"
#include "store/rows.hpp"

namespace store {

std::vector<edi::BatchRun> all_batch_runs(const Rows& rows);
// By index; false from the visitor ends it.
void each_line_of_batch(const Rows& rows, const edi::MessageName& name,
                        const std::function<bool(const edi::BatchLine&)>& visit);

}  // namespace store
