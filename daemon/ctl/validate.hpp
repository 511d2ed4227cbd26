// permitctl validate: the daemon's own engine on files, without a daemon.
// Threads: the main thread. Throws: nothing.
#pragma once

#include <string>
#include <vector>

#include "mapping/dialects.hpp"
#include "receipts/compose.hpp"

namespace ctl {

enum class Form { Human, Json };

// Tells one finding about a file on standard output.
void tell_finding(const std::string& file, const std::string& message_id,
                  const base::Finding& finding, const receipts::Texts& texts, Form form);
// Tells that nothing was found in it.
void tell_clean(const std::string& file, Form form);

// Tells every finding of every file on standard output; returns 0, 65 (an error was found), 66 (a
// file cannot be read) or 78 (schemas or lists cannot be loaded).
// `table`: of the partner whose files they are, as dialect_at() takes it; empty: permitd's own.
int validate(const std::string& share, const std::vector<std::string>& files, Form form,
             const std::string& table = {});

// A partner table by the name that mailboxes use, or by its file ("new/table.yaml").
base::Result<mapping::Dialect> dialect_at(const std::string& share, const std::string& table,
                                          const edi::Lists& lists);

}  // namespace ctl
