// What the delivery of receipts logs.
#pragma once

#include "base/log.hpp"

namespace receipts::event {

inline constexpr base::Event delivery_stuck{
    "delivery-stuck", base::Level::Error,
    "Receipts or originals of a mailbox cannot be put into its boxes; they are kept and tried "
    "again.",
    "Mend what the error names: rights of the boxes, free space, or a mailbox that is missing in "
    "the configuration."};

inline constexpr base::Event delivery_resumed{
    "delivery-resumed", base::Level::Info,
    "Receipts and originals of a mailbox go into its boxes again.", ""};

inline constexpr base::Event archive_lost{
    "archive-lost", base::Level::Error,
    "The archive holds no more what was to get its name in SentBox or FailBox, nor does the "
    "OutBox: "
    "it was deleted. The file is finished with all the same.",
    "Find out who deleted it, and put it back from a backup of the archive."};

}  // namespace receipts::event
