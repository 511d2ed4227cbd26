// Section: one level of permitd.yaml. Reads a key, and remembers what came of it.
// Threads: one. Throws: nothing.
#pragma once

#include <filesystem>
#include <set>

#include "config.hpp"
#include "yaml/document.hpp"

namespace permitd {

class Section {
public:
    Section(yaml::Node node, std::string prefix, std::string folder, std::vector<Setting>& settings)
        : node_(std::move(node)), prefix_(std::move(prefix)), folder_(std::move(folder)),
          settings_(settings) {}

    Section sub(const std::string& key) const {
        return {node_[key], prefix_ + key + ".", folder_, settings_};
    }
    // One of a list, by its own name.
    Section item(const yaml::Node& node, const std::string& name) const {
        return {node, prefix_ + name + ".", folder_, settings_};
    }
    const yaml::Node& node() const { return node_; }

    std::string text(const std::string& key, const std::string& absent) const;
    std::string required_text(const std::string& key) const;
    // A path; relative ones are beneath the configuration file's folder.
    std::string path(const std::string& key, const std::string& absent) const;
    std::string required_path(const std::string& key) const;
    std::chrono::milliseconds time(const std::string& key, std::chrono::milliseconds absent,
                                   std::chrono::milliseconds least) const;
    std::uint64_t number(const std::string& key, std::uint64_t absent, std::uint64_t least,
                         std::uint64_t most) const;
    std::uint64_t bytes(const std::string& key, std::uint64_t absent, std::uint64_t least) const;
    std::uint64_t percent(const std::string& key, std::uint64_t absent, std::uint64_t most) const;
    // One of these words; the first one when it is absent. Its place among them.
    std::size_t word(const std::string& key, const std::vector<std::string>& words) const;
    void tell(const std::string& key, const yaml::Node& value, const std::string& effective) const;

private:
    std::string beneath(const std::string& path) const;

    yaml::Node node_;
    std::string prefix_;
    std::string folder_;
    std::vector<Setting>& settings_;
};

// The list of mailboxes, of the file's root.
void read_mailboxes(const Section& root, Config& config);

}  // namespace permitd
