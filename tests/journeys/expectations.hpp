// Expectations: what a journey's page says must have come of it, and what must hold after every
// journey (auditor.hpp).
// Threads: one. Throws: nothing; what does not hold is a test failure.
#pragma once

#include "journeys/player.hpp"

namespace journeys {

// How often the ministry was asked is expected of an undisturbed journey alone.
void expect_all(Player& player, const Journey& journey, Steadiness steadiness);

}  // namespace journeys
