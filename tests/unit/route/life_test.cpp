// Random lives: messages of every kind about a few references of two enterprises, and a ministry
// that answers, decides, withdraws and clears in any order. decide is total, every change of state
// is a row of the lifecycle tables, each message has one outcome for each subject, and the states
// told in the receipts are those of the store.
#include <algorithm>
#include <random>
#include <set>

#include "bodies.hpp"
#include "book.hpp"
#include "edi/lifecycle.hpp"
#include "fixture.hpp"
#include "route/message.hpp"
#include "route/query.hpp"

namespace desk {
namespace {

constexpr unsigned events = 10'000;
#ifdef PERMITD_SANITIZED
constexpr unsigned lives = 1;
#else
constexpr unsigned lives = 4;
#endif

const std::vector<std::string> enterprises{"91110108MA0000015T", "91440300717850504F"};
const std::vector<std::string> references{"PO-1", "PO-2", "PO-3", "PO-4"};

const edi::Lists& lists() {
    static const edi::Lists loaded =
        *edi::Lists::load(std::string{PERMITD_SOURCE} + "/config/codes");
    return loaded;
}

class Life {
public:
    explicit Life(unsigned seed) : dice_(seed), store_(store::make_memory_store()) {}

    void live() {
        for (unsigned i = 0; i < events && !testing::Test::HasFatalFailure(); ++i) {
            now_ += seconds{1};
            switch (dice_() % 5) {
                case 0:
                case 1: drop(); break;
                case 2: answer(); break;
                case 3: say(); break;
                case 4: settle_errand(); break;
            }
        }
    }

    const edi::Store& store() const { return *store_; }

    Book book;
    std::set<std::string> types_taken, kinds;

private:
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[dice_() % of.size()];
    }
    double part() { return std::uniform_real_distribution<double>{0, 1}(dice_); }

    std::vector<Element> named(const std::string& type) {
        Element body{.name = type, .text = {}};
        const bool several = dice_() % 3 == 0;
        body.add("ApplicationRef", any(references));
        if (several) body.add("ApplicationRef", any(references));
        return {body};
    }

    Element body_of(const std::string& uscc) {
        switch (dice_() % 20) {
            case 0:
            case 1:
            case 2: return application_body(any(references), "submit", usage());
            case 3:
            case 4: return application_body(any(references), "save", usage());
            case 5: return named("ApplicationSubmit").front();
            case 6: return named("ApplicationDelete").front();
            case 7:
            case 8: return named("ApplicationWithdraw").front();
            case 9: {
                Element body{.name = "ApplicationCopy", .text = {}};
                body.add("ApplicationRef", any(references));
                body.add("NewApplicationRef", any(references));
                return body;
            }
            case 10: return registration_body(uscc, "submit");
            case 11: return registration_body(uscc, "save");
            case 12: {
                Element body{.name = "AccountBinding", .text = {}};
                body.add("Account", "ic00001234");
                body.add("Password", "S3cret-pass!");
                return body;
            }
            case 13: return {.name = "RegistrationDelete", .text = {}};
            case 14: return attachments();
            default: return query(uscc);
        }
    }

    Element attachments() {
        static const std::vector<std::string> types{"AttachmentAdd", "AttachmentRemove",
                                                    "AttachmentGet"};
        Element body{.name = any(types), .text = {}};
        body.add("ApplicationRef", any(references));
        if (body.name != "AttachmentAdd") {
            body.add("Name", "a.pdf");
            return body;
        }
        body.add("Attachment", "JVBERi0xLjQK").attributes = {{"name", "a.pdf"},
                                                             {"mediaType", "application/pdf"}};
        return body;
    }

    Element query(const std::string& uscc) {
        static const std::vector<std::string> types{
            "ApplicationQuery",   "ApplicationStatusQuery", "ProcessTrailQuery",
            "ReviewOpinionQuery", "CustomsTransferQuery",   "LicenceBalanceQuery",
            "ClearanceQuery",     "ApplicationListQuery",   "CommodityQuery",
            "CodeListQuery",      "RegistrationQuery",      "RegistrationStatusQuery",
            "ApplicationPrint",   "RegistrationPrint"};
        const std::string type = any(types);
        Element body{.name = type, .text = {}};
        if (type == "LicenceBalanceQuery" || type == "ClearanceQuery")
            body.add("LicenceNo", licence_of(uscc, any(references)));
        else if (type == "CodeListQuery")
            body.add("List", "units");
        else if (type.starts_with("Application") && type != "ApplicationListQuery")
            body.add("ApplicationRef", any(references));
        else if (type == "ProcessTrailQuery" || type == "ReviewOpinionQuery" ||
                 type == "CustomsTransferQuery")
            body.add("ApplicationRef", any(references));
        return body;
    }

    std::string usage() { return dice_() % 2 == 0 ? "single-batch" : "multi-batch"; }

    std::string licence_of(const std::string& uscc, const std::string& reference) {
        return (uscc == enterprises[0] ? "26-AA-00000" : "26-AB-00000") + reference.substr(3);
    }

