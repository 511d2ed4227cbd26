#include "http/server.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "http/endpoint.hpp"
#include "http/house.hpp"
#include "http/timers.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"

namespace http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
using LocalStream = beast::basic_stream<Local>;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint32_t header_bytes_max = 16u << 10;
constexpr std::chrono::seconds farewell_max{1};  // for a peer to read our last answer
constexpr std::chrono::seconds stop_max{5};      // for requests under way when we are told to stop

using WireRequest = wire::request<wire::string_body>;
using WireResponse = wire::response<wire::string_body>;

std::optional<Request> request_of(WireRequest&& from) {
    auto target = parse_target({from.target().data(), from.target().size()});
    if (!target) return std::nullopt;
    Request request;
    request.method = std::string(from.method_string());
    request.target = std::string(from.target());
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    for (const auto& field : from) {
        const auto [at, is_new] =
            request.headers.try_emplace(lower_case(field.name_string()), field.value());
        // RFC 9110 section 5.2: lines of one name are one list.
        if (!is_new) at->second += ", " + std::string(field.value());
    }
    request.body = std::move(from.body());
    return request;
}

bool bears_body(int status) { return status >= 200 && status != 204 && status != 304; }

// What the answer depends on in the request, whose parser is gone by the time it is given.
struct Asked {
    unsigned version = 11;
    bool keep_alive = false;
    bool head = false;
};

WireResponse wire_response(Response&& from, const Asked& asked) {
    WireResponse to;
    to.result(static_cast<unsigned>(from.status));
    to.version(asked.version);
    for (const auto& [name, value] : from.headers) to.insert(name, value);
    to.keep_alive(asked.keep_alive);
    if (!bears_body(from.status)) return to;
    to.content_length(from.body.size());
    if (!asked.head) to.body() = std::move(from.body);
    return to;
}

template <class Stream>
class Session final : public AnySession, public std::enable_shared_from_this<Session<Stream>> {
public:
    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;
    static constexpr bool is_local = std::is_same_v<Stream, LocalStream>;

    template <class... Parts>
    explicit Session(House& house, Parts&&... parts)
        : house_(house), stream_(std::forward<Parts>(parts)...) {}

    void start() {
        error_code ignored;
        if constexpr (is_local) peer_ = peer_of(lowest().socket().native_handle());
        if constexpr (!is_local) lowest().socket().set_option(Tcp::no_delay(true), ignored);
        if constexpr (is_tls) {
            lowest().expires_after(house_.settings().idle_max);
            stream_.async_handshake(asio::ssl::stream_base::server, on(&Session::shaken));
        } else {
            asio::dispatch(stream_.get_executor(),
                           [self = this->shared_from_this()] { self->read_header(); });
        }
    }

    void leave() override {
        asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
            if (self->reading_ && !self->parser_->got_some() && self->buffer_.size() == 0)
                self->finish();
        });
    }

