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

}  // namespace receipts::event
