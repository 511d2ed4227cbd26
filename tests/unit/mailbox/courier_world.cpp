#include "unit/mailbox/courier_world.hpp"

#include <algorithm>

namespace tests {

namespace {

constexpr const char* day = "2026-11-22";

}  // namespace

CourierWorld::CourierWorld(FakeServer habits) : server(std::move(habits)) {
    server.step = [this] { return step(true); };
    base::set_durable_step_hook([this](const char*) { step(false); });
    server.put("OutBox/a.xml", "<a>the first state</a>");
    server.put("OutBox/b.xml", "<b>bad</b>");
    server.put("OutBox/c.xml", "<c/>");
}

void CourierWorld::stop_at(int k, At what) {
    stop_at_ = k;
    what_ = what;
}

// True: go on.
bool CourierWorld::step(bool remote) {
    if (what_ == At::LineIsCut && !remote) return true;
    if (++steps_ != stop_at_) return true;
    happened_ = true;
    switch (what_) {
        case At::Nothing: break;
        case At::LineIsCut: return false;
        case At::ItCrashes: throw Stopped{};
        case At::Replaced: server.put("OutBox/a.xml", replacement); break;
        case At::Removed: server.files.erase("OutBox/a.xml"); break;
    }
    return true;
}

void CourierWorld::begin() {
    remote_ = std::make_unique<FakeRemote>(server);
    if (!courier_) {
        auto opened = mailbox::Courier::open(spool.root, "acme", options, clock);
        ASSERT_TRUE(opened) << opened.fault().text;
        courier_.emplace(std::move(*opened));
    }
    courier_->begin_connection();
    if (!box_)
        box_ = std::move(*mailbox::Mailbox::open(
            spool.root, "acme", {{}, options.partner_ending, true, mailbox::Place::Remote}));
}

void CourierWorld::turns(int count) {
    for (int i = 0; i < count; ++i) turn();
}

void CourierWorld::turn() {
    clock.advance(options.settle);
    try {
        if (!remote_) begin();
        if (!courier_->round(*remote_)) remote_.reset();
        if (!line_works) return;
        take();
        finish_takings();
    } catch (const Stopped&) {
        // Both are one crash here: whatever was in memory is gone.
        courier_.reset();
        box_.reset();
        remote_.reset();
    }
}

// The commit: what is seen is taken, all at once, and known after any crash.
void CourierWorld::take() {
    const auto known = [&](const mailbox::Entry& entry) {
        return std::ranges::any_of(takings_, [&](const edi::Taking& each) {
            return each.file.name == entry.name && each.file.inode == entry.inode &&
                   each.file.modified_at == entry.modified_at;
        });
    };
    for (const mailbox::Entry& entry : box_->scan(100, known, [](const auto&, auto) {})) {
        const auto bytes = box_->read(entry, 1u << 20);
        ASSERT_TRUE(bytes);
        ++taken[*bytes];
        edi::Taking made;
        made.id = ++number_;
        made.file.mailbox = "acme";
        made.file.name = entry.name;
        made.file.bytes = entry.bytes;
        made.file.inode = entry.inode;
        made.file.modified_at = entry.modified_at;
        made.file.day = day;
        made.box = bytes->find(bad) == std::string::npos ? edi::Box::Sent : edi::Box::Fail;
        made.box_name = edi::box_name_of(made.id, entry.name);
        made.receipt_name = edi::twelve_digits(made.id) + "_rejected_x.xml";
        made.receipt_day = day;
        takings_.push_back(made);
    }
}

void CourierWorld::finish_takings() {
    while (!takings_.empty()) {
        edi::Taking taking = takings_.front();
        const std::string receipt = "<Receipt>" + taking.receipt_name + "</Receipt>";
        deliver(taking.receipt_name, receipt);
        if (taking.box == edi::Box::Sent) taking.receipt_name.clear();
        const auto directory = base::open_directory(spool.at("acme/InBox"));
        if (taking.box == edi::Box::Fail) {
            ASSERT_TRUE(box_->box_receipt(taking, directory->number()));
        }
        ASSERT_TRUE(box_->remove(taking));
        ASSERT_TRUE(box_->sync_boxes());
        takings_.erase(takings_.begin());
    }
}

void CourierWorld::deliver(const std::string& name, const std::string& bytes) {
    if (!remote_) begin();
    const auto inbox = base::open_directory(spool.at("acme/InBox"));
    ASSERT_TRUE(base::write_new(inbox->number(), name, bytes, 0444, base::ReplaceTorso::Yes));
}

void CourierWorld::expect_tidy() const {
    using testing::IsEmpty;
    EXPECT_THAT(spool.files("acme/OutBox"), IsEmpty());
    EXPECT_THAT(spool.files("acme/.courier"), IsEmpty());
    EXPECT_THAT(spool.files("acme/InBox"), IsEmpty());
    for (const auto& [path, file] : server.files)
        EXPECT_EQ(path.find(".permitd-"), std::string::npos) << path;
}

}  // namespace tests
