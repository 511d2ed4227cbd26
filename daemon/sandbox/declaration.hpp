// Declaration: what the ministry reads of an application that was sent to it.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "base/decimal.hpp"
#include "base/element.hpp"
#include "sandbox/scenario.hpp"

namespace sandbox {

struct Declaration {
    std::string client_ref;
    std::string enterprise;  // USCC of the importer, else of the end user
    std::string note;
    std::string commodity;  // empty for a project
    std::string goods_name;
    std::string unit;  // of the first specification
    std::string currency;
    std::string customs;  // the first place of clearance
    std::string trade_mode;
    base::Decimal quantity;  // 0 for a project
    base::Decimal amount;
    base::Decimal amount_usd;
    bool multi_batch = false;
};

// REQUIRES: a valid `application`.
Declaration read_declaration(const base::Element& application);
// The first rule whose conditions all hold, else what is decided otherwise.
const Rule& rule_for(const Scenario& scenario, const Declaration& declaration);

}  // namespace sandbox
