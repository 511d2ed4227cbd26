#include "http/client.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "http/url.hpp"

namespace http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

constexpr std::uint64_t answer_bytes_max = 256u << 20;

// One exchange as a chain of steps, so that one deadline stands over all of them.
class Exchange {
public:
    explicit Exchange(const Request& request) {
        const auto verb = wire::string_to_verb(request.method);
        if (verb == wire::verb::unknown)
            request_.method_string(request.method);
        else
            request_.method(verb);
        request_.target(request.target);
        request_.version(11);
        request_.set(wire::field::host, "localhost");
        for (const auto& [name, value] : request.headers) request_.set(name, value);
        request_.keep_alive(false);
        request_.body() = request.body;
        request_.prepare_payload();
        parser_.body_limit(answer_bytes_max);
    }

    error_code run(const std::string& socket_path, std::chrono::seconds time_max) {
        stream_.expires_after(time_max);
        stream_.async_connect(Local::endpoint(socket_path), [this](error_code error) {
            if (failed(error)) return;
            wire::async_write(stream_, request_, [this](error_code written, std::size_t) {
                if (failed(written)) return;
                wire::async_read(stream_, buffer_, parser_,
                                 [this](error_code read, std::size_t) { failed(read); });
            });
        });
        context_.run();
        return error_;
    }

    Response response() {
        Response response;
        const auto& from = parser_.get();
        response.status = static_cast<int>(from.result_int());
        for (const auto& field : from) {
            response.headers[lower_case(field.name_string())] = std::string(field.value());
        }
        response.body = parser_.get().body();
        return response;
    }

private:
    bool failed(error_code error) {
        if (error) error_ = error;
        return static_cast<bool>(error);
    }

    asio::io_context context_;
    beast::basic_stream<Local> stream_{context_};
    wire::request<wire::string_body> request_;
    wire::response_parser<wire::string_body> parser_;
    beast::flat_buffer buffer_;
    error_code error_;
};

}  // namespace

base::Result<Response> ask_unix(const std::string& socket_path, const Request& request,
                                std::chrono::seconds time_max) {
    if (socket_path.empty() || socket_path.size() > 107)
        return base::Fault{base::Remedy::AskOperator,
                           "the socket path '" + socket_path + "' must have 1 to 107 bytes"};
    Exchange exchange(request);
    const error_code error = exchange.run(socket_path, time_max);
    if (!error) return exchange.response();
    const bool absent = error == asio::error::connection_refused ||
                        error == boost::system::errc::no_such_file_or_directory;
    const char* const hint =
        "; is permitd running? journalctl -u permitd -n 20 tells why it stopped";
    return base::Fault{base::Remedy::RetryLater, "no answer on " + socket_path + ": " +
                                                     error.message() + (absent ? hint : "")};
}

}  // namespace http
