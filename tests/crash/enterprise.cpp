#include "crash/enterprise.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "system/line.hpp"

namespace crash {

namespace fs = std::filesystem;

namespace {

// Chains are kept where they are: files point into them.
constexpr std::size_t chains_max = 100'000;

xml::Parser load_parser() {
    xml::initialise();
    auto parser = xml::Parser::load(PERMITD_SOURCE "/xsd", xml::Limits{});
    if (!parser) throw std::runtime_error{parser.fault().text};
    return std::move(*parser);
}

void write(const fs::path& path, std::string_view bytes, int flags, Keep keep) {
    const base::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644)};
    ASSERT_TRUE(base::write_all(file.number(), bytes)) << path;
    if (keep == Keep::Synced) {
        ASSERT_EQ(::fsync(file.number()), 0) << path;
    }
}

void sync_directory(const fs::path& path) {
    const base::Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    ASSERT_EQ(::fsync(directory.number()), 0) << path;
}

std::uint64_t number_of(const base::Element& root, const char* attribute) {
    const std::string text{root.attribute(attribute)};
    return text.empty() ? 0 : std::stoull(text);
}

}  // namespace

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

Enterprise::Enterprise(fs::path spool, std::uint32_t seed, std::vector<Box> boxes_of_it)
    : spool_(std::move(spool)), boxes_(std::move(boxes_of_it)), parser_(load_parser()),
      author_(seed), dice_(seed) {
    chains_.reserve(chains_max);
}

fs::path Enterprise::box(const std::string& mailbox, const char* name) const {
    return spool_ / mailbox / name;
}

void Enterprise::make_boxes() const {
    for (const Box& each : boxes_) fs::create_directories(box(each.mailbox, "OutBox"));
}

void Enterprise::begin(std::size_t chains) {
    for (std::size_t i = 0; i < chains; ++i) begin(author_.next());
}

void Enterprise::begin(Chain chain) {
    if (chains_.size() == chains_max) return;
    chains_.push_back(std::move(chain));
    begun_.push_back(0);
    go_on(chains_.size() - 1);
}

void Enterprise::turn() {
    finish_what_is_written();
    for (const Box& each : boxes_) read(each);
    for (const std::size_t chain : std::exchange(moved_, {})) go_on(chain);
}

std::multiset<Heard> Enterprise::heard(const Chain& chain, const Deed& deed) const {
    std::multiset<Heard> all;
    for (const File& each : deed.files) {
        const auto found = answers_.find({chain.box.mailbox, each.name});
        if (found != answers_.end()) all.insert(found->second.begin(), found->second.end());
    }
    return all;
}

bool Enterprise::is_ready(const Chain& chain, std::size_t deed) const {
    const When when = chain.deeds[deed].when;
    if (deed == 0 || when == When::AtOnce) return true;
    const auto all = heard(chain, chain.deeds[deed - 1]);
    if (when == When::Submitted)
        return std::ranges::any_of(all, [](const Heard& each) { return each.kind == "submitted"; });
    return std::ranges::includes(all, chain.deeds[deed - 1].wanted);
}

void Enterprise::go_on(std::size_t chain) {
    const Chain& of = chains_[chain];
    for (std::size_t& deed = begun_[chain]; deed < of.deeds.size() && is_ready(of, deed); ++deed)
        leave(chain, deed);
}

void Enterprise::leave(std::size_t chain, std::size_t deed) {
    const Chain& of = chains_[chain];
    for (const File& each : of.deeds[deed].files) {
        const Key key{of.box.mailbox, each.name};
        Left& left = left_[key];
        left = {.file = &each, .chain = chain, .deed = deed};
        if (syncs_ == Syncs::Nothing || (syncs_ == Syncs::Something && dice_() % 2 == 0))
            left.keep = Keep::Unsynced;
        const bool refused_anyhow = of.deeds[deed].wanted.begin()->kind == "rejected";
        if (refused_anyhow || each.name.ends_with(".zip") || dice_() % 3 != 0) {
            leave(key, left);
            continue;
        }
        const std::size_t part = each.bytes.size() / 2;
        write(box(key.first, "OutBox") / key.second, each.bytes.substr(0, part), O_EXCL, left.keep);
        unfinished_.push_back({key, part});
    }
}

