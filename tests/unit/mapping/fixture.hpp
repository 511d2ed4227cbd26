// What the tests of mapping/ share: the real lists, the real tables, a scratch copy to spoil.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "mapping/mapper.hpp"
#include "small_xml.hpp"

namespace fixture {

inline const std::string source = PERMITD_SOURCE;
inline const std::string key(52, 'a');
inline const base::Date day = *base::parse_date("2026-11-22");

inline const edi::Lists& lists() {
    static const base::Result<edi::Lists> loaded = edi::Lists::load(source + "/config/codes");
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *loaded;
}

inline const mapping::Mapper& mapper() {
    static const base::Result<mapping::Mapper> loaded =
        mapping::Mapper::load(source + "/mapping", lists());
    if (!loaded) throw std::runtime_error(loaded.fault().text);
    return *loaded;
}

inline std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

// A copy of mapping/ in which one piece of one file is replaced.
class Spoiled {
public:
    Spoiled(const std::string& file, const std::string& piece, const std::string& by)
        : directory_(std::filesystem::path(testing::TempDir()) /
                     ("permitd-mapping-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(directory_);
        std::filesystem::copy(source + "/mapping", directory_,
                              std::filesystem::copy_options::recursive);
        std::string text = read(directory_ / file);
        const std::size_t at = text.find(piece);
        EXPECT_NE(at, std::string::npos) << piece;
        if (at != std::string::npos) text.replace(at, piece.size(), by);
        std::ofstream(directory_ / file) << text;
    }
    ~Spoiled() { std::filesystem::remove_all(directory_); }
    Spoiled(const Spoiled&) = delete;
    Spoiled& operator=(const Spoiled&) = delete;

    std::string path() const { return directory_.string(); }
    // The complaints, the directory left out; empty when the tables are sound.
    std::vector<std::string> complaints() const {
        const base::Result<mapping::Mapper> loaded = mapping::Mapper::load(path(), lists());
        std::vector<std::string> lines;
        if (loaded) return lines;
        std::istringstream text(loaded.fault().text);
        for (std::string line; std::getline(text, line);)
            lines.push_back(line.starts_with(path()) ? line.substr(path().size() + 1) : line);
        return lines;
    }

private:
    std::filesystem::path directory_;
};

}  // namespace fixture
