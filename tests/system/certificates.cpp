#include "system/certificates.hpp"

#include <fstream>
#include <stdexcept>

namespace line {

namespace {
constexpr long day_seconds = 86'400;
constexpr const char* shift = "PERMITD_TEST_CLOCK_SHIFT";
}  // namespace

Certificates::Certificates(std::filesystem::path directory, Environment environment)
    : directory_(std::move(directory)), environment_(std::move(environment)) {
    std::filesystem::create_directories(directory_);
    environment_[shift] = std::to_string(std::stol(environment_[shift]) - day_seconds);
}

void Certificates::make_authority(const std::string& name) const {
    make(name, name, "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
}

void Certificates::make_server(const std::string& name, const std::string& authority) const {
    make(name, authority, "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
}

void Certificates::make_client(const std::string& name, const std::string& authority) const {
    make(name, authority, "extendedKeyUsage=clientAuth\n");
}

void Certificates::make(const std::string& name, const std::string& authority,
                        const std::string& extensions) const {
    const std::string request = directory_ / (name + ".csr"), file = directory_ / (name + ".ext");
    std::ofstream{file} << extensions;
    openssl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=" + name, "-keyout", key(name), "-out", request});
    std::vector<std::string> sign = {"x509",    "-req",     "-in", request, "-days",  "30",
                                     "-sha256", "-extfile", file,  "-out",  pem(name)};
    if (name == authority)
        sign.insert(sign.end(), {"-signkey", key(name)});
    else
        sign.insert(sign.end(),
                    {"-CA", pem(authority), "-CAkey", key(authority), "-CAcreateserial"});
    openssl(std::move(sign));
}

void Certificates::openssl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "/usr/bin/openssl");
    const Ended ended = run(arguments, environment_, directory_);
    if (ended.status != 0) throw std::runtime_error{"openssl: " + ended.errors};
}

}  // namespace line
