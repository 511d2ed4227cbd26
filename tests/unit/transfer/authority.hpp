// A certificate authority of the test's own, which issues what the test needs, expired or not.
#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace raw {

struct Identity {
    std::string certificate_file;
    std::string key_file;
};

class Authority {
public:
    Authority(std::string directory, const std::string& name)
        : directory_(std::move(directory)), key_(EVP_EC_gen("P-256")) {
        certificate_ = make(key_, name, "", -3600, 3600, nullptr);
        file_ = directory_ + "/" + name + ".pem";
        write(file_, [&](FILE* file) { PEM_write_X509(file, certificate_); });
    }
    ~Authority() {
        X509_free(certificate_);
        EVP_PKEY_free(key_);
    }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    const std::string& file() const { return file_; }
    // Valid from and to so many seconds from now.
    Identity issue(const std::string& name, const std::string& host, long from, long to) {
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = make(key, name, host, from, to, certificate_);
        Identity identity{directory_ + "/" + name + ".crt", directory_ + "/" + name + ".key"};
        write(identity.certificate_file, [&](FILE* file) { PEM_write_X509(file, certificate); });
        write(identity.key_file, [&](FILE* file) {
            PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        });
        X509_free(certificate);
        EVP_PKEY_free(key);
        return identity;
    }

private:
    static void write(const std::string& path, auto print) {
        FILE* file = std::fopen(path.c_str(), "w");
        if (!file) throw std::runtime_error(path);
        print(file);
        std::fclose(file);
    }
    static void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509* make(EVP_PKEY* key, const std::string& name, const std::string& host, long from, long to,
               X509* issuer) {
        static long serial = 0;
        X509* certificate = X509_new();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(certificate), from);
        X509_gmtime_adj(X509_getm_notAfter(certificate), to);
        X509_set_pubkey(certificate, key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509* signer = issuer ? issuer : certificate;
        X509_set_issuer_name(certificate, X509_get_subject_name(signer));
        extend(certificate, signer, NID_basic_constraints,
               issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
        if (!host.empty()) extend(certificate, signer, NID_subject_alt_name, "DNS:" + host);
        X509_sign(certificate, key_, EVP_sha256());
        return certificate;
    }

    std::string directory_;
    EVP_PKEY* key_;
    X509* certificate_;
    std::string file_;
};

}  // namespace raw
