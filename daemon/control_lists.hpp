// What operators may look at beside the queue: the lists of the ministry's screens, made from the
// store as the answers to an enterprise's queries are (route/rows.hpp).
//
//   GET /applications?sender=&mailbox=&state=&created_from=&created_to=&commodity=&reference=
//                     &application_no=&licence=&limit=&page=        单证列表
//   GET /customs?sender=&mailbox=&state=&approved_from=&approved_to=&reference=&licence=
//                     &limit=&page=                                  海关状态
//   GET /commodities?year=&prefix=&name=&limit=&page=                商品列表
//   GET /balances/{licence}                                          报关余量
//   GET /clearances/{licence}?limit=&page=                           结关数据
//
// Nothing is asked of the ministry: a row is as new as the last result that was collected. A list
// without a sender goes through all enterprises of the mailboxes. A page is at most rows_max rows,
// and never more than one is held.
// Threads: control. Throws: std::bad_alloc only.
#pragma once

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

// Nothing when the path is none of these.
std::optional<http::Response> list_of(const Daemon& daemon, const http::Request& request);

}  // namespace permitd
