// gateway.md: the ministry's names live in mapping/ alone; in C++ none of them is written, save in
// the sandbox, which plays the ministry.
#include <cctype>
#include <set>

#include "fixture.hpp"
#include "mapping/shape.hpp"

namespace {

// Names that could stand in C++ for another reason ("name", "key", "seq") prove nothing: those
// count that hold a capital or a digit and so are nobody's word but the ministry's.
void collect(const mapping::Shape& shape, std::set<std::string>& names) {
    for (const mapping::Shape& each : shape.inside) {
        const std::string name = each.is_attribute() ? each.name.substr(1) : each.name;
        for (const char c : name)
            if (std::isupper(static_cast<unsigned char>(c)) ||
                std::isdigit(static_cast<unsigned char>(c)))
                names.insert(name);
        collect(each, names);
    }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string without_comments(const std::string& text) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        out += line.substr(0, line.find("//")) + "\n";
    return out;
}

bool holds_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const bool before = at > 0 && is_word(text[at - 1]);
        const std::size_t end = at + word.size();
        if (!before && !(end < text.size() && is_word(text[end]))) return true;
    }
    return false;
}

TEST(Names, OfTheMinistryStandNowhereInTheCode) {
    base::Result<yaml::Document> document =
        yaml::Document::read(fixture::source + "/mapping/shapes/gateway.yaml");
    ASSERT_TRUE(document);
    mapping::Shape all;
    all.inside = mapping::read_shapes(document->root()["documents"]);
    std::set<std::string> names;
    collect(all, names);
    ASSERT_TRUE(names.contains("corpCde") && names.contains("bg1") && names.contains("mepAck"));
    // Words of permitd's own documents, which the ministry happens to share.
    for (const char* shared : {"applicationNo", "licenceNo", "validFrom", "validTo"})
        names.erase(shared);
    // What a question may be about is said in our own words too.
    for (const char* about : {"registrationStatus", "applicationStatus", "customsTransfer"})
        names.erase(about);
    // Secrets are blanked by the names of their elements before any table is asked.
    names.erase("accountPwd");

    std::size_t sources = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(fixture::source + "/daemon")) {
        const std::string path = entry.path().string();
        const std::string ending = entry.path().extension().string();
        if ((ending != ".cpp" && ending != ".hpp") || path.find("/sandbox/") != std::string::npos)
            continue;
        ++sources;
        const std::string text = without_comments(fixture::read(entry.path()));
        for (const std::string& name : names)
            EXPECT_FALSE(holds_word(text, name))
                << path << " says " << name << ": the ministry's names belong into mapping/";
    }
    EXPECT_GT(sources, 20u);
}

}  // namespace
