#include "crash/deeds.hpp"

#include "system/line.hpp"
#include "zips.hpp"

namespace crash {

const char* const scenario = R"(scenario: kills
rules:
  - when: {reference_prefix: R}
    decision: returned
    opinion: 请补充合同附件后重新申报
    steps: [{office: 地方机电办, name: 初审, actor: 李明, result: 退回修改, after: 300ms}]
  - when: {reference_prefix: N}
    decision: disapproved
    delay: 500ms
  - when: {reference_prefix: F}
    decision: refused
    fault: {code: E2001, field: note, text: 进口申请说明不符合要求}
  - when: {reference_prefix: C}
    delay: 1s
    transfer: {outcome: received, sent_after: 1s, received_after: 1s}
    clearances: [{after: 1s, part: rest}]
  - when: {reference_prefix: T}
    twice: true
    reversed: true
  - when: {reference_prefix: W}
    delay: 90d
    withdrawal: {decision: confirmed, after: 500ms}
otherwise: {decision: approved}
)";

using Wanted = std::multiset<Heard>;

std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
    const std::size_t at = text.find(old);
    return at == std::string::npos ? text : text.replace(at, old.size(), fresh);
}

std::string application(const std::string& id, const std::string& reference) {
    static const std::string sample = line::declaration("{id}", "{ref}");
    return replaced(replaced(sample, "{id}", id), "{ref}", reference);
}

