// Ministry: the sandbox on a port of this host, on a thread of this process.
// Threads: made and destroyed by one; the sandbox lives on its own. Throws: nothing.
#pragma once

#include <memory>
#include <thread>

#include "sandbox/front.hpp"

namespace tests {

class Ministry {
public:
    // Its clock stands at `start` and goes on with the world's. Everything is approved at once;
    // now and then it loses an answer, or is unavailable.
    explicit Ministry(base::Time start);
    ~Ministry();

    const std::string& url() const { return url_; }
    // Ends it; what it counted.
    const sandbox::Counters& end();

private:
    std::unique_ptr<http::Server> listen();

    xml::Parser parser_;
    sandbox::FastClock clock_;
    sandbox::Ministry ministry_;
    sandbox::Front front_;
    std::unique_ptr<http::Server> server_;
    std::string url_;
    std::thread serving_;
};

}  // namespace tests
