// RunningServer: an http::Server on a thread of its own with a scratch directory, for tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "http/server.hpp"

class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "permitd-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

class RunningServer {
public:
    RunningServer(http::Listen listen, http::Handler handler, int threads = 1) {
        auto server = http::Server::listen(std::move(listen), std::move(handler));
        if (!server) throw std::runtime_error(server.fault().text);
        server_ = std::move(*server);
        for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { server_->run(); });
    }
    ~RunningServer() { stop(); }
    void stop() {
        server_->stop();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    http::Server& operator*() { return *server_; }
    std::string address() const { return server_->address(); }

private:
    std::unique_ptr<http::Server> server_;
    std::vector<std::thread> threads_;
};
