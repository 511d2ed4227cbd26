#include "route/step.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "ledger/archive.hpp"
#include "route/events.hpp"
#include "route/licence.hpp"
#include "route/older.hpp"
#include "route/registration.hpp"
#include "route/result.hpp"
#include "xml/writer.hpp"

namespace route {

namespace {

constexpr std::chrono::hours a_thousand_years{24 * 365 * 1000};
constexpr std::chrono::minutes unmapped_is_tried_every{15};

bool still_unclaimed(const Decision& decision) {
    return decision.issues.empty() && decision.change.results.size() == 1 &&
           decision.change.results[0].state == edi::ResultState::Unclaimed;
}

// Why an answer that came back whole does not do.
const char* defect_of(const Answered& answered) {
    if (!dispatch::is_xml(answered.answer)) return "the answer is not of an XML type";
    return is_readable(answered) ? "the answer says something else than was asked"
                                 : "the answer is not valid against the gateway's schema";
}

// A success that is in doubt gets the reason as its error: nothing else would tell of it.
edi::AnswerClass class_of(const Answered& answered, const mapping::Reply& reply,
                          std::string& error) {
    const dispatch::Request& request = answered.answer.request;
    const bool ours = !reply.acknowledgement || reply.acknowledgement->key == request.key;
    const bool success = answered.answer.http_status / 100 == 2;
    const bool by_key = request.ask == dispatch::Ask::ByKey;
    const bool readable =
        success ? reply.acknowledgement || (by_key && reply.refusal) : reply.refusal.has_value();
    const edi::AnswerClass out = dispatch::classify(answered.answer, readable, ours);
    if (out == edi::AnswerClass::InDoubt && success && error.empty())
        error = ours ? defect_of(answered) : "the answer speaks of another key";
    return out;
}

// What is to be mapped, its password in it.
base::Result<base::Element> content_of(const edi::Submission& submission, const edi::State& state,
                                       const base::Seal& seal) {
    const base::Fault gone{base::Remedy::AskOperator, "its application is gone"};
    if (submission.kind == edi::SubmissionKind::Application) {
        auto application = state.application({submission.sender, submission.subject});
        if (!application) return gone;
        return application->content.element();
    }
    base::Element content = submission.content;
    if (submission.kind == edi::SubmissionKind::Withdrawal) {
        // The number may have become known only after the withdrawal was accepted.
        base::Element* const number = content.child("ApplicationNo");
        const auto application = state.application({submission.sender, submission.subject});
        if (!application) return gone;
        if (number && number->text.empty()) number->text = application->application_no;
        return content;
    }
    auto password = seal.opened(submission.sealed_password, secret_context(submission.key));
    if (!password)
        return base::Fault{base::Remedy::AskOperator,
                           "the state key is not the one its password was sealed with"};
    if (base::Element* const leaf = password_in(content)) leaf->text = std::move(*password);
    return content;
}

base::Field text(std::string_view name, std::string value) { return {name, std::move(value)}; }

}  // namespace

bool is_readable(const Answered& answered) {
    const xml::Parsed& parsed = answered.parsed;
    return dispatch::is_xml(answered.answer) && parsed.well_formed && parsed.findings.empty() &&
           parsed.root.has_value();
}

double Route::Step::part() {
    return std::uniform_real_distribution<double>{0.0, 1.0}(route.jitter_);
}

Patience Route::Step::patience() const {
    Patience patience = route.options_.patience;
    if (!steady) patience.lifetime = a_thousand_years;
    return patience;
}

void Route::Step::apply(Decision decision) {
    tell(decision);
    // What is new is due at once, whatever the wall clock said when it came.
    for (edi::Submission& each : decision.change.submissions)
        if (each.tries.empty()) each.next_at = std::min(each.next_at, even);
    const std::size_t issued = decision.issues.size();
    for (const Issue& each : decision.issues) {
        Account::Issued noted{each.receipt.kind, {}};
        for (const base::Finding& problem : each.receipt.problems)
            noted.problems.push_back(problem.code);
        effects.account.issued.push_back(std::move(noted));
    }
    edi::Change change =
        numbered(std::move(decision), pending, {now, route.day_of(now)}, route.parts_.catalogue);
    if (issued > 0)
        for (const edi::Delivery& each : change.deliveries)
            after_commit.push_back([mailbox = each.mailbox, name = each.name] {
                base::log(event::receipt_issued, {text("mailbox", mailbox), text("receipt", name)});
            });
    std::vector<edi::ApplicationId> touched;
    if (route.options_.recalls)
        for (const edi::Application& each : change.applications)
            touched.push_back({each.sender, each.reference});
    if (!change.empty()) pending.add(std::move(change));
    for (const edi::ApplicationId& each : touched)
        if (const auto application = pending.application(each))
            route.recall_.look_at(*application, pending, even);
}

// Conditions that an operator should know of.
void Route::Step::tell(const Decision& decision) {
    for (const edi::MinistryResult& each : decision.change.results) {
        if (each.state == edi::ResultState::Applied) continue;
        if (pending.result(each.id)) continue;  // told when it first came
        const base::Event& what = each.state == edi::ResultState::Unclaimed
                                      ? event::result_unclaimed
                                      : event::result_incomplete;
        after_commit.push_back([&what, id = each.id, no = each.application_no] {
            base::log(what, {text("result", id), text("application_no", no)});
        });
    }
    for (const edi::Licence& each : decision.change.licences) {
        const auto difference = balance_difference(each);
        if (!difference) continue;
        const auto before = pending.licence(each.number);
        if (before && balance_difference(*before)) continue;
        after_commit.push_back([no = each.written, what = *difference] {
            base::log(event::balance_differs,
                      {text("licence_no", no), text("quantity_counted", what.counted.quantity),
                       text("quantity_said", what.said.quantity),
                       text("uses_counted", what.counted.uses), text("uses_said", what.said.uses)});
        });
    }
    for (const edi::Submission& each : decision.change.submissions) {
        if (each.state != edi::MessageState::Held) continue;
        const auto before = pending.submission(each.key);
        if (before && before->state == edi::MessageState::Held) continue;
        after_commit.push_back([key = each.key, id = each.message_id] {
            base::log(event::submission_held, {text("message_id", id), text("key", key)});
        });
    }
}

void Route::Step::take(const Examined& examined) {
    if (still_growing(examined)) {
        effects.postponed.push_back(examined.arrival);
        return;
    }
    static const std::vector<std::string> nobody;
    const auto senders = route.options_.senders.find(examined.arrival.mailbox);
    Decision decision = decide_arrival(
        examined, senders == route.options_.senders.end() ? nobody : senders->second, scene());
    // It is found in the store, and so not before the commit.
    if (!decision.change.errands.empty())
        after_commit.push_back([&errands = route.errands_] { errands.notice(); });
    apply(std::move(decision));
}

void Route::Step::take(Printed printed) {
    if (!printed.pdf) {
        base::log(event::print_failed, {text("message_id", printed.errand.message_id),
                                        text("error", printed.pdf.fault().text)});
        route.errands_.print_failed(printed.errand, even + unmapped_is_tried_every);
        return;
    }
    const edi::Errand errand = route.errands_.close(printed.errand);
    apply(decide_printed(errand, std::move(*printed.pdf), pending));
}

void Route::Step::take(const receipts::Delivered& delivered) {
    edi::Change change;
    change.deliveries_gone = delivered.deliveries;
    for (const edi::Taking& each : delivered.takings) {
        change.takings_gone.push_back(each.id);
        effects.released.push_back(each.file);
    }
    if (!change.empty()) pending.add(std::move(change));
}

void Route::Step::take(const Answered& answered) {
    const dispatch::Request& request = answered.answer.request;
    if (request.ask == dispatch::Ask::Results) {
        take_page(answered);
        return;
    }
    if (request.ask == dispatch::Ask::Catalogue) {
        take_catalogue(answered);
        return;
    }
    if (request.ask == dispatch::Ask::Query) {
        take_answer(answered);
        return;
    }
    if (route.under_way_ > 0) --route.under_way_;
    if (request.ask == dispatch::Ask::ByKey) route.asked_.erase(request.key);
    mapping::Reply reply;
    if (is_readable(answered)) reply = route.parts_.mapper.get().reply(*answered.parsed.root);
    dispatch::Answer answer = answered.answer;
    const edi::AnswerClass answer_class = class_of(answered, reply, answer.attempt.error);
    note(answer, answer_class);
    route.parts_.gateway.learn(request.key, answer_class);
    if (const auto newer = route.newer_.extract(request.key)) {
        if (auto waiting = pending.submission(newer.mapped());
            waiting && waiting->unsettled() && older_key(*waiting) == request.key)
            apply(decide_older(std::move(*waiting), answer, answer_class, reply, pending,
                               patience(), moment(), part()));
        if (reply.acknowledgement) claim(request.key, reply.acknowledgement->application_no);
        return;
    }
    auto submission = pending.submission(request.key);
    if (!submission) return;
    const bool acknowledged = answer_class == edi::AnswerClass::Verdict && reply.acknowledgement;
    if (submission->unsettled())
        apply(decide_answer(std::move(*submission), answer, answer_class, reply, pending,
                            patience(), moment(), part()));
    else  // a result proved its arrival meanwhile, perhaps without its number
        apply(
            decide_late_answer(std::move(*submission), answer, answer_class, reply, pending, now));
    if (acknowledged) claim(request.key, reply.acknowledgement->application_no);
}

void Route::Step::note(const dispatch::Answer& answer, edi::AnswerClass answer_class) {
    effects.account.answered.push_back({answer.request.ask, answer_class,
                                        answer.attempt.answered_at,
                                        answer.attempt.answered_at - answer.attempt.sent_at});
}

void Route::Step::take_page(const Answered& answered) {
    const dispatch::Answer& answer = answered.answer;
    route.results_under_way_ = false;
    std::optional<mapping::ResultPage> page;
    if (answer.reach == dispatch::Reach::Answered && answer.http_status == 200 &&
        is_readable(answered))
        page = route.parts_.mapper.get().results(*answered.parsed.root);
    note(answer, dispatch::classify(answer, page.has_value(), true));
    if (!page) {
        if (answer.reach == dispatch::Reach::Answered && answer.http_status == 200 &&
            route.results_failures_ == 0)
            base::log(event::results_unreadable, {text("cursor", answer.request.cursor),
                                                  text("page_sha256", answer.attempt.answer_sha256),
                                                  text("reason", defect_of(answered))});
        ++route.results_failures_;
        add_failed_page(route.trouble_, answer, defect_of(answered), now);
        route.results_at_ =
            even + backoff(route.options_.patience, route.results_failures_, part());
        return;
    }
    if (route.results_failures_ > 0) base::log(event::results_readable, {});
    route.results_failures_ = 0;
    route.trouble_.results.reset();
    const auto brought = take_results(std::move(page->results), answer.attempt);
    const ResultsPace::Next next =
        route.results_pace_.after({.asked_with = answer.request.cursor,
                                   .cursor = page->cursor,
                                   .brought = brought,
                                   .took = answer.attempt.answered_at - answer.attempt.sent_at});
    route.results_at_ = even + next.wait;
    if (next.cursor == ResultsPace::Cursor::WentBack)
        base::log(event::results_cursor_back,
                  {text("asked_with", answer.request.cursor), text("cursor", page->cursor)});
    if (page->cursor == pending.cursor()) return;
    // In the batch that holds the results: what the ministry may now forget, we have (P4).
    edi::Change change;
    change.cursor = page->cursor;
    pending.add(std::move(change));
}

ResultsPace::Brought Route::Step::take_results(std::vector<edi::MinistryResult> results,
                                               const edi::Attempt& attempt) {
    using enum ResultsPace::Brought;
    std::ranges::stable_sort(results, {}, &edi::MinistryResult::seq);
    ResultsPace::Brought brought = results.empty() ? Nothing : Repeats;
    for (edi::MinistryResult& each : results) {
        each.collected_at = now;
        each.page_sha256 = attempt.answer_sha256;
        if (take_result(std::move(each), attempt)) brought = News;
    }
    return brought;
}

bool Route::Step::take_result(edi::MinistryResult result, const edi::Attempt& proof) {
    std::string key = result.key;
    const std::string application_no = result.application_no;
    const bool is_known = pending.result(result.id).has_value();
    bool is_news = false;
    if (auto submission = unacknowledged(result, pending)) {
        is_news = true;
        key = submission->key;
        apply(decide_acknowledged(std::move(*submission), application_no, proof, pending, now));
    }
    const bool opens = result.body.name == "Review";
    Decision decision = decide_result(std::move(result), proof, pending, now);
    // What waits for its document is kept anew each time it comes.
    is_news = is_news || (!is_known && !decision.change.empty());
    apply(std::move(decision));
    if (opens) claim(key, application_no);
    return is_news;
}

void Route::Step::claim(const std::string& key, const std::string& application_no) {
    for (bool again = true; again;) {
        again = false;
        for (edi::MinistryResult& each : pending.unclaimed(key, application_no)) {
            Decision decision = decide_result(std::move(each), std::nullopt, pending, now);
            if (still_unclaimed(decision)) continue;
            apply(std::move(decision));
            again = true;
        }
    }
}

base::Result<std::string> Route::Step::request_of(edi::Submission& submission) {
    const base::Seal& seal = route.parts_.seal;
    const std::string context = secret_context(submission.key);
    const bool secret = edi::bears_secret(submission.kind);
    if (!submission.request.empty()) {
        if (!secret) return submission.request;
        if (auto opened = seal.opened(submission.request, context)) return std::move(*opened);
        return base::Fault{base::Remedy::AskOperator,
                           "the state key is not the one it was sealed with"};
    }
    auto content = content_of(submission, pending, seal);
    if (!content) return content.fault();
    const mapping::Mapper& mapper = route.parts_.mapper;
    auto document =
        mapper.request(submission.key, submission.accepted_at, *content, base::day_of(now));
    if (!document) return document.fault();
    std::string bytes = xml::write(*document, mapper.namespace_uri(), xml::Layout::Compact);
    submission.request_sha256 =
        base::sha256_hex(secret ? ledger::blanked(bytes).value_or(std::string{}) : bytes);
    submission.request = secret ? seal.sealed(bytes, context) : bytes;
    return bytes;
}

void Route::Step::intend(edi::Submission submission) {
    edi::Change change;
    auto bytes = request_of(submission);
    if (!bytes) {
        if (submission.last_error != bytes.fault().text)
            base::log(event::mapping_failed, {text("message_id", submission.message_id),
                                              text("error", bytes.fault().text)});
        submission.last_error = bytes.fault().text;
        if (is_lifetime_over(submission, patience(), moment()))
            return apply(
                decide_lifetime_over(std::move(submission), pending, patience(), moment()));
        submission.next_at = even + unmapped_is_tried_every;
        change.submissions.push_back(std::move(submission));
        pending.add(std::move(change));
        return;
    }
    submission.state = edi::MessageState::Sending;
    ++submission.attempts;
    requests.push_back({.ask = dispatch::Ask::Submit,
                        .key = submission.key,
                        .body = std::move(*bytes),
                        .attempt = submission.attempts,
                        .request_sha256 = submission.request_sha256});
    const std::string id = edi::record_id(submission.sender, submission.message_id);
    if (auto record = pending.message(id); record && record->state == edi::MessageState::Waiting) {
        record->state = edi::MessageState::Sending;
        change.messages.push_back(std::move(*record));
    }
    change.submissions.push_back(std::move(submission));
    pending.add(std::move(change));
}

void Route::Step::finish() {
    const std::vector<edi::Change> changes = pending.take();
    if (!changes.empty()) {
        for (const edi::Change& each : changes) {
            route.options_.deliveries_come(each.deliveries.size());
            effects.account.deliveries_gone += each.deliveries_gone.size();
        }
        const base::Tick began = route.parts_.clock.tick();
        route.parts_.store.commit(changes);
        effects.account.sync = route.parts_.clock.tick() - began;
    }
    // Only now: until the batch is synced, no byte of a request may leave.
    for (dispatch::Request& each : requests) route.parts_.gateway.send(std::move(each));
    for (const auto& each : after_commit) each();
}

}  // namespace route
