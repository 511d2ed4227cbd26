#include "journeys/sample.hpp"

#include <iconv.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "zips.hpp"

namespace journeys {

namespace {

std::string converted(std::string text, const char* encoding) {
    const iconv_t door = ::iconv_open(encoding, "UTF-8");
    std::string out(text.size() * 4 + 16, '\0');
    char* from = text.data();
    char* to = out.data();
    std::size_t from_left = text.size(), to_left = out.size();
    const bool well = ::iconv(door, &from, &from_left, &to, &to_left) != std::size_t(-1);
    ::iconv_close(door);
    out.resize(well ? out.size() - to_left : 0);
    return out;
}

std::string encoded(const yaml::Node& node, std::string text) {
    const std::string name = node.text();
    if (name == "gb18030") return converted(std::move(text), "GB18030");
    if (name == "utf-16") return "\xff\xfe" + converted(std::move(text), "UTF-16LE");
    if (name == "utf-8-bom") return "\xef\xbb\xbf" + text;
    node.complain("encode is gb18030, utf-16 or utf-8-bom");
    return text;
}

// What the file stands in; the texts that are changed in it stand in it, too.
std::string spelled(const yaml::Node& in, std::string text) {
    if (!in) return text;
    if (in.text() == "gb18030") return converted(std::move(text), "GB18030");
    in.complain("in is gb18030");
    return text;
}

void change(const yaml::Node& changes, const yaml::Node& in, std::string& bytes) {
    for (const std::string& key : changes.keys()) {
        const std::string from = spelled(in, key);
        const std::size_t at = bytes.find(from);
        const std::string to = spelled(in, changes[key].text());
        if (at == std::string::npos)
            changes.complain("there is no " + key);
        else
            bytes.replace(at, from.size(), to);
    }
}

}  // namespace

std::optional<std::string> bytes_of(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in || !std::filesystem::is_regular_file(path)) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

bool put_between(std::string& bytes, const std::string& element, const std::string& text) {
    const std::size_t open = bytes.find("<" + element + ">");
    const std::size_t close = bytes.find("</" + element + ">");
    if (open == std::string::npos || close == std::string::npos) return false;
    const std::size_t from = open + element.size() + 2;
    bytes.replace(from, close - from, text);
    return true;
}

// A body in the message that it needs.
std::string message_around(const std::string& body) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message xmlns=\"urn:permitd:mep:1\">\n"
           "<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender>"
           "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>\n" +
           body + "\n</Message>\n";
}

std::string zipped(const yaml::Node& node, const std::string& as, const std::string& document) {
    tests::ZipEntry entry{.name = node["name"].text(as.substr(0, as.rfind('.')) + ".xml"),
                          .packed = document};
    std::vector<tests::ZipEntry> others;
    const std::string trick = node["trick"].text("none");
    if (trick == "second") others.push_back({.name = "second.xml", .packed = document});
    if (trick == "folder") others.push_back({.name = "folder/", .packed = ""});
    if (trick == "link") entry.external = tests::unix_link;
    if (trick == "encrypted") entry.flags = 1;
    if (trick == "bzip2") entry.method = 12;
    if (trick == "checksum") entry.crc ^= 1;
    if (trick == "large") entry.plain_bytes = 0x7fffffff;
    others.push_back(entry);
    if (trick == "empty") others.clear();
    const std::string archive = tests::zip_of(others);
    if (trick == "before") return "#!/bin/sh\n" + archive;
    if (trick == "behind") return archive + "more";
    if (trick == "torn") return archive.substr(0, archive.size() - 30);
    static const std::set<std::string> tricks{"none",      "second", "folder",   "link",  "torn",
                                              "encrypted", "bzip2",  "checksum", "large", "empty"};
    if (!tricks.contains(trick)) node.complain("no such trick");
    return archive;
}

std::string sample_of(const yaml::Node& node, const std::string& folder) {
    std::string bytes = node["text"].text();
    if (const yaml::Node body = node["body"]) {
        if (!node["message_id"]) body.complain("needs a message_id");
        bytes = message_around(body.text());
    } else if (const yaml::Node file = node["file"]) {
        auto found = bytes_of(folder + "/" + file.text());
        if (!found) found = bytes_of(PERMITD_SOURCE "/tests/journeys/samples/" + file.text());
        if (!found) file.complain("there is no such file");
        bytes = found.value_or("");
    } else if (!node["text"]) {
        node.complain("needs a file, a body or a text");
    }
    const std::pair<const char*, const char*> elements[] = {
        {"message_id", "MessageId"}, {"reference", "ApplicationRef"}, {"sender", "Sender"}};
    for (const auto& [key, element] : elements)
        if (const yaml::Node value = node[key]; value && !put_between(bytes, element, value.text()))
            value.complain(std::string{"there is no "} + element);
    change(node["change"], node["in"], bytes);
    if (const yaml::Node encode = node["encode"]) bytes = encoded(encode, std::move(bytes));
    if (const yaml::Node pad = node["pad"]) bytes.append(pad.bytes(0), ' ');
    const std::uint64_t all = bytes.size();
    const std::uint64_t to = node["to"].number(all, 0, all);
    const std::uint64_t from = node["from"].number(0, 0, to);
    return bytes.substr(from, to - from);
}

}  // namespace journeys
