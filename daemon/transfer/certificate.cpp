#include "transfer/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace transfer {

namespace {

constexpr std::size_t pem_bytes_max = 1u << 20;

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, Free>;

base::Result<std::string> pem_of(const std::string& path) {
    if (path.empty()) return std::string{};
    return base::read_file(path, pem_bytes_max);
}

base::Result<Certificate> first_of(const std::string& pem, const std::string& path) {
    const std::unique_ptr<BIO, Free> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    if (!certificate)
        return base::Fault{base::Remedy::AskOperator, path + ": holds no certificate in PEM"};
    return certificate;
}

}  // namespace

base::Outcome check_readable(const Tls& tls) {
    for (const std::string& path : {tls.ca_file, tls.key_file})
        if (const auto bytes = pem_of(path); !bytes) return bytes.fault();
    const auto pem = pem_of(tls.certificate_file);
    if (!pem) return pem.fault();
    if (tls.certificate_file.empty()) return base::done;
    const auto certificate = first_of(*pem, tls.certificate_file);
    if (!certificate) return certificate.fault();
    return base::done;
}

base::Result<Trust> valid_now(const Tls& tls) {
    auto authorities = pem_of(tls.ca_file);
    if (!authorities) return authorities.fault();
    auto pem = pem_of(tls.certificate_file);
    if (!pem) return pem.fault();
    Trust trust{std::move(*authorities), std::move(*pem)};
    if (tls.certificate_file.empty()) return trust;
    const auto certificate = first_of(trust.certificate, tls.certificate_file);
    if (!certificate) return certificate.fault();
    if (X509_cmp_current_time(X509_get0_notAfter(certificate->get())) < 0)
        return base::Fault{base::Remedy::AskOperator,
                           tls.certificate_file + ": our certificate has expired; replace it"};
    if (X509_cmp_current_time(X509_get0_notBefore(certificate->get())) > 0)
        return base::Fault{base::Remedy::AskOperator,
                           tls.certificate_file + ": our certificate is not valid yet"};
    return trust;
}

std::optional<base::Time> first_end_in(const std::string& file) {
    const auto pem = pem_of(file);
    if (!pem) return std::nullopt;
    const std::unique_ptr<BIO, Free> bio{
        BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size()))};
    std::optional<base::Time> first;
    while (const Certificate each{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
        std::tm end{};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(each.get()), &end) != 1) continue;
        const base::Time at{std::chrono::seconds{::timegm(&end)}};
        first = std::min(first.value_or(at), at);
    }
    ERR_clear_error();
    return first;
}

std::string peer_sha256(void* ssl) {
    if (!ssl) return {};
    const X509* certificate = SSL_get0_peer_certificate(static_cast<SSL*>(ssl));
    unsigned char digest[32];
    unsigned size = 0;
    if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
    return base::hex(std::string_view{reinterpret_cast<const char*>(digest), size});
}

bool has_pending(void* ssl) { return ssl && SSL_has_pending(static_cast<SSL*>(ssl)) == 1; }

}  // namespace transfer
