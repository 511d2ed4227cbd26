// TestCa: a certification authority for the length of a test, made with the openssl program.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "unit/http/wire_client.hpp"

class TestCa {
public:
    // `base`: what the names of its files begin with.
    explicit TestCa(std::string base) : base_(std::move(base)) {
        run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca"
            " -keyout " +
            base_ + ".key -out " + base_ + ".pem");
    }

    std::string certificate() const { return base_ + ".pem"; }

    wire_client::Certificate issue(const std::string& name) const {
        const std::string file = base_ + "-" + name;
        run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name +
            " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " + file + ".key -out " +
            file + ".csr");
        run("x509 -req -copy_extensions copy -days 2 -CAcreateserial -in " + file + ".csr -CA " +
            base_ + ".pem -CAkey " + base_ + ".key -out " + file + ".pem");
        return {file + ".pem", file + ".key"};
    }

private:
    static void run(const std::string& command) {
        if (std::system(("openssl " + command + " 2>/dev/null").c_str()) != 0)
            throw std::runtime_error("openssl " + command);
    }
    std::string base_;
};
