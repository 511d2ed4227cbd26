// What the main thread logs.
#pragma once

#include "base/log.hpp"

namespace permitd::event {

using base::Event;
using base::Level;

inline constexpr Event started{"started", Level::Info,
                               "permitd is ready: everything is open and recovered.", ""};
inline constexpr Event stopping{"stopping", Level::Info,
                                "permitd was asked to stop and finishes what is under way.", ""};
inline constexpr Event stopped{"stopped", Level::Info, "permitd has stopped.", ""};
inline constexpr Event not_drained{"not-drained", Level::Warning,
                                   "stop_within was over before everything under way was finished; "
                                   "it is finished after the start.",
                                   ""};
inline constexpr Event batch_waits{"batch-waits", Level::Warning,
                                   "A batch cannot be copied or read; it is tried again.",
                                   "The error names the disk's fault."};
inline constexpr Event intake_held{
    "intake-held", Level::Error,
    "Nothing more is taken in, or nothing of one mailbox: too little is free, too many messages "
    "wait for an outcome, or an InBox is too full. Files wait in the OutBoxes.",
    "Make room at the place that is named; see why the ministry does not answer (permitctl "
    "status); have the enterprise fetch its receipts."};
inline constexpr Event intake_goes_on{
    "intake-goes-on", Level::Info,
    "What held intake back is over; the figure is the last one while it did.", ""};
inline constexpr Event intake_paused{"intake-paused", Level::Warning,
                                     "An operator paused the intake; files wait in the OutBoxes.",
                                     "permitctl resume intake, when the reason is gone."};
inline constexpr Event intake_resumed{
    "intake-resumed", Level::Info,
    "The pause of the intake is over: by an operator, or because its time is.", ""};
inline constexpr Event boxes_swept{
    "boxes-swept", Level::Info,
    "Days of SentBox and FailBox older than boxes_keep were removed; the archive keeps the files.",
    ""};
inline constexpr Event bad_start{"bad-start", Level::Error, "permitd could not start.",
                                 "The error names the thing and what to do."};

}  // namespace permitd::event