// Under a name that is never taken, then renamed.
void Enterprise::leave(const Key& key, Left& left) {
    const fs::path outbox = box(key.first, "OutBox");
    const fs::path hidden = outbox / ('.' + key.second);
    write(hidden, left.file->bytes, O_TRUNC, left.keep);
    fs::rename(hidden, outbox / key.second);
    leave_proof(key, left);
    if (left.keep == Keep::Synced) sync_directory(outbox);
    left.is_whole = true;
}

void Enterprise::leave_proof(const Key& key, const Left& left) const {
    const fs::path file = box(key.first, "OutBox") / key.second;
    switch (chains_[left.chain].box.proof) {
        case Proof::None: return;
        case Proof::Marker: return write(file.string() + ".done", "", O_TRUNC, left.keep);
        case Proof::Digest:
            return write(file.string() + ".sha256", base::sha256_hex(left.file->bytes) + "  -\n",
                         O_TRUNC, left.keep);
    }
}

void Enterprise::finish_what_is_written() {
    for (const Unfinished& each : std::exchange(unfinished_, {})) {
        Left& left = left_.at(each.key);
        const fs::path outbox = box(each.key.first, "OutBox");
        write(outbox / each.key.second, left.file->bytes.substr(each.written), O_APPEND, left.keep);
        leave_proof(each.key, left);
        if (left.keep == Keep::Synced) sync_directory(outbox);
        left.is_whole = true;
    }
}

void Enterprise::read(const Box& box) {
    const fs::path inbox = this->box(box.mailbox, "InBox");
    std::error_code none;
    for (fs::directory_iterator at{inbox, none}, end; !none && at != end; at.increment(none)) {
        const std::string name = at->path().filename();
        if (name.starts_with('.') || !name.ends_with(".xml")) continue;
        const auto known = told_.find({box.mailbox, name});
        if (known == told_.end()) {
            hear(box, name);
        } else if (known->second.is_away) {
            ++appeared_again_;
            EXPECT_EQ(content_of(inbox / name), known->second.bytes) << name << " appeared changed";
            take_away(box.mailbox, name, known->second);
        }
    }
}

void Enterprise::hear(const Box& box, const std::string& name) {
    const fs::path inbox = this->box(box.mailbox, "InBox");
    Told told;
    told.bytes = content_of(inbox / name);
    const xml::Parsed parsed = parser_.parse(told.bytes);
    if (!parsed.well_formed || !parsed.findings.empty() || !parsed.root) {
        ADD_FAILURE() << inbox / name << " is not valid: " << told.bytes;
        told_[{box.mailbox, name}] = std::move(told);
        return;
    }
    const base::Element& root = *parsed.root;
    told.heard = {std::string{root.text_at("InReplyTo/MessageId")},
                  std::string{root.text_at("Subject/ApplicationRef")},
                  std::string{root.attribute("kind")}};
    told.stage = root.attribute("stage");
    told.number = number_of(root, "number");
    told.sequence = number_of(root, "sequence");
    if (const base::Element* file = root.at("InReplyTo/File")) told.file = file->attribute("name");
    struct stat status {};
    ::stat((inbox / name).c_str(), &status);
    told.inode = status.st_ino;
    EXPECT_EQ(status.st_mode & 07777, 0444u) << name;
    look_at_enclosures(inbox, root);

    const Key file{box.mailbox, told.file};
    // A later notice of a delay depends on the line.
    if (told.heard.kind != "delayed") answers_[file].push_back(told.heard);
    const auto left = left_.find(file);
    if (left == left_.end())
        ADD_FAILURE() << name << " answers " << told.file << ", which was never left";
    else
        left->second.is_answered = true, moved_.insert(left->second.chain);
    Told& kept = told_[{box.mailbox, name}] = std::move(told);
    if (dice_() % 4 != 0) take_away(box.mailbox, name, kept);
}

// Who has the receipt has its files (spool/README.md, "Prints and attachments").
void Enterprise::look_at_enclosures(const fs::path& inbox, const base::Element& receipt) const {
    for (const base::Element* each : receipt.all("Document")) {
        const std::string bytes = content_of(inbox / std::string{each->attribute("fileName")});
        EXPECT_EQ(base::sha256_hex(bytes), each->attribute("sha256"))
            << each->attribute("fileName") << " is not there, or not whole";
    }
}

