// Registration: the enterprise makes itself known to the ministry (企业信息备案), or binds an account
// that it has there already.
//
// The password goes from the message into the submission, sealed, and is forgotten once the
// ministry has it; a draft keeps none. What is approved, or what a binding brings back, fills
// importer, end user and region of later applications.
// Threads: pure.
#pragma once

#include "route/command.hpp"

namespace route {

Decision decide_registration(const Command& command);  // EnterpriseRegistration save, submit
Decision decide_binding(const Command& command);       // AccountBinding
Decision decide_registration_delete(const Command& command);

// Where the password stands in a registration or a binding; null in any other body.
base::Element* password_in(base::Element& body);
// The context under which a submission's password and request are sealed (base/seal.hpp).
std::string secret_context(const std::string& submission_key);

// The ministry's decision about the registration or binding that the submission carries.
Decision decide_registered(edi::MinistryResult result, const edi::Submission& submission,
                           const std::optional<edi::Attempt>& proof, const edi::State& state,
                           base::Time now);

}  // namespace route
