#include "yaml/document.hpp"

#include "base/files.hpp"
#include "yaml/place.hpp"
#include "yaml/tree.hpp"

namespace yaml {
namespace {

void complain_of_unknown(Document::Tree& tree, const Item& item) {
    if (item.misread) return;
    for (const Entry& entry : item.entries) {
        if (!entry.asked) {
            tree.complain(entry.position, "unknown key " + shown(entry.key));
        } else {
            complain_of_unknown(tree, *entry.value);
        }
    }
    for (const auto& each : item.items) complain_of_unknown(tree, *each);
}

}  // namespace

base::Result<Document> Document::read(const std::string& file) {
    base::Result<std::string> text = base::read_file(file, bytes_max);
    if (!text) return text.fault();
    return parse(*text, file);
}

base::Result<Document> Document::parse(const std::string& text, const std::string& name) {
    Document document;
    document.tree_ = std::make_shared<Tree>();
    document.tree_->name = name;
    base::Outcome grown = grow(*document.tree_, text);
    if (!grown) return grown.fault();
    return document;
}

Node Document::root() {
    Node node;
    node.place_ =
        std::make_shared<Node::Place>(Node::Place{tree_, tree_->root.get(), tree_->root->position});
    return node;
}

std::vector<std::string> Document::complaints() {
    complain_of_unknown(*tree_, *tree_->root);
    std::vector<std::string> all;
    for (const Tree::Complaint& each : tree_->complaints)
        all.push_back(tree_->where({each.line, each.column}) + ": " + each.text);
    return all;
}

}  // namespace yaml