void Enterprise::take_away(const std::string& mailbox, const std::string& name, Told& told) {
    const fs::path inbox = box(mailbox, "InBox");
    if (told.heard.kind == "document") {
        const std::string number = name.substr(0, name.find('_') + 1);
        for (const auto& each : fs::directory_iterator{inbox}) {
            const std::string other = each.path().filename();
            if (other.starts_with(number) && other != name) fs::remove(each.path());
        }
    }
    fs::remove(inbox / name);
    told.is_away = true;
}

bool Enterprise::is_content() const {
    for (std::size_t i = 0; i < chains_.size(); ++i) {
        if (begun_[i] < chains_[i].deeds.size()) return false;
        for (const Deed& each : chains_[i].deeds)
            if (!std::ranges::includes(heard(chains_[i], each), each.wanted)) return false;
    }
    return unfinished_.empty();
}

std::string Enterprise::missing() const {
    std::string text;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < chains_.size(); ++i)
        for (std::size_t deed = 0; deed < begun_[i] && lines < 20; ++deed) {
            const auto& wanted = chains_[i].deeds[deed].wanted;
            const auto got = heard(chains_[i], chains_[i].deeds[deed]);
            std::vector<Heard> open;
            std::ranges::set_difference(wanted, got, std::back_inserter(open));
            for (const Heard& each : open)
                text += std::string{chains_[i].box.mailbox} + '/' +
                        chains_[i].deeds[deed].files[0].name + " waits for " + each.kind + " of " +
                        each.message_id + ' ' + each.subject + '\n',
                    ++lines;
        }
    return text;
}

std::set<std::string> Enterprise::archived_originals(const std::string& mailbox) const {
    std::set<std::string> found;
    std::error_code none;
    fs::recursive_directory_iterator at{spool_ / ".archive" / mailbox, none}, end;
    for (; !none && at != end; at.increment(none))
        if (at->path().parent_path().filename() == "originals") found.insert(at->path().stem());
    return found;
}

void Enterprise::look() {
    turn();
    for (const auto& [key, told] : told_) {
        if (told.is_away) continue;
        struct stat status {};
        const fs::path path = box(key.first, "InBox") / key.second;
        EXPECT_TRUE(::stat(path.c_str(), &status) == 0 && status.st_ino == told.inode)
            << path << " is gone, or another file";
    }
    for (const Box& each : boxes_) {
        const auto originals = archived_originals(each.mailbox);
        for (const auto& [key, left] : left_) {
            if (key.first != each.mailbox || left.is_answered || left.file->kept.empty()) continue;
            if (::access((box(key.first, "OutBox") / key.second).c_str(), F_OK) == 0) continue;
            EXPECT_TRUE(originals.contains(base::sha256_hex(left.file->kept)))
                << key.first << '/' << key.second << " left the OutBox and is not in the archive";
        }
    }
}

bool Enterprise::stands_in_outbox(const Key& key, const Left& left) const {
    const fs::path path = box(key.first, "OutBox") / key.second;
    if (content_of(path) != left.file->bytes) return false;
    switch (chains_[left.chain].box.proof) {
        case Proof::None: return true;
        case Proof::Marker: return fs::exists(path.string() + ".done");
        case Proof::Digest:
            return content_of(path.string() + ".sha256") ==
                   base::sha256_hex(left.file->bytes) + "  -\n";
    }
    return false;
}

void Enterprise::look_after_power_loss() {
    unfinished_.clear();
    for (const Box& each : boxes_) read(each);
    std::map<std::string, std::set<std::string>> originals;
    for (const Box& each : boxes_) originals[each.mailbox] = archived_originals(each.mailbox);
    for (const auto& [key, told] : told_) {
        const fs::path path = box(key.first, "InBox") / key.second;
        if (!told.is_away && fs::exists(path)) {
            EXPECT_EQ(content_of(path), told.bytes) << path << " changed in the power loss";
        }
    }
    for (auto& [key, left] : left_) {
        if (left.is_answered || stands_in_outbox(key, left)) continue;
        if (left.keep == Keep::Synced && left.is_whole) {
            EXPECT_TRUE(left.file->kept.empty() ||
                        originals[key.first].contains(base::sha256_hex(left.file->kept)))
                << key.first << '/' << key.second << " was left synced and is lost";
            continue;
        }
        ++left.again, ++left_again_;
        left.keep = Keep::Synced;
        leave(key, left);
    }
}

}  // namespace crash
