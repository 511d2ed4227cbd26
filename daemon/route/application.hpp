// What enterprises do with their applications (messages.md 3.2): save, submit, delete, copy, and
// what is attached to them.
// Threads: pure.
#pragma once

#include "route/command.hpp"

namespace route {

Decision decide_application(const Command& command);  // LicenceApplication save, submit
Decision decide_submit(const Command& command);  // ApplicationSubmit: drafts as they are stored
Decision decide_delete(const Command& command);
Decision decide_copy(const Command& command);
Decision decide_attachment_add(const Command& command);
Decision decide_attachment_remove(const Command& command);
Decision decide_attachment_get(const Command& command);

// The sender's application of that reference.
std::optional<edi::Application> application_of(const Command& command,
                                               const std::string& reference);
base::Finding unknown_application(const Command& command, const std::string& path,
                                  const base::Element& at);

}  // namespace route
