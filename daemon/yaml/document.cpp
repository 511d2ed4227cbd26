#include "yaml/document.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "yaml/place.hpp"
#include "yaml/tree.hpp"

namespace yaml {
namespace {

// How many letters must be changed, put in, left out or exchanged with the next to make one of the
// other.
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> steps(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        for (std::size_t j = 0; j <= b.size(); ++j) {
            std::size_t& least = steps[i][j];
            least = i == 0 ? j : i;
            if (i == 0 || j == 0) continue;
            least = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1,
                              steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                least = std::min(least, steps[i - 2][j - 2] + 1);
        }
    return steps[a.size()][b.size()];
}

// Of the keys that may stand there and do not, the one that was likely meant.
std::string meant(const Item& map, const std::string& key) {
    constexpr std::size_t key_bytes_max = 40;
    if (key.size() > key_bytes_max) return {};
    std::string nearest;
    std::size_t least = key.size() / 3 + 1;
    for (const std::string& each : map.known) {
        const bool stands = std::ranges::find(map.entries, each, &Entry::key) != map.entries.end();
        const std::size_t far = distance(key, each);
        if (stands || far > least || (far == least && !nearest.empty())) continue;
        nearest = each;
        least = far;
    }
    return nearest.empty() ? "" : ": did you mean " + shown(nearest) + "?";
}

void complain_of_unknown(Document::Tree& tree, const Item& item) {
    if (item.misread) return;
    for (const Entry& entry : item.entries) {
        if (!entry.asked) {
            tree.complain(entry.position,
                          "unknown key " + shown(entry.key) + meant(item, entry.key));
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
