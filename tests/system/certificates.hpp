// Certificates: a certificate authority for tests and what it signs, made by openssl(1) in a
// directory: <name>.pem and <name>.key. Valid from the day before the clock of `environment`.
// Threads: any. Throws: std::runtime_error with openssl's words.
#pragma once

#include "system/child.hpp"

namespace line {

class Certificates {
public:
    Certificates(std::filesystem::path directory, Environment environment);

    void make_authority(const std::string& name) const;
    // For 127.0.0.1.
    void make_server(const std::string& name, const std::string& authority) const;
    void make_client(const std::string& name, const std::string& authority) const;

    std::string pem(const std::string& name) const { return directory_ / (name + ".pem"); }
    std::string key(const std::string& name) const { return directory_ / (name + ".key"); }

private:
    void make(const std::string& name, const std::string& authority,
              const std::string& extensions) const;
    void openssl(std::vector<std::string> arguments) const;

    std::filesystem::path directory_;
    Environment environment_;
};

}  // namespace line
