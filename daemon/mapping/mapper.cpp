#include "mapping/mapper.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "mapping/reader.hpp"
#include "mapping/transform.hpp"

namespace mapping {
namespace {

base::Fault fault(const std::string& text) { return {base::Remedy::AskOperator, text}; }

std::string joined(const std::vector<std::string>& lines, const std::string& between) {
    std::string all;
    for (const std::string& line : lines) all += all.empty() ? line : between + line;
    return all;
}

// The *.yaml files of a directory by name, so that complaints come in the same order everywhere.
base::Result<std::vector<std::filesystem::path>> yaml_files(const std::string& directory) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator each(directory, error), end; !error && each != end;
         each.increment(error))
        if (each->path().extension() == ".yaml") files.push_back(each->path());
    if (error) return fault(directory + ": cannot be read: " + error.message());
    std::sort(files.begin(), files.end());
    return files;
}

base::Result<Shapes> load_shapes(const std::string& directory,
                                 std::vector<std::string>& complaints) {
    const auto files = yaml_files(directory);
    if (!files) return files.fault();
    Shapes shapes;
    for (const std::filesystem::path& file : *files) {
        base::Result<yaml::Document> document = yaml::Document::read(file.string());
        if (!document) return document.fault();
        const yaml::Node root = document->root();
        ShapeFile& shape = shapes[file.stem().string()];
        shape.namespace_uri = root.required("namespace").text();
        shape.documents.name = file.stem().string();
        shape.documents.inside = read_shapes(root.required("documents"));
        for (std::string& each : document->complaints()) complaints.push_back(std::move(each));
    }
    return shapes;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

// The one child that holds something itself is the body.
std::optional<edi::MinistryResult> result_of(const base::Element& element) {
    edi::MinistryResult result;
    const std::optional<std::uint64_t> seq = number_of(element.text_at("Seq"));
    const std::optional<base::Time> at = base::parse_time(element.text_at("At"));
    result.id = element.text_at("Id");
    result.key = element.text_at("Key");
    result.application_no = element.text_at("ApplicationNo");
    std::size_t bodies = 0;
    for (const base::Element& child : element.children) {
        if (child.children.empty()) continue;
        result.body = child;
        ++bodies;
    }
    if (!seq || !at || result.id.empty() || bodies != 1) return std::nullopt;
    result.seq = *seq;
    result.at = *at;
    return result;
}

}  // namespace

struct Mapper::Tables {
    Shapes shapes;
    Table application;
    Table acknowledgement;
    Table refusal;
    Table results;
    std::string namespace_uri;
};

base::Result<Mapper> Mapper::load(const std::string& directory, const edi::Lists& lists) {
    auto tables = std::make_shared<Tables>();
    std::vector<std::string> complaints;
    base::Result<Shapes> shapes = load_shapes(directory + "/shapes", complaints);
    if (!shapes) return shapes.fault();
    tables->shapes = std::move(*shapes);
    const auto files = yaml_files(directory);
    if (!files) return files.fault();
    std::map<std::string, Table*> wanted = {{"canonical/LicenceApplication", &tables->application},
                                            {"canonical/Acknowledgement", &tables->acknowledgement},
                                            {"canonical/Refusal", &tables->refusal},
                                            {"canonical/ResultPage", &tables->results}};
    for (const std::filesystem::path& file : *files) {
        base::Result<yaml::Document> document = yaml::Document::read(file.string());
        if (!document) {
            complaints.push_back(document.fault().text);
            continue;
        }
        Table table = read_table(document->root(), tables->shapes, lists);
        for (std::string& each : document->complaints()) complaints.push_back(std::move(each));
        for (const std::string& name : {table.from, table.to}) {
            const auto place = wanted.find(name);
            if (place == wanted.end()) continue;
            *place->second = std::move(table);
            wanted.erase(place);
            break;
        }
    }
    for (const auto& [name, place] : wanted)
        complaints.push_back(directory + ": no table maps " + name);
    if (!complaints.empty()) return fault(joined(complaints, "\n"));
    const std::string& to = tables->application.to;
    tables->namespace_uri = tables->shapes[to.substr(0, to.find('/'))].namespace_uri;
    Mapper mapper;
    mapper.tables_ = std::move(tables);
    return mapper;
}

base::Result<base::Element> Mapper::application_request(const std::string& key, base::Time at,
                                                        const base::Element& application,
                                                        base::Date day) const {
    Transformed made = transform(tables_->application, application, {key, base::iso(at), day});
    if (!made.troubles.empty())
        return fault("the application cannot be mapped: " + joined(made.troubles, "; "));
    return std::move(made.document);
}

const std::string& Mapper::namespace_uri() const { return tables_->namespace_uri; }

Reply Mapper::reply(const base::Element& answer) const {
    Reply reply;
    if (answer.name == tables_->acknowledgement.source->name) {
        const Transformed made = transform(tables_->acknowledgement, answer, {});
        if (!made.troubles.empty()) return reply;
        reply.acknowledgement =
            edi::Acknowledgement{std::string(made.document.text_at("Key")),
                                 std::string(made.document.text_at("ApplicationNo"))};
    } else if (answer.name == tables_->refusal.source->name) {
        const Transformed made = transform(tables_->refusal, answer, {});
        if (!made.troubles.empty()) return reply;
        reply.refusal.emplace();
        for (const base::Element* each : made.document.all("Fault"))
            reply.refusal->faults.push_back({std::string(each->text_at("Code")),
                                             std::string(each->text_at("Field")),
                                             std::string(each->text_at("Text"))});
    }
    return reply;
}

std::optional<ResultPage> Mapper::results(const base::Element& page) const {
    if (page.name != tables_->results.source->name) return std::nullopt;
    // What is missing inside a body is no trouble here: a result is a fact, kept even incomplete.
    const Transformed made = transform(tables_->results, page, {});
    ResultPage results;
    results.cursor = made.document.text_at("Cursor");
    results.more = made.document.text_at("More") == "yes";
    for (const base::Element* each : made.document.all("Result")) {
        std::optional<edi::MinistryResult> result = result_of(*each);
        if (!result) return std::nullopt;
        results.results.push_back(std::move(*result));
    }
    return results;
}

}  // namespace mapping
