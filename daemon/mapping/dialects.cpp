#include "mapping/dialects.hpp"

#include <algorithm>
#include <filesystem>

#include "mapping/conformity.hpp"
#include "mapping/files.hpp"

namespace mapping {
namespace {

constexpr const char* message = "canonical/Message";
constexpr const char* batch = "canonical/Batch";
constexpr const char* own_documents = "partner";  // as `from` calls them

}  // namespace

base::Finding finding_at_root(const base::Element& root, const char* code, const char* variant) {
    base::Finding finding;
    finding.code = code;
    finding.variant = variant;
    finding.position = root.position;
    finding.path = '/' + root.name;
    return finding;
}

struct Dialect::Tables {
    std::string file;  // as findings name it: "mapping/partners/kingdee.yaml"
    std::string namespace_uri;
    bool any_namespace = false;
    std::shared_ptr<const Shapes> shapes;
    Shape documents;
    std::set<std::string> ignored;  // names that may stand anywhere and say nothing
    std::vector<Table> tables;

    static base::Result<Dialect> load(const std::string& file, std::shared_ptr<const Shapes> shapes,
                                      const edi::Lists& lists);
    void read(const yaml::Node& root, const edi::Lists& lists);
    const Table* table_of(const base::Element& root, const std::string& uri) const;
    std::vector<std::string> roots(const char* to) const;
};

void Dialect::Tables::read(const yaml::Node& root, const edi::Lists& lists) {
    const std::string wanted_namespace = root["namespace"].text("any");
    any_namespace = wanted_namespace == "any";
    if (wanted_namespace != "none" && !any_namespace) namespace_uri = wanted_namespace;
    documents.name = own_documents;
    documents.inside = read_shapes(root.required("documents"));
    const yaml::Node ignore = root["ignore"];
    for (const std::string& name : ignore.keys()) {
        if (ignore[name].text().empty())
            ignore[name].complain("a reason is missing: why is it ignored?");
        ignored.insert(name);
    }
    const yaml::Node several = root["tables"];
    const std::vector<yaml::Node> nodes = several ? several.items() : std::vector{root};
    for (const yaml::Node& each : nodes) {
        Table table = read_table(each, *shapes, {}, lists, &documents);
        if (table.source && !table.from.starts_with(std::string(own_documents) + '/'))
            each["from"].complain(
                "a partner table begins with a document of its own: partner/NAME");
        if (table.target && table.to != message && table.to != batch)
            each["to"].complain(std::string("a partner table makes ") + message + " or " + batch);
        // Files are told apart by their beginning, before anybody reads them.
        if (table.source && table.source->name == "Batch" && table.to == message)
            each["to"].complain(
                std::string("a file whose root is 'Batch' is taken as a batch: make ") + batch);
        if (!table.source || !table.target) continue;
        if (std::ranges::find(tables, table.source, &Table::source) != tables.end())
            each["from"].complain("'" + table.from + "' has a table already");
        tables.push_back(std::move(table));
    }
}

const Table* Dialect::Tables::table_of(const base::Element& root, const std::string& uri) const {
    if (!any_namespace && uri != namespace_uri) return nullptr;
    for (const Table& each : tables)
        if (each.source->name == root.name) return &each;
    return nullptr;
}

std::vector<std::string> Dialect::Tables::roots(const char* to) const {
    std::vector<std::string> names;
    for (const Table& each : tables)
        if (each.to == to) names.push_back(each.source->name);
    return names;
}

std::vector<std::string> Dialect::batch_roots() const { return tables_->roots(batch); }
std::vector<std::string> Dialect::message_roots() const { return tables_->roots(message); }

Heard Dialect::hear(const base::Element& root, const std::string& namespace_uri,
                    const std::string& at, std::size_t most) const {
    Heard heard;
    const Table* table = tables_->table_of(root, namespace_uri);
    if (!table) {
        base::Finding finding = finding_at_root(root, "XSD-INVALID", "PartnerRoot");
        std::vector<std::string> names = message_roots();
        for (std::string& each : batch_roots()) names.push_back(std::move(each));
        finding.value = namespace_uri;
        finding.arguments = {{"table", tables_->file}, {"expected", joined(names, ", ")}};
        if (!tables_->any_namespace)
            finding.arguments.push_back(
                {"namespace", tables_->namespace_uri.empty() ? "\"\"" : tables_->namespace_uri});
        heard.findings.push_back(std::move(finding));
        return heard;
    }
    Given given;
    given.at = at;
    if (const auto time = base::parse_time(at)) given.day = base::day_of(*time);
    Traced made = trace(*table, root, given);
    if (made.too_large) {
        heard.findings.push_back(finding_at_root(root, "XML-LIMIT", "Size"));
        return heard;
    }
    heard.document = std::move(made.document);
    heard.fields = std::move(made.fields);
    heard.findings = strays(*table->source, root, tables_->file, tables_->ignored, most + 1);
    for (base::Finding& each : made.refused) {
        each.arguments.push_back({"table", tables_->file});
        heard.findings.push_back(std::move(each));
    }
    xml::sort_by_position(heard.findings);
    xml::tell_once(heard.findings);
    heard.cut = heard.findings.size() > most;
    if (heard.cut) heard.findings.resize(most);
    return heard;
}

namespace {

base::Result<std::shared_ptr<const Shapes>> canonical_shapes(const std::string& directory) {
    Files files;
    base::Result<Shapes> shapes = load_shapes(directory, files);
    if (!shapes) return shapes.fault();
    if (!files.complaints.empty()) return fault(joined(files.complaints, "\n"));
    return std::make_shared<const Shapes>(std::move(*shapes));
}

}  // namespace

base::Result<Dialect> Dialect::Tables::load(const std::string& file,
                                            std::shared_ptr<const Shapes> shapes,
                                            const edi::Lists& lists) {
    auto tables = std::make_shared<Tables>();
    tables->file = "mapping/partners/" + std::filesystem::path(file).filename().string();
    tables->shapes = std::move(shapes);
    base::Result<yaml::Document> document = yaml::Document::read(file);
    if (!document) return document.fault();
    tables->read(document->root(), lists);
    const std::vector<std::string> complaints = document->complaints();
    if (!complaints.empty()) return fault(joined(complaints, "\n"));
    Dialect dialect;
    dialect.tables_ = std::move(tables);
    return dialect;
}

base::Result<Dialect> Dialect::load(const std::string& file, const std::string& shapes_directory,
                                    const edi::Lists& lists) {
    const auto shapes = canonical_shapes(shapes_directory);
    if (!shapes) return shapes.fault();
    return Tables::load(file, *shapes, lists);
}

base::Result<Dialects> Dialects::load(const std::string& directory, const edi::Lists& lists) {
    const auto files = yaml_files(directory + "/partners", Absent::IsEmpty);
    if (!files) return files.fault();
    Dialects dialects;
    if (files->empty()) return dialects;
    const auto shapes = canonical_shapes(directory + "/shapes");
    if (!shapes) return fault(shapes.fault().text);
    std::vector<std::string> complaints;
    for (const std::string& file : *files) {
        base::Result<Dialect> dialect = Dialect::Tables::load(file, *shapes, lists);
        if (dialect)
            dialects.dialects_.emplace(std::filesystem::path(file).stem().string(),
                                       std::move(*dialect));
        else
            complaints.push_back(dialect.fault().text);
    }
    if (!complaints.empty()) return fault(joined(complaints, "\n"));
    return dialects;
}

const Dialect* Dialects::find(const std::string& name) const {
    const auto found = dialects_.find(name);
    return found == dialects_.end() ? nullptr : &found->second;
}

std::vector<std::string> Dialects::names() const {
    std::vector<std::string> names;
    for (const auto& [name, dialect] : dialects_) names.push_back(name);
    return names;
}

xml::Places places_of(const std::vector<Field>& fields) {
    xml::Places places;
    places.reserve(fields.size());
    for (const Field& each : fields) places.push_back(each.place);
    xml::sort(places);
    return places;
}

}  // namespace mapping
