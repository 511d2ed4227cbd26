// Subject: the application or the registration that a submission carries, and how it moves when the
// ministry takes the document in, refuses it, or never gets it.
// Threads: pure.
#pragma once

#include "edi/lifecycle.hpp"
#include "route/decision.hpp"

namespace route {

enum class Fate { Acknowledged, Refused, GivenUp };

// Moves what the submission is about, if it still is its newest one, and puts its number and state
// into the receipt. `application_no` may be empty.
void move_subject(Decision& decision, edi::Receipt& receipt, const edi::Submission& submission,
                  Fate fate, const std::string& application_no, const edi::State& state,
                  base::Time now);
// Number and state of what the submission is about, as it stands.
void show_subject(edi::Receipt& receipt, const edi::Submission& submission,
                  const edi::State& state);
// The application of a submission, if this still is its newest one.
std::optional<edi::Application> current_application(const edi::Submission& submission,
                                                    const edi::State& state);

// The registration of a submission, likewise.
std::optional<edi::Registration> current_registration(const edi::Submission& submission,
                                                      const edi::State& state);

// Whether a message still waits for the outcome of that subject.
bool is_open(const edi::State& state, const std::string& record_id, const std::string& reference);
// Opinion, Office and Officer of a decision, as far as the ministry gave them.
void add_review(edi::Receipt& receipt, const base::Element& body);

}  // namespace route
