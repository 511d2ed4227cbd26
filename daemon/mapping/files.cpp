#include "mapping/files.hpp"

#include <algorithm>
#include <filesystem>

namespace mapping {
namespace {

std::string stem_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

}  // namespace

std::string joined(const std::vector<std::string>& lines, const std::string& between) {
    std::string all;
    for (const std::string& line : lines) all += all.empty() ? line : between + line;
    return all;
}

base::Result<std::vector<std::string>> yaml_files(const std::string& directory, Absent absent) {
    std::vector<std::string> files;
    std::error_code error;
    if (absent == Absent::IsEmpty && !std::filesystem::exists(directory, error) && !error)
        return files;
    for (std::filesystem::directory_iterator each(directory, error), end; !error && each != end;
         each.increment(error))
        if (each->path().extension() == ".yaml") files.push_back(each->path().string());
    if (error) return fault(directory + ": cannot be read: " + error.message());
    std::sort(files.begin(), files.end());
    return files;
}

void Files::take_complaints(yaml::Document& document) {
    for (std::string& each : document.complaints())
        if (std::ranges::find(complaints, each) == complaints.end())
            complaints.push_back(std::move(each));
}

base::Result<Shapes> load_shapes(const std::string& directory, Files& all) {
    const auto files = yaml_files(directory);
    if (!files) return files.fault();
    Shapes shapes;
    for (const std::string& file : *files) {
        base::Result<yaml::Document> document = yaml::Document::read(file);
        if (!document) return document.fault();
        const yaml::Node root = document->root();
        ShapeFile& shape = shapes[stem_of(file)];
        shape.namespace_uri = root.required("namespace").text();
        shape.documents.name = stem_of(file);
        shape.documents.inside = read_shapes(root.required("documents"));
        all.take_complaints(*document);
    }
    return shapes;
}

base::Outcome load_shared(const std::string& directory, Files& all) {
    const auto files = yaml_files(directory);
    if (!files) return files.fault();
    for (const std::string& file : *files) {
        base::Result<yaml::Document> document = yaml::Document::read(file);
        if (!document) return document.fault();
        all.shared_rules[stem_of(file)] = document->root().required("rules");
        all.shared.push_back(std::move(*document));
    }
    return base::done;
}

base::Outcome load_tables(const std::string& directory, Files& all) {
    const auto files = yaml_files(directory);
    if (!files) return files.fault();
    for (const std::string& file : *files) {
        base::Result<yaml::Document> document = yaml::Document::read(file);
        if (document) all.tables.push_back(std::move(*document));
        if (!document) all.complaints.push_back(document.fault().text);
    }
    return base::done;
}

}  // namespace mapping
