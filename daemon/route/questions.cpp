// Questions to the ministry and what their answers change: the part of Step that refreshes what the
// store knows. Results that come with an answer are the same facts as on a page of results.
#include <algorithm>

#include "route/events.hpp"
#include "route/licence.hpp"
#include "route/step.hpp"
#include "xml/writer.hpp"

namespace route {

namespace {

base::Field text(std::string_view name, std::string value) { return {name, std::move(value)}; }

}  // namespace

void Route::Step::ask(const std::string& number, const base::Element& question) {
    const mapping::Mapper& mapper = route.parts_.mapper;
    auto document = mapper.question(question);
    if (!document) {
        base::log(event::mapping_failed,
                  {text("message_id", number), text("error", document.fault().text)});
        failed(number, 1.0);
        return;
    }
    requests.push_back(
        {.ask = dispatch::Ask::Query,
         .key = number,
         .body = xml::write(*document, mapper.namespace_uri(), xml::Layout::Compact)});
}

void Route::Step::heard(const std::string& number, base::Time as_of) {
    route.errands_.answered(number, as_of);
    route.recall_.answered(number);
}

void Route::Step::failed(const std::string& number, double of_wait) {
    route.errands_.failed(number, route.options_.patience, even, of_wait);
    route.recall_.failed(number, route.options_.patience, even, of_wait);
}

void Route::Step::unasked(const std::string& number) {
    route.errands_.unasked(number, even);
    route.recall_.unasked(number, even);
}

void Route::Step::take_answer(const Answered& answered) {
    if (route.under_way_ > 0) --route.under_way_;
    const std::string& number = answered.answer.request.key;
    std::optional<edi::MinistryAnswer> answer;
    if (answered.answer.http_status == 200 && is_readable(answered))
        answer = route.parts_.mapper.get().answer(*answered.parsed.root);
    const edi::AnswerClass answer_class =
        dispatch::classify(answered.answer, answer.has_value(), true);
    note(answered.answer, answer_class);
    route.parts_.gateway.learn(number, answer_class);
    switch (answer_class) {
        case edi::AnswerClass::Verdict:
            if (!answer) break;
            take_results(std::move(answer->results), answered.answer.attempt);
            refresh(*answer);
            heard(number, answer->at);
            return;
        case edi::AnswerClass::NotFound: heard(number, now); return;
        case edi::AnswerClass::Configuration: unasked(number); return;
        case edi::AnswerClass::Document:
        case edi::AnswerClass::NotProcessed:
        case edi::AnswerClass::NotSent:
        case edi::AnswerClass::InDoubt: break;
    }
    failed(number, part());
}

void Route::Step::take_catalogue(const Answered& answered) {
    std::optional<edi::CommodityCatalogue> read;
    if (answered.answer.http_status == 200 && is_readable(answered))
        read = route.parts_.mapper.get().catalogue(*answered.parsed.root);
    const edi::AnswerClass answer_class =
        dispatch::classify(answered.answer, read.has_value(), true);
    note(answered.answer, answer_class);
    edi::Change change =
        route.catalogues_.take(answered.answer, answer_class, read, moment(), part());
    if (!change.empty()) pending.add(std::move(change));
}

// What is left of a licence: the ministry's figure stands.
void Route::Step::refresh(const edi::MinistryAnswer& answer) {
    if (answer.about != "balance") return;
    auto licence = pending.licence(licence_key(answer.licence_no));
    if (!licence) return;
    if (!answer.quantity_left.empty()) licence->quantity_left = answer.quantity_left;
    if (!answer.uses_left.empty()) licence->uses_left = answer.uses_left;
    edi::Change change;
    change.licences.push_back(std::move(*licence));
    pending.add(std::move(change));
}

}  // namespace route