private:
    auto& lowest() { return beast::get_lowest_layer(stream_); }

    auto on(void (Session::*step)(error_code)) {
        return [self = this->shared_from_this(), step](error_code error, auto...) {
            ((*self).*step)(error);
        };
    }

    void shaken(error_code error) { error ? finish() : read_header(); }

    void read_header() {
        if (house_.stopping() && buffer_.size() == 0) return farewell();
        parser_.emplace();
        parser_->header_limit(header_bytes_max);
        parser_->body_limit(house_.settings().body_bytes_max);
        reading_ = true;
        lowest().expires_after(house_.settings().idle_max);
        wire::async_read_header(stream_, buffer_, *parser_, on(&Session::header_read));
    }

    void header_read(error_code error) {
        if (error) return read_failed(error);
        if (parser_->is_done()) return body_read(error);
        if (!beast::iequals(parser_->get()[wire::field::expect], "100-continue"))
            return go_on_reading({});
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(go_on), on(&Session::go_on_reading));
    }

    void go_on_reading(error_code error) {
        if (error) return finish();
        wire::async_read(stream_, buffer_, *parser_, on(&Session::body_read));
    }

    void read_failed(error_code error) {
        asked_ = {};
        if (error == wire::error::end_of_stream) return farewell();
        if (error == wire::error::body_limit) return refuse(413, "the body is too long");
        if (error == wire::error::header_limit) return refuse(431, "the header is too long");
        static const auto& syntax = wire::make_error_code(wire::error::bad_target).category();
        if (error.category() == syntax && error != wire::error::partial_message)
            return refuse(400, "not an HTTP/1.1 request: " + error.message());
        finish();
    }

    void refuse(int status, const std::string& reason) {
        asked_.keep_alive = false;
        send({status, {{"Content-Type", "text/plain; charset=utf-8"}}, reason + "\n"},
             Mischief::None);
    }

    void body_read(error_code error) {
        if (error) return read_failed(error);
        reading_ = false;
        auto message = parser_->release();
        asked_ = {message.version(), message.keep_alive() && !house_.stopping(),
                  message.method() == wire::verb::head};
        auto request = request_of(std::move(message));
        if (!request) return refuse(400, "the request's target cannot be read");
        if (peer_) introduce(*request, *peer_);
        lowest().expires_never();
        // While the answer is awaited nothing else keeps run() from ending.
        awaited_.emplace(asio::make_work_guard(stream_.get_executor()));
        house_.handler()(std::move(*request), reply());
    }

    Reply reply() {
        return [weak = this->weak_from_this(), number = ++requests_](Response response,
                                                                     Mischief mischief) {
            const auto self = weak.lock();
            if (!self) return;
            asio::dispatch(self->stream_.get_executor(),
                           [self, number, mischief, response = std::move(response)]() mutable {
                               if (!self->awaited_ || number != self->requests_) return;
                               self->awaited_.reset();
                               self->send(std::move(response), mischief);
                           });
        };
    }

    void send(Response response, Mischief mischief) {
        reading_ = false;
        if (mischief == Mischief::ResetBeforeAnswer) return reset();
        asked_.keep_alive = asked_.keep_alive && !house_.stopping();
        response_ = wire_response(std::move(response), asked_);
        lowest().expires_after(house_.settings().idle_max);
        if (mischief == Mischief::None)
            return wire::async_write(stream_, response_, on(&Session::sent));
        std::ostringstream whole;
        whole << response_;
        torn_ = whole.str();
        const std::size_t header = torn_.find("\r\n\r\n") + 4;
        const std::size_t half = header + (torn_.size() - header) / 2;
        torn_.resize(mischief == Mischief::HalfAnswer ? half : header);
        asked_.keep_alive = false;
        asio::async_write(stream_, asio::buffer(torn_), on(&Session::sent));
    }

    void sent(error_code error) {
        if (error) return finish();
        if (asked_.keep_alive) return read_header();
        farewell();
    }

    // Closing with unread bytes would reset the connection and could take our answer with it (RFC
    // 9112 section 9.6), so the peer's bytes are read and dropped for a while.
    void farewell() {
        lowest().expires_after(farewell_max);
        if constexpr (is_tls)
            stream_.async_shutdown(on(&Session::drain));
        else
            drain({});
    }

    void drain(error_code) {
        error_code ignored;
        lowest().socket().shutdown(asio::socket_base::shutdown_send, ignored);
        drop({});
    }

    void drop(error_code error) {
        if (error || !lowest().socket().is_open()) return finish();
        dropped_.resize(64u << 10);
        lowest().async_read_some(asio::buffer(dropped_), on(&Session::drop));
    }

    void reset() {
        error_code ignored;
        lowest().socket().set_option(asio::socket_base::linger(true, 0), ignored);
        finish();
    }

    void finish() {
        awaited_.reset();
        lowest().close();
        house_.forget(this);
    }

    House& house_;
    Stream stream_;
    std::optional<Peer> peer_;
    beast::flat_buffer buffer_;
    std::optional<wire::request_parser<wire::string_body>> parser_;
    bool reading_ = false;
    Asked asked_;
    std::uint64_t requests_ = 0;
    std::optional<asio::executor_work_guard<asio::any_io_executor>> awaited_;
    WireResponse response_;
    std::string torn_;
    std::vector<char> dropped_;
};

template <class Stream>
class ServerOn final : public Server, public House {
public:
    using Protocol = typename beast::lowest_layer_type<Stream>::protocol_type;

    ServerOn(Listen listen, Handler handler) : House(std::move(listen), std::move(handler)) {}

