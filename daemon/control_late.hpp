// What the control socket answers later, when another thread has done the work; neither changes
// anything, and whoever may read may ask.
//
//   POST /print?sender=           the body: ApplicationRef, ApplicationNo or LicenceNo, one a line,
//                                 at most 500; a PDF with a form for each
//   POST /judge?mailbox=&file=    the body: a file's bytes, as if dropped there now: what it would
//                                 be answered, and every finding. Read by a caged worker, judged
//                                 between two commits, and forgotten
//
// Threads: control; the reply comes on the print or the commit thread. Throws: std::bad_alloc only.
#pragma once

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

class LateAnswers {
public:
    explicit LateAnswers(Daemon& daemon) : daemon_(daemon), line_(std::make_shared<Line>()) {}
    // From now on a reply is dropped: the server is about to go.
    ~LateAnswers();

    // False when the path is none of these.
    bool take(const http::Request& request, const http::Reply& reply);

private:
    static constexpr std::size_t judged_max = 4;  // at a time: each holds a whole file
    struct Line {
        std::mutex mutex;
        bool open = true;
        std::size_t judged = 0;
    };

    http::Reply guarded(http::Reply reply) const;
    void print(const http::Request& request, const http::Reply& reply);
    void judge(const http::Request& request, const http::Reply& reply);
    bool begin_to_judge();
    // Gives the place back, then answers.
    http::Reply ending(http::Reply reply) const;

    Daemon& daemon_;
    std::shared_ptr<Line> line_;
};

}  // namespace permitd