    void drop() {
        const std::string uscc = any(enterprises);
        xml::Parsed parsed;
        parsed.well_formed = true;
        Element root{.name = "Message", .text = {}};
        Element& header = root.add("Header");
        // Now and then an id that was used before, and sometimes the whole message.
        const bool again = dice_() % 20 == 0 && newest_.root;
        const unsigned number = dice_() % 20 == 0 ? dice_() % (messages_ + 1) : ++messages_;
        header.add("MessageId", "M-" + std::to_string(number));
        header.add("Sender", uscc);
        header.add("CreatedAt", base::iso(now_));
        root.children.push_back(body_of(uscc));
        if (dice_() % 25 == 0) root.attributes = {{"mode", "check"}};
        place(root);
        parsed.root = std::move(root);
        if (again) parsed = newest_;
        newest_ = parsed;
        edi::Arrival arrival;
        arrival.mailbox = "acme";
        arrival.name = "m.xml";
        arrival.received_at = now_;
        route::Decision decision =
            route::decide_message({arrival, parsed, "/Message"}, enterprises, scene());
        if (!decision.rejected && !decision.change.messages.empty())
            types_taken.insert(newest_.root->children[1].name);
        apply(std::move(decision));
    }

    route::Scene scene() const { return {*store_, lists(), seal_, now_}; }

    void apply(route::Decision decision) {
        look_at_steps(decision.change);
        const edi::Change change = route::numbered(std::move(decision), *store_, now_, catalogue());
        hear(change);
        store_->commit(std::span{&change, 1});
    }

    // Every step is a row of its table.
    void look_at_steps(const edi::Change& change) {
        for (const edi::Application& each : change.applications) {
            const auto before = store_->application({each.sender, each.reference});
            const auto from = before ? before->state : edi::ApplicationState::None;
            ASSERT_TRUE(from == each.state ||
                        std::ranges::any_of(edi::application_rows(),
                                            [&](const edi::ApplicationRow& row) {
                                                return row.from == from && row.to == each.state;
                                            }))
                << code_of(from) << " -> " << code_of(each.state);
            ASSERT_NE(each.state, edi::ApplicationState::None);
        }
        for (const edi::Registration& each : change.registrations) {
            const auto before = store_->registration(each.sender);
            const auto from = before ? before->state : edi::RegistrationState::None;
            ASSERT_TRUE(from == each.state ||
                        std::ranges::any_of(edi::registration_rows(),
                                            [&](const edi::RegistrationRow& row) {
                                                return row.from == from && row.to == each.state;
                                            }))
                << code_of(from) << " -> " << code_of(each.state);
        }
    }

    void hear(const edi::Change& change) {
        for (const edi::Delivery& each : change.deliveries) {
            ASSERT_EQ(each.bytes.find("S3cret"), std::string::npos) << each.bytes;
            kinds.insert(each.name.substr(13, each.name.find('_', 13) - 13));
        }
        for (const edi::MessageRecord& each : change.messages) {
            if (each.rejected_number != 0) continue;
            const auto before = store_->message(edi::record_id(each));
            if (!before) continue;
            // What had its outcome keeps it; only what was undeliverable may go on.
            for (const edi::Subject& had : before->subjects)
                if (!had.outcome.empty() && had.outcome != "undeliverable") {
                    EXPECT_TRUE(std::ranges::count(each.subjects, had) == 1)
                        << each.message_id << ' ' << had.reference << ' ' << had.outcome;
                }
        }
        book.read(change);
    }

    std::optional<edi::Submission> any_open() {
        std::vector<edi::Submission> open = store_->due(now_ + hours{24 * 400}, 1000);
        if (open.empty()) return std::nullopt;
        return open[dice_() % open.size()];
    }

    // The gateway answers a submission in one of its ways.
    void answer() {
        auto submission = any_open();
        if (!submission) return;
        ++submission->attempts;
        dispatch::Answer said;
        said.request.key = submission->key;
        said.reach = dispatch::Reach::Answered;
        mapping::Reply reply;
        switch (dice_() % 8) {
            case 0:
                reply.refusal.emplace();
                reply.refusal->faults = {{"E1", "note", "no"}};
                return answered(std::move(*submission), said, edi::AnswerClass::Document, reply);
            case 1:
                return answered(std::move(*submission), said, edi::AnswerClass::NotProcessed,
                                reply);
            case 2: return answered(std::move(*submission), said, edi::AnswerClass::InDoubt, reply);
            case 3:
                if (submission->state != MessageState::Waiting) return;
                return apply(
                    route::decide_lifetime_over(std::move(*submission), *store_, {}, now_));
            default: break;
        }
        reply.acknowledgement = edi::Acknowledgement{submission->key, {}};
        if (!submission->subject.empty())
            reply.acknowledgement->application_no = number_of(*submission);
        answered(std::move(*submission), said, edi::AnswerClass::Verdict, reply);
    }

    void answered(edi::Submission submission, const dispatch::Answer& said,
                  edi::AnswerClass answer_class, const mapping::Reply& reply) {
        apply(route::decide_answer(std::move(submission), said, answer_class, reply, *store_, {},
                                   now_, part()));
    }

