// Gateway: the ministry's end of the line, as route sees it. CurlGateway is the real one.
//
// A call hands over requests; answers come back through collect(). Each request gets exactly one
// answer, in any order. Nothing here decides what an answer means for a document: that is
// classify() and route.
// Threads: collect() from the dispatch thread only, all else from any.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "edi/submission.hpp"

namespace dispatch {

enum class Ask {
    Submit,     // POST /messages
    ByKey,      // GET /messages/{key}
    Results,    // GET /results?after={cursor}
    Query,      // POST /queries
    Catalogue,  // GET /catalogue/{year}
};

struct Request {
    Ask ask = Ask::Submit;
    std::string key = {};     // of a submission; of a Query: whatever its asker knows it by
    std::string body = {};    // of a Submit or a Query; wiped in what comes back
    std::string cursor = {};  // of Results
    std::uint32_t attempt = 0;
    std::string request_sha256 = {};  // of a Submit: of the body with secrets blanked
    int year = 0;                     // of Catalogue
    std::string etag = {};            // of Catalogue: the one that is known; may be empty
};

// How far a request came.
enum class Reach {
    Answered,       // a complete HTTP answer came back
    NotSent,        // DNS, connect, TLS (other than certificates): no byte of the request left
    Lost,           // anything that went wrong after the first byte
    Configuration,  // certificates, redirect, authorisation: found before the answer could count
};

struct Answer {
    Request request;
    Reach reach = Reach::NotSent;
    int http_status = 0;
    std::string content_type;  // empty when there was none, or more than one
    std::string etag;          // of a Catalogue
    std::string body;
    std::optional<std::chrono::seconds> retry_after;  // clamped to 0 s .. 6 h
    edi::Attempt attempt;  // times, endpoint, certificate, digests, error; verdict is still empty
};

// Whether the answer calls its body XML: application/xml or text/xml (RFC 7303; a type of its own
// such as XHTML's is not). A charset beside it is not looked at: the document says itself what it
// is written in, and the parser holds it to that.
bool is_xml(const Answer& answer);

// What an answer means for the submission it belongs to (gateway.md, table "What permitd does with
// an answer"). `readable`: the answer is XML, was parsed, is valid against the gateway's schema,
// and of the element that the status calls for; `our_key`: it speaks of the key that was asked for
// (true for a fault, which bears none). A Query or Catalogue that is answered by 200 and readable,
// or a Catalogue by 304, is a Verdict; 404 is NotFound; InDoubt means that it may be asked again.
edi::AnswerClass classify(const Answer& answer, bool readable, bool our_key);

class Gateway {
public:
    virtual ~Gateway() = default;
    // How many more Submit, ByKey or Query requests may be handed over now; 0 while parked or
    // broken. The others stand beside them, one of each at a time, and wait while it is closed.
    virtual std::size_t capacity() const = 0;
    virtual void send(Request request) = 0;
    // Waits until an answer is there or `until` is reached, and returns all that are there.
    virtual std::vector<Answer> collect(base::Tick until) = 0;
    // What route made of an answer: feeds the breaker and the parking of the endpoint.
    virtual void learn(const std::string& key, edi::AnswerClass answer) = 0;
    // An operator wants it tried: a closed line is probed at once, not when its wait is over.
    virtual void probe_now() {}
    // For operators: "open", "broken until …", "parked: …".
    virtual std::string condition() const = 0;
};

}  // namespace dispatch
