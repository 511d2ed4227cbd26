#include "unit/daemon/ministry.hpp"

#include <cstdlib>

namespace tests {

namespace {

template <class T>
T must(base::Result<T> result) {
    if (!result) std::abort();
    return std::move(*result);
}

xml::Parser load_parser() {
    xml::initialise();
    return must(xml::Parser::load(PERMITD_SOURCE "/xsd", xml::Limits{}));
}

sandbox::Setting setting() {
    sandbox::Setting made;
    made.catalogue = must(sandbox::Catalogue::read(PERMITD_SOURCE "/config/codes/commodities.csv"));
    made.scenario =
        must(sandbox::read_scenario(PERMITD_SOURCE "/tests/journeys/scenarios/at-once.yaml"));
    made.faults = must(sandbox::parse_faults("lost-answer=5%,half-answer=5%,503=2%"));
    return made;
}

}  // namespace

Ministry::Ministry(base::Time start)
    : parser_(load_parser()), clock_(start, 1), ministry_(setting(), clock_, parser_),
      front_(ministry_, clock_, 1, sandbox::Verbosity::Quiet), server_(listen()) {
    front_.stand_before(*server_);
    url_ = "http://" + server_->address() + "/mep/v1";
    serving_ = std::thread{[this] { server_->run(); }};
}

Ministry::~Ministry() { end(); }

std::unique_ptr<http::Server> Ministry::listen() {
    http::Listen where;
    where.address = "127.0.0.1:0";
    return must(http::Server::listen(
        where, [this](http::Request request, http::Reply reply) { front_.serve(request, reply); }));
}

const sandbox::Counters& Ministry::end() {
    if (serving_.joinable()) {
        server_->after(std::chrono::milliseconds{0}, [this] {
            front_.close();
            server_->stop();
        });
        serving_.join();
    }
    return ministry_.counters();
}

}  // namespace tests