    std::string number_of(const edi::Submission& submission) {
        const std::size_t enterprise = submission.sender == enterprises[0] ? 1 : 2;
        return "20261100000000" + std::to_string(enterprise) + submission.subject.substr(3);
    }

    // A result about an application or a registration, in any order and perhaps again.
    void say() {
        const std::string uscc = any(enterprises);
        if (dice_() % 6 == 0) return say_registration(uscc);
        const auto application = store_->application({uscc, any(references)});
        if (!application || application->submission_key.empty()) return;
        edi::MinistryResult said;
        said.seq = dice_() % 100'000 + 1;
        said.at = now_;
        said.key = application->submission_key;
        said.application_no = application->application_no;
        const std::string licence = licence_of(uscc, application->reference);
        switch (dice_() % 6) {
            case 0: said.body = step(); break;
            case 1: said.body = review(any(decisions_)); break;
            case 2: said.body = transfer("SENT"); break;
            case 3:
                said.body = clearance("2233202310000007" + std::to_string(dice_() % 8 + 10), "3");
                break;
            case 4:
                if (application->withdrawal_key.empty()) return;
                said.key = application->withdrawal_key;
                said.body = {.name = "Withdrawal", .text = {}};
                said.body.add("Decision", dice_() % 2 == 0 ? "confirmed" : "refused");
                break;
            case 5: said.body = licence_change("CANCELLED"); break;
        }
        if (Element* const no = said.body.child("LicenceNo")) no->text = licence;
        said.id = "R-" + said.key + "-" + std::to_string(said.seq) + said.body.name;
        take(std::move(said));
    }

    void say_registration(const std::string& uscc) {
        const auto registration = store_->registration(uscc);
        if (!registration || registration->submission_key.empty()) return;
        const auto submission = store_->submission(registration->submission_key);
        edi::MinistryResult said;
        said.key = submission->key;
        said.seq = dice_() % 3 + 1;
        said.at = now_;
        const bool binds = submission->kind == edi::SubmissionKind::Binding;
        const bool good = dice_() % 2 == 0;
        said.body = {.name = binds ? "Binding" : "Registration", .text = {}};
        said.body.add("Decision", binds  ? (good ? "bound" : "refused")
                                  : good ? "approved"
                                         : "returned");
        if (good) said.body.add("Account", "ic00001234");
        said.id = "G-" + said.key + std::to_string(said.seq);
        take(std::move(said));
    }

    // As the route does: what proves an arrival acknowledges it first.
    void take(edi::MinistryResult said) {
        if (const auto open = route::unacknowledged(said, *store_))
            apply(route::decide_acknowledged(*open, said.application_no, std::nullopt, *store_,
                                             now_));
        apply(route::decide_result(std::move(said), std::nullopt, *store_, now_));
    }

    void settle_errand() {
        const auto open = store_->errands(std::nullopt, 1);
        if (open.empty()) return;
        if (route::answerer_of(open[0].body.name) == route::Answerer::Printer)
            apply(route::decide_printed(open[0], "%PDF-", *store_));
        else
            apply(route::decide_answered(open[0], route::Source::Ministry, now_, scene()));
    }

    const std::vector<std::string> decisions_{"approved", "returned", "returned", "disapproved"};
    std::mt19937 dice_;
    std::unique_ptr<edi::Store> store_;
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    base::Time now_ = start;
    unsigned messages_ = 0;
    xml::Parsed newest_;
};

TEST(Life, TenThousandEventsKeepToTheTables) {
    std::set<std::string> types, kinds;
    for (unsigned seed = 0; seed < lives; ++seed) {
        SCOPED_TRACE("life " + std::to_string(seed));
        Life life{seed};
        life.live();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
        for (const std::string& uscc : enterprises)
            for (const std::string& reference : references) {
                const auto application = life.store().application({uscc, reference});
                const auto told = life.book.told.find({uscc, reference});
                ASSERT_EQ(application.has_value(), told != life.book.told.end())
                    << uscc << reference;
                if (application) {
                    EXPECT_EQ(told->second, code_of(application->state)) << reference;
                }
            }
        for (const auto& [uscc, told] : life.book.told_registration)
            EXPECT_EQ(told, code_of(life.store().registration(uscc)->state)) << uscc;
        types.merge(life.types_taken);
        kinds.merge(life.kinds);
    }
    if (lives == 1) return;  // not every corner is reached in one
    // Not a walk around the same corner: every kind of message was taken, every kind of outcome
    // told.
    EXPECT_EQ(types.size(), 25u) << testing::PrintToString(types);
    for (const char* kind : {"accepted",
                             "rejected",
                             "duplicate",
                             "done",
                             "submitted",
                             "refused",
                             "undeliverable",
                             "approved",
                             "returned",
                             "disapproved",
                             "withdrawn",
                             "registered",
                             "registration-returned",
                             "bound",
                             "binding-refused",
                             "answer",
                             "document",
                             "customs-transfer",
                             "clearance",
                             "licence-closed"})
        EXPECT_TRUE(kinds.contains(kind)) << kind;
}

}  // namespace
}  // namespace desk
