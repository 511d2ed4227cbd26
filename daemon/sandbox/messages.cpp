// How a message becomes a fact: the part of Ministry that takes POST /mep/v1/messages.
#include "base/hash.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/clearances.hpp"
#include "sandbox/ministry.hpp"
#include "sandbox/plan.hpp"

namespace sandbox {

namespace {

std::string header_of(const http::Request& request, const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string{} : found->second;
}

// References are unique for one enterprise.
std::string reference_of(const Declaration& declaration) {
    return declaration.enterprise + "\n" + declaration.client_ref;
}

// Of the body with its password blanked: whoever has the state file has no means to try passwords.
std::string digest_of(const std::string& body) {
    static constexpr std::string_view secret = "accountPwd";
    const std::size_t tag = body.find(secret);
    const std::size_t from = tag == std::string::npos ? tag : body.find('>', tag);
    const std::size_t to = body.rfind(secret);
    if (from == std::string::npos || to <= from) return base::sha256_hex(body);
    return base::sha256_hex(body.substr(0, from + 1) + body.substr(to));
}

http::Response fault_of(const xml::Parsed& parsed) {
    const int status = parsed.well_formed ? 422 : 400;
    base::Element root{"mepFault", ""};
    for (const base::Finding& finding : parsed.findings) {
        base::Element& one = root.add("fault");
        one.add("code", finding.code);
        one.add_if("field", finding.path.substr(0, 255));
        one.add("text", "报文不符合规范，第" + std::to_string(finding.position.line) + "行第" +
                            std::to_string(finding.position.column) + "列" +
                            (finding.variant.empty() ? "" : "：" + finding.variant));
        if (root.children.size() == 20) break;
    }
    if (root.children.empty()) return fault(status, {"E1000", "", "报文无法识别"});
    return document(status, root);
}

}  // namespace

Answer Ministry::post_message(const http::Request& request) {
    Answer answer;
    withheld_ = Delay{0};
    answer.response =
        setting_.depth == Depth::Null ? acknowledge_only(request) : accept_message(request);
    answer.delay = withheld_;
    release(clock_.now());
    return answer;
}

http::Response Ministry::acknowledge_only(const http::Request& request) {
    const std::string key = key_of(header_of(request, "idempotency-key"));
    if (key.empty()) return fault(400, {"E1001", "Idempotency-Key", "缺少或无法识别"});
    ++(acknowledged_.insert(key).second ? counters_.declared : counters_.repeats);
    const base::Time now = clock_.now();
    return document(202, ack(key, numbers_.next_application_no(now), "", now));
}

http::Response Ministry::accept_message(const http::Request& request) {
    const std::string key = key_of(header_of(request, "idempotency-key"));
    if (key.empty()) {
        ++counters_.unreadable;
        return fault(400, {"E1001", "Idempotency-Key", "缺少或无法识别"});
    }
    if (!is_digest_of(header_of(request, "content-digest"), request.body)) {
        ++counters_.unreadable;
        return fault(400, {"E1002", "Content-Digest", "缺少或与报文不符"});
    }
    if (request.body.size() > setting_.message_bytes_max)
        return fault(413, {"E1013", "", "报文过大"});
    const std::string digest = digest_of(request.body);
    if (const auto known = messages_.find(key); known != messages_.end())
        return answer_known(known->second, digest);
    xml::Parsed parsed = parser_.parse(request.body);
    Entry entry;
    if (!parsed.findings.empty() || !parsed.root) {
        const http::Response refusal = fault_of(parsed);
        if (refusal.status == 400) {
            ++counters_.unreadable;
            return refusal;
        }
        entry.status = refusal.status, entry.answer = refusal.body;
        entry.numbers = numbers_;
    } else if (parsed.root->name != "mepRequest" || parsed.root->attribute("key") != key ||
               parsed.root->children.size() != 1 ||
               parsed.root->children.front().name != parsed.root->attribute("type")) {
        ++counters_.unreadable;
        return fault(400, {"E1003", "mepRequest", "key 或 type 与报文不符"});
    } else {
        entry = decide(*parsed.root, key);
    }
    entry.key = key;
    entry.digest = digest;
    const http::Response response =
        plain(entry.status, "application/xml; charset=utf-8", entry.answer);
    const base::Time now = clock_.now();
    write({Event::Entered, now, 0, entry});
    enter(std::move(entry), now);
    return response;
}

http::Response Ministry::answer_known(Known& known, const std::string& digest) {
    if (known.entry.digest != digest) {
        ++counters_.conflicts;
        write({Event::Conflicted, clock_.now(), 0, {}});
        return fault(409, {"E1009", "Idempotency-Key", "该编号已用于另一份报文"});
    }
    ++known.sightings;
    ++counters_.repeats;
    write({Event::Repeated, clock_.now(), 0, {}});
    return plain(known.entry.status, "application/xml; charset=utf-8", known.entry.answer);
}

Entry Ministry::decide(const base::Element& root, const std::string& key) {
    Entry entry;
    entry.key = key;
    entry.type = std::string(root.attribute("type"));
    entry.status = 202;
    const base::Element& body = root.children.front();
    if (entry.type == "application")
        entry = decide_application(body, std::move(entry));
    else if (entry.type == "withdrawal")
        entry = decide_withdrawal(body, std::move(entry));
    else if (entry.type == "registration")
        entry = decide_registration(body, std::move(entry));
    else
        entry = decide_binding(body, std::move(entry));
    entry.numbers = numbers_;
    return entry;
}

Entry Ministry::decide_application(const base::Element& body, Entry entry) {
    const base::Time now = clock_.now();
    const Declaration declaration = read_declaration(body);
    const Rule& rule = rule_for(setting_.scenario, declaration);
    entry.reference = reference_of(declaration);
    if (rule.decision == Decision::Refused) {
        const http::Response refusal = fault(422, rule.refusal);
        entry.status = refusal.status, entry.answer = refusal.body;
        return entry;
    }
    // What was returned is declared again under its number; anything else is new.
    Case of{entry.key, {}, ++numbers_.group, 1, now, now};
    const auto before = references_.find(entry.reference);
    if (before != references_.end()) {
        const Application& last = *applications_.find(before->second);
        const bool returned = last.open_after == OpenAfter::No && last.decided <= now;
        if (returned && !last.withdrawn)
            of.application_no = before->second, of.next_seq = last.next_seq();
    }
    if (of.application_no.empty()) of.application_no = numbers_.next_application_no(now);
    entry.application_no = of.application_no;
    entry.group = of.group;
    entry.planned = make_plan(rule, declaration, of, numbers_);
    entry.next_seq = of.next_seq;
    entry.decided = of.decided;
    entry.open_after = rule.decision == Decision::Returned ? OpenAfter::No : OpenAfter::Yes;
    entry.withdrawal = rule.withdrawal;
    entry.multi_batch = declaration.multi_batch;
    entry.licensed = licensed_quantity(declaration).text();
    withheld_ = rule.acknowledge_after;
    entry.answer =
        document(202, ack(entry.key, of.application_no, declaration.client_ref, now)).body;
    return entry;
}

// The one place where a message takes effect, now or when the journal is read again.
void Ministry::enter(Entry entry, base::Time at) {
    numbers_ = entry.numbers;
    const bool accepted = entry.status == 202;
    ++(accepted ? counters_.declared : counters_.refused);
    if (accepted && entry.type == "application") enter_application(entry, at);
    if (accepted && entry.type == "withdrawal") enter_withdrawal(entry);
    // Entries of the first form tell no subject.
    if (accepted && !entry.subject.empty()) {
        if (entry.type == "registration" && enterprises_.is_open(entry.subject))
            ++counters_.registrations_declared_twice_while_open;
        enterprises_.declare(entry);
    }
    for (Planned& planned : entry.planned) results_.plan(std::move(planned));
    entry.planned.clear();
    order_.push_back(entry.key);
    const std::string key = entry.key;
    messages_[key] = {std::move(entry), 1};
}

void Ministry::enter_application(const Entry& entry, base::Time at) {
    ++counters_.applications;
    std::string& number = references_[entry.reference];
    if (!number.empty()) {
        ++counters_.references_declared_twice;
        const Application& last = *applications_.find(number);
        const bool withdrawn = last.withdrawn && *last.withdrawn <= at;
        if (number != entry.application_no && !withdrawn)
            ++counters_.references_declared_twice_while_open;
    }
    number = entry.application_no;
    applications_.declare(entry);
}

}  // namespace sandbox
