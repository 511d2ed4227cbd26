#include "receipts/compose.hpp"
#include "receipts/template.hpp"
#include "yaml/document.hpp"

namespace receipts {

namespace {

// The places of a Chinese text under their English names: {state_zh} says {state} in Chinese.
std::set<std::string> places_of_chinese(const std::string& text) {
    std::set<std::string> places;
    for (const std::string& place : places_of(text))
        places.insert(place.ends_with("_zh") ? place.substr(0, place.size() - 3) : place);
    return places;
}

// Chinese and English under one key, with the same places in both.
Texts texts_in(const yaml::Node& node) {
    if (!node) return {};
    Texts texts{node.required("zh").text(), node.required("en").text()};
    for (const std::string& text : {texts.zh, texts.en}) {
        if (text.empty()) node.complain("a text is empty");
        if (const std::string fault = template_fault(text); !fault.empty()) node.complain(fault);
    }
    if (places_of_chinese(texts.zh) != places_of(texts.en))
        node.complain("zh and en do not have the same places in { }");
    return texts;
}

}  // namespace

base::Result<Catalogue> Catalogue::load(const std::string& file) {
    auto document = yaml::Document::read(file);
    if (!document) return document.fault();
    Catalogue catalogue;
    const yaml::Node root = document->root();
    for (const std::string& code : root.keys()) {
        const yaml::Node node = root[code];
        Entry entry;
        entry.text = texts_in(node.required("text"));
        entry.meaning = texts_in(node.required("meaning"));
        entry.remedy = texts_in(node.required("remedy"));
        if (const yaml::Node variants = node["variants"])
            for (const std::string& variant : variants.keys())
                entry.variants.emplace(variant, texts_in(variants[variant]));
        catalogue.entries_.emplace(code, std::move(entry));
    }
    const std::vector<std::string> complaints = document->complaints();
    if (complaints.empty()) return catalogue;
    std::string all;
    for (const std::string& each : complaints) all += (all.empty() ? "" : "\n") + each;
    return base::Fault{base::Remedy::AskOperator, all};
}

std::vector<std::string> Catalogue::codes() const {
    std::vector<std::string> codes;
    for (const auto& [code, entry] : entries_) codes.push_back(code);
    return codes;
}

Texts Catalogue::texts(const base::Finding& finding) const {
    const auto entry = entries_.find(finding.code);
    if (entry == entries_.end()) return {finding.code, finding.code};
    const auto variant = entry->second.variants.find(finding.variant);
    const Texts& texts =
        variant == entry->second.variants.end() ? entry->second.text : variant->second;
    return {filled(texts.zh, finding), filled(texts.en, finding)};
}

bool Catalogue::has(const std::string& code, const std::string& variant) const {
    const auto entry = entries_.find(code);
    return entry != entries_.end() && (variant.empty() || entry->second.variants.contains(variant));
}

const Texts* Catalogue::meaning(const std::string& code) const {
    const auto entry = entries_.find(code);
    return entry == entries_.end() ? nullptr : &entry->second.meaning;
}

const Texts* Catalogue::remedy(const std::string& code) const {
    const auto entry = entries_.find(code);
    return entry == entries_.end() ? nullptr : &entry->second.remedy;
}

}  // namespace receipts