    base::Outcome open(const typename Protocol::endpoint& endpoint, const std::string& socket_file,
                       std::optional<asio::ssl::context> tls) {
        tls_ = std::move(tls);
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error && socket_file.empty())
            acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        // Nobody can connect between bind() and listen(), so the mode holds from the first moment.
        if (!error && !socket_file.empty())
            error.assign(adopt(socket_file_, socket_file), boost::system::system_category());
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error)
            return base::Fault{base::Remedy::AskOperator,
                               "cannot listen on " + settings().address + ": " + error.message()};
        address_ = address_of(socket_file);
        accept();
        return base::done;
    }

    std::string address() const override { return address_; }

    void run() override { context_.run(); }

    void stop() override {
        asio::post(context_, [this] {
            if (stopping_.exchange(true)) return;
            error_code ignored;
            acceptor_.close(ignored);
            timers_.give_up();
            const std::lock_guard lock(mutex_);
            for (const auto& [session, kept] : sessions_) session->leave();
            if (sessions_.empty()) return;
            last_call_.expires_after(stop_max);
            last_call_.async_wait([this](error_code error) {
                if (!error) context_.stop();
            });
        });
    }

    void after(std::chrono::milliseconds wait, std::function<void()> then) override {
        timers_.after(wait, std::move(then));
    }

    void forget(AnySession* session) override {
        const std::lock_guard lock(mutex_);
        sessions_.erase(session);
        if (stopping_ && sessions_.empty()) last_call_.cancel();
    }

private:
    using Socket = asio::basic_stream_socket<Protocol>;

    std::string address_of(const std::string& socket_file) const {
        std::ostringstream text;
        if constexpr (Session<Stream>::is_local)
            text << "unix:" << socket_file;
        else
            text << acceptor_.local_endpoint();
        return text.str();
    }

    void accept() {
        acceptor_.async_accept(asio::any_io_executor(asio::make_strand(context_)),
                               [this](error_code error, Socket socket) {
                                   if (stopping_) return;
                                   if (!error) welcome(std::move(socket));
                                   if (!error || error == asio::error::connection_aborted)
                                       return accept();
                                   // Out of descriptors: some will be given back.
                                   after(std::chrono::milliseconds(100), [this] { accept(); });
                               });
    }

    void welcome(Socket socket) {
        std::shared_ptr<Session<Stream>> session;
        if constexpr (Session<Stream>::is_tls)
            session = std::make_shared<Session<Stream>>(*this, std::move(socket), *tls_);
        else
            session = std::make_shared<Session<Stream>>(*this, std::move(socket));
        {
            const std::lock_guard lock(mutex_);
            if (sessions_.size() >= settings().connections_max) return;
            sessions_[session.get()] = session;
        }
        session->start();
    }

    std::optional<asio::ssl::context> tls_;
    asio::io_context context_;
    asio::basic_socket_acceptor<Protocol> acceptor_{context_};
    asio::steady_timer last_call_{context_};
    Timers timers_{context_};
    SocketFile socket_file_;
    std::string address_;
    std::mutex mutex_;
    std::unordered_map<AnySession*, std::shared_ptr<AnySession>> sessions_;
};

template <class Stream>
base::Result<std::unique_ptr<Server>> opened(
    Listen listen, Handler handler, const typename ServerOn<Stream>::Protocol::endpoint& endpoint,
    const std::string& socket_file, std::optional<asio::ssl::context> tls) {
    auto server = std::make_unique<ServerOn<Stream>>(std::move(listen), std::move(handler));
    if (const auto open = server->open(endpoint, socket_file, std::move(tls)); !open)
        return open.fault();
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::listen(Listen listen, Handler handler) {
    if (const auto path = unix_path(listen.address)) {
        if (const auto cleared = clear_stale_socket(*path); !cleared) return cleared.fault();
        return opened<LocalStream>(std::move(listen), std::move(handler), Local::endpoint(*path),
                                   *path, {});
    }
    const auto place = parse_tcp(listen.address);
    if (!place) return place.fault();
    error_code error;
    const auto address = asio::ip::make_address(place->host, error);
    if (error)
        return base::Fault{base::Remedy::AskOperator, "cannot listen on '" + listen.address +
                                                          "': the address must be numeric"};
    const Tcp::endpoint endpoint(address, place->port);
    if (!listen.tls)
        return opened<beast::tcp_stream>(std::move(listen), std::move(handler), endpoint, {}, {});
    auto tls = tls_context(*listen.tls);
    if (!tls) return tls.fault();
    return opened<TlsStream>(std::move(listen), std::move(handler), endpoint, {}, std::move(*tls));
}

}  // namespace http