std::string message(const std::string& id, const std::string& body, const std::string& from) {
    return std::string{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"} +
           "<Message xmlns=\"urn:permitd:mep:1\"><Header><MessageId>" + id +
           "</MessageId><Sender>" + from +
           "</Sender><CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>" + body +
           "</Message>\n";
}

std::string ref(const std::string& reference) {
    return "<ApplicationRef>" + reference + "</ApplicationRef>";
}

File plain(const std::string& name, const std::string& bytes) { return {name, bytes, bytes, name}; }

void want(Wanted& wanted, const std::string& id, const std::string& reference,
          std::initializer_list<const char*> kinds) {
    for (const char* kind : kinds) wanted.insert({id, reference, kind});
}

void want_decision(Wanted& wanted, const std::string& id, const std::string& reference) {
    want(wanted, id, reference, {"accepted"});
    if (reference[0] != 'F') want(wanted, id, reference, {"submitted"});
    switch (reference[0]) {
        case 'R': want(wanted, id, reference, {"returned"}); break;
        case 'N': want(wanted, id, reference, {"disapproved"}); break;
        case 'F': want(wanted, id, reference, {"refused"}); break;
        case 'W': want(wanted, id, reference, {"withdrawn"}); break;
        case 'C':
            want(wanted, id, reference,
                 {"approved", "customs-transfer", "customs-transfer", "clearance",
                  "licence-closed"});
            break;
        default: want(wanted, id, reference, {"approved", "customs-transfer", "customs-transfer"});
    }
}

Deed command(const std::string& id, const std::string& body, Wanted wanted) {
    return {.when = When::Answered,
            .files = {plain(id + ".xml", message(id, body))},
            .wanted = std::move(wanted)};
}

namespace {

using Dice = std::mt19937;

constexpr const char* pdf =
    "JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBvYmo8PC9UeXBlL1BhZ"
    "2VzL0tpZHNbXS9Db3VudCAwPj5lbmRvYmoKdHJhaWxlcjw8L1Jvb3QgMSAwIFI+PgolJUVPRgo=";

File without_copy(const std::string& name, const std::string& bytes) {
    return {name, bytes, {}, {}};
}

bool is_declared(const std::string& reference) { return reference[0] != 'F'; }

std::string any_reference(const std::string& id, Dice& dice) {
    return std::string{"AAAARNFCT"[dice() % 9]} + '-' + id;
}

Deed submitted(const std::string& id, Dice& dice) {
    const std::string reference = any_reference(id, dice);
    Deed deed{.files = {plain(id + ".xml", application(id, reference))},
              .declared = is_declared(reference)};
    want_decision(deed.wanted, id, reference);
    return deed;
}

using Deeds = std::vector<Deed>;

Deeds single(const std::string& id, Dice& dice) { return {submitted(id, dice)}; }

Deeds zipped(const std::string& id, Dice& dice) {
    Deed deed = submitted(id, dice);
    File& file = deed.files[0];
    file.bytes = tests::zip_of({{.name = file.name, .packed = file.bytes}});
    file.name = id + ".zip";
    file.name_kept = id + ".zip.xml";
    return {deed};
}

Deeds twins(const std::string& id, Dice& dice) {
    Deed deed = submitted(id, dice);
    deed.files.push_back(plain(id + "-again.xml", deed.files[0].bytes));
    want(deed.wanted, id, "", {"duplicate"});
    return {deed};
}

// The same MessageId with other content, then the very same message.
Deeds used_up(const std::string& id, Dice& dice) {
    Deeds deeds{submitted(id, dice)};
    const std::string other = id + "-other.xml", same = id + "-same.xml";
    deeds.push_back({.when = When::Answered,
                     .files = {plain(other, application(id, "A-" + id + "-2"))},
                     .wanted = {{id, "A-" + id + "-2", "rejected"}}});
    deeds.push_back(
        {.files = {plain(same, deeds[0].files[0].bytes)}, .wanted = {{id, "", "duplicate"}}});
    return deeds;
}

Deeds drafted(const std::string& id, Dice& dice) {
    const std::string first = "A-" + id, second = "C-" + id;
    Deeds deeds;
    deeds.push_back({.files = {plain(id + "-1.xml", replaced(application(id + "-1", first),
                                                             "\"submit\"", "\"save\""))},
                     .wanted = {{id + "-1", first, "done"}}});
    deeds.push_back(command(id + "-2",
                            "<AttachmentAdd>" + ref(first) +
                                "<Attachment name=\"report.pdf\" mediaType=\"application/pdf\">" +
                                pdf + "</Attachment></AttachmentAdd>",
                            {{id + "-2", first, "done"}}));
    deeds.push_back(command(id + "-3",
                            "<ApplicationCopy>" + ref(first) + "<NewApplicationRef>" + second +
                                "</NewApplicationRef></ApplicationCopy>",
                            {{id + "-3", second, "done"}}));
    Deed both = command(
        id + "-4",
        "<ApplicationSubmit>" + ref(first) + ref(second) + ref("A-none") + "</ApplicationSubmit>",
        {{id + "-4", "A-none", "rejected"}});
    for (const std::string& each : {first, second}) want_decision(both.wanted, id + "-4", each);
    both.declared = 2;
    deeds.push_back(std::move(both));
    deeds.push_back(command(
        id + "-5", "<AttachmentGet>" + ref(first) + "<Name>report.pdf</Name>" + "</AttachmentGet>",
        {{id + "-5", "", "document"}}));
    deeds.push_back(command(id + "-6",
                            "<ApplicationStatusQuery>" + ref(second) + "</ApplicationStatusQuery>",
                            {{id + "-6", "", "answer"}}));
    if (dice() % 4 != 0) return deeds;
    deeds.push_back(command(id + "-7", "<ApplicationPrint>" + ref(first) + "</ApplicationPrint>",
                            {{id + "-7", "", "document"}}));
    return deeds;
}

Deeds withdrawn(const std::string& id, Dice&) {
    const std::string reference = "W-" + id;
    Deeds deeds;
    deeds.push_back({.files = {plain(id + ".xml", application(id, reference))}, .declared = 1});
    want_decision(deeds[0].wanted, id, reference);
    Deed back =
        command(id + "-W", "<ApplicationWithdraw>" + ref(reference) + "</ApplicationWithdraw>",
                {{id + "-W", reference, "accepted"}, {id + "-W", reference, "done"}});
    back.when = When::Submitted;
    deeds.push_back(std::move(back));
    return deeds;
}

Deeds bad(const std::string& id, Dice& dice) {
    const std::string name = id + ".xml", good = application(id, "A-" + id);
    File file = plain(name, good);
    std::string known = id;
    switch (dice() % 7) {
        case 0: file.bytes = replaced(good, "<Year>2026", "<Year>2019"); break;
        case 1: file.bytes = replaced(good, "<Year>2026", "<Year>one"); break;
        case 2: file.bytes = replaced(good, own_uscc, "91330100MA2CC1234H"); break;
        case 3: file.bytes = "<a id=\"" + id + "\"/>", known = ""; break;
        case 4:
            file.bytes =
                replaced(good, "<Message", "<!DOCTYPE Message [<!ENTITY x \"y\">]><Message");
            known = "";
            break;
        case 5:
            file = without_copy(id + ".zip", tests::zip_of({{.name = "a.xml", .packed = good},
                                                            {.name = "b.xml", .packed = good}}));
            known = "";
            break;
        default: file = without_copy(name, good + std::string(1, '\0'));
    }
    if (!file.kept.empty()) file.kept = file.bytes;
    return {{.files = {file}, .wanted = {{known, known.empty() ? "" : "A-" + known, "rejected"}}}};
}

Deeds batch(const std::string& id, Dice& dice) {
    const std::size_t count = 10 + dice() % 40;
    std::string bytes = std::string{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"} +
                        "<Batch xmlns=\"urn:permitd:mep:1\"><Header><BatchId>" + id +
                        "</BatchId><Sender>" + own_uscc +
                        "</Sender><CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt><MessageCount>" +
                        std::to_string(count) + "</MessageCount></Header>\n";
    Deed deed{.wanted = {{id, "", "batch"}}};
    for (std::size_t i = 0; i < count; ++i) {
        const std::string each = line::numbered(id + '-', i);
        const std::string reference = any_reference(each, dice);
        const bool wrong = dice() % 8 == 0;
        std::string text = application(each, reference);
        if (wrong) text = replaced(text, "<Year>2026", "<Year>2019");
        bytes += text.substr(text.find("<Message"));
        if (wrong)
            want(deed.wanted, each, reference, {"rejected"});
        else
            want_decision(deed.wanted, each, reference), deed.declared += is_declared(reference);
    }
    deed.files = {plain(id + ".xml", bytes + "</Batch>\n")};
    return {deed};
}

}  // namespace

Chain Author::next() {
    const std::string id = line::numbered("K", ++count_);
    Dice dice{seed_ + count_ * 7919};
    using Make = Deeds (*)(const std::string&, Dice&);
    static constexpr Make makers[] = {single,  single,  single,  single,    zipped, twins,
                                      used_up, drafted, drafted, withdrawn, bad,    bad};
    const Box box = boxes[dice() % std::size(boxes)];
    const Make make = dice() % 16 == 0 ? batch : makers[dice() % std::size(makers)];
    return {box, make(id, dice)};
}

}  // namespace crash
