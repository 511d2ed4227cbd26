// Permissions: of a directory whose set-group-id bit may not be named. RestrictSUIDSGID of systemd
// refuses every call that bears this bit; a directory that is made beneath one that has it has it
// all the same, and keeps it when its permissions are set as an access list.
// Threads: any. Throws: nothing.
#pragma once

namespace base {

// The whole of `mode`, by its permissions where that may not be said. False, and errno says why.
bool set_mode(int directory, unsigned mode);
// The nine permissions of `mode`. False, and errno says why: the directory lacks the other bits of
// `mode` or has more of them (EPERM), or its file system knows no access lists (EOPNOTSUPP).
bool set_permissions(int directory, unsigned mode);

// What an error about such a mode says behind the name of the directory; often nothing.
const char* advice_about(unsigned mode);

}  // namespace base
