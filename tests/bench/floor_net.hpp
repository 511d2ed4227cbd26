// FloorNet: requests to the ministry by one curl multi handle, as a floor sends them: POSTs whose
// bytes, keys and digests were made before, and one long poll of results.
// Threads: post() and ask() any; run() one. Throws: std::runtime_error for any other answer than
// the wanted one.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "bench/floor_queue.hpp"

namespace bench {

struct Post {
    std::size_t number = 0;
    std::string key, digest, body;
};

class FloorNet {
public:
    using Acknowledged = std::function<void(std::size_t number, std::string answer)>;
    using Told = std::function<void(std::string page)>;

    // `address`: 127.0.0.1:8090.
    FloorNet(std::string address, Acknowledged acknowledged, Told told);
    ~FloorNet();

    void post(const Post& post);  // must outlive its answer
    void ask(std::string cursor);
    void run();  // until stop()
    void stop();

private:
    struct Exchange;
    void begin();
    void end(Exchange& exchange);

    const std::string address_;
    const Acknowledged acknowledged_;
    const Told told_;
    CURLM* const multi_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
    std::vector<Exchange*> idle_;
    std::unique_ptr<Exchange> poll_;
    Queue<const Post*> posts_;
    Queue<std::string> cursors_;
    std::atomic<bool> stops_ = false;
};

}  // namespace bench
