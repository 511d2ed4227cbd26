// Transfers as the tests use them: made, and one call run to its end.
#pragma once

#include <stdexcept>

#include "transfer/transfer.hpp"

namespace tests {

inline std::unique_ptr<transfer::Transfers> make_transfers(transfer::Tls tls = {}) {
    auto made = transfer::Transfers::make(std::move(tls));
    if (!made) throw std::runtime_error(made.fault().text);
    return std::move(*made);
}

inline transfer::Ended run(transfer::Transfers& transfers, transfer::Call call) {
    transfers.start(std::move(call));
    for (int i = 0; i < 100; ++i) {
        auto ended = transfers.wait(std::chrono::milliseconds{1000});
        if (!ended.empty()) return std::move(ended.front());
    }
    throw std::runtime_error("no end");
}

inline transfer::Ended post(transfer::Transfers& transfers, const std::string& url) {
    transfer::Call call;
    call.method = "POST";
    call.url = url;
    call.body = "<mepRequest/>";
    call.time_max = std::chrono::seconds{20};
    return run(transfers, std::move(call));
}

}  // namespace tests
