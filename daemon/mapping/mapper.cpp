#include "mapping/mapper.hpp"

#include <algorithm>
#include <charconv>

#include "mapping/files.hpp"
#include "mapping/transform.hpp"

namespace mapping {
namespace {

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

// Nothing when one of them is none.
std::optional<std::vector<edi::MinistryResult>> results_of(const base::Element& element) {
    std::vector<edi::MinistryResult> results;
    for (const base::Element* each : element.all("Result")) {
        std::optional<edi::MinistryResult> result = result_of(*each);
        if (!result) return std::nullopt;
        results.push_back(std::move(*result));
    }
    return results;
}

}  // namespace

struct Mapper::Tables {
    Shapes shapes;
    std::map<std::string, Table> requests;  // by the name of what is to be declared
    Table question;
    Table acknowledgement;
    Table refusal;
    Table results;
    Table answer;
    Table catalogue;
    std::string namespace_uri;

    // Every table that there must be, by the document of ours that it is about.
    std::map<std::string, Table*> places() {
        std::map<std::string, Table*> all = {
            {"canonical/Question", &question}, {"canonical/Acknowledgement", &acknowledgement},
            {"canonical/Refusal", &refusal},   {"canonical/ResultPage", &results},
            {"canonical/Answer", &answer},     {"canonical/CommodityCatalogue", &catalogue}};
        for (const char* name : {"LicenceApplication", "ApplicationWithdraw",
                                 "EnterpriseRegistration", "AccountBinding"})
            all["canonical/" + std::string(name)] = &requests[name];
        return all;
    }
};

base::Result<Mapper> Mapper::load(const std::string& directory, const edi::Lists& lists) {
    auto tables = std::make_shared<Tables>();
    Files files;
    base::Result<Shapes> shapes = load_shapes(directory + "/shapes", files);
    if (!shapes) return shapes.fault();
    tables->shapes = std::move(*shapes);
    if (auto loaded = load_shared(directory + "/shared", files); !loaded) return loaded.fault();
    if (auto loaded = load_tables(directory, files); !loaded) return loaded.fault();
    std::map<std::string, Table*> wanted = tables->places();
    for (yaml::Document& document : files.tables) {
        Table table = read_table(document.root(), tables->shapes, files.shared_rules, lists);
        files.take_complaints(document);
        for (const std::string& name : {table.from, table.to}) {
            const auto place = wanted.find(name);
            if (place == wanted.end()) continue;
            *place->second = std::move(table);
            wanted.erase(place);
            break;
        }
    }
    for (yaml::Document& document : files.shared) files.take_complaints(document);
    for (const auto& [name, place] : wanted)
        files.complaints.push_back(directory + ": no table maps " + name);
    if (!files.complaints.empty()) return fault(joined(files.complaints, "\n"));
    const std::string& to = tables->question.to;
    tables->namespace_uri = tables->shapes[to.substr(0, to.find('/'))].namespace_uri;
    Mapper mapper;
    mapper.tables_ = std::move(tables);
    return mapper;
}

base::Result<base::Element> Mapper::request(const std::string& key, base::Time at,
                                            const base::Element& content, base::Date day) const {
    const auto table = tables_->requests.find(content.name);
    if (table == tables_->requests.end())
        return fault("no table maps a '" + content.name + "' to a request");
    Transformed made = transform(table->second, content, {key, base::iso(at), day});
    if (!made.troubles.empty())
        return fault("the " + content.name + " cannot be mapped: " + joined(made.troubles, "; "));
    return std::move(made.document);
}

base::Result<base::Element> Mapper::question(const base::Element& question) const {
    Transformed made = transform(tables_->question, question, {});
    // What is asked and of whom stands in one group with one number.
    const std::vector<base::Element>& groups = made.document.children;
    if (made.troubles.empty() && (groups.size() != 1 || groups[0].children.size() != 1))
        made.troubles.push_back("'" + std::string(question.text_at("About")) +
                                "' with one number is no question of the table's");
    if (!made.troubles.empty())
        return fault("the question cannot be mapped: " + joined(made.troubles, "; "));
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
    auto results = results_of(made.document);
    if (!results) return std::nullopt;
    return ResultPage{std::move(*results), std::string(made.document.text_at("Cursor")),
                      made.document.text_at("More") == "yes"};
}

std::optional<edi::MinistryAnswer> Mapper::answer(const base::Element& answer) const {
    if (answer.name != tables_->answer.source->name) return std::nullopt;
    const base::Element made = transform(tables_->answer, answer, {}).document;
    auto results = results_of(made);
    const std::optional<base::Time> at = base::parse_time(made.text_at("At"));
    if (!results || !at || made.text_at("About").empty()) return std::nullopt;
    if (made.child("Status") && made.text_at("Status/State").empty()) return std::nullopt;
    if (made.child("Balance") && made.text_at("Balance/LicenceNo").empty()) return std::nullopt;
    edi::MinistryAnswer out;
    out.about = made.text_at("About");
    out.at = *at;
    out.state = made.text_at("Status/State");
    out.application_no = made.text_at("Status/ApplicationNo");
    out.licence_no = made.text_at(made.child("Balance") ? "Balance/LicenceNo" : "Status/LicenceNo");
    out.account = made.text_at("Status/Account");
    out.expiry = made.text_at("Balance/ExpiryDate");
    out.uses_left = made.text_at("Balance/UsesLeft");
    out.quantity_left = made.text_at("Balance/QuantityLeft");
    out.results = std::move(*results);
    return out;
}

std::optional<edi::CommodityCatalogue> Mapper::catalogue(const base::Element& catalogue) const {
    if (catalogue.name != tables_->catalogue.source->name) return std::nullopt;
    const Transformed made = transform(tables_->catalogue, catalogue, {});
    const std::optional<std::uint64_t> year = number_of(made.document.text_at("Year"));
    if (!made.troubles.empty() || !year || *year < 1 || *year > 9999) return std::nullopt;
    edi::CommodityCatalogue out;
    out.year = static_cast<int>(*year);
    for (const base::Element* each : made.document.all("Row")) {
        const auto cell = [&](const char* name) { return std::string(each->text_at(name)); };
        out.rows.push_back({cell("Code"), cell("Name"), cell("Unit"), cell("Supervision"),
                            cell("Tier"), cell("ValidFrom"), cell("ValidTo")});
    }
    if (out.rows.empty()) return std::nullopt;
    return out;
}

}  // namespace mapping
