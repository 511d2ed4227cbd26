// A courier that carries nothing: it says and does what its mailbox is named after.
//
//   connects       says that it is connected, and what it hears of fetching
//   counts         says that it fetched two files, and leaves with status 1
//   begins-anew    says its pause and that of the process before it, and leaves to begin anew
//   disk-fails     says that a sync failed
//   hangs-up       closes its socket and stays
//   is-silent      says nothing any more
#pragma once

namespace tests {

int run_fake_courier();

}  // namespace tests
