#include "http/tls.hpp"

namespace http {

namespace asio = boost::asio;

base::Result<asio::ssl::context> tls_context(const TlsFiles& files) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
    static constexpr unsigned char name[] = "permitd";
    SSL_CTX_set_session_id_context(context.native_handle(), name, sizeof name);
    boost::system::error_code error;
    const auto fault = [&](const std::string& what) {
        return base::Fault{base::Remedy::AskOperator,
                           "cannot use the " + what + ": " + error.message()};
    };
    context.use_certificate_chain_file(files.certificate, error);
    if (error) return fault("TLS certificate " + files.certificate);
    context.use_private_key_file(files.key, asio::ssl::context::pem, error);
    if (error) return fault("TLS key " + files.key);
    if (files.client_ca.empty()) return context;
    context.load_verify_file(files.client_ca, error);
    if (error) return fault("CA of client certificates " + files.client_ca);
    context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    return context;
}

}  // namespace http
