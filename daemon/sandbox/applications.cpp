#include "sandbox/applications.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/bytes.hpp"

namespace sandbox {

namespace {

std::string without_hyphens(std::string licence_no) {
    std::erase(licence_no, '-');
    return licence_no;
}

std::uint64_t seq_of(const base::Element& result) {
    return std::strtoull(std::string(result.attribute("seq")).c_str(), nullptr, 10);
}

// A result said twice has one moment; a stray one is none of the submission's.
std::vector<base::Time> moments_of(const Entry& entry) {
    std::map<std::uint64_t, base::Time> by_seq;
    for (const Planned& planned : entry.planned) {
        if (planned.group != entry.group) continue;
        const base::Element result = base::Reader(planned.element).element();
        by_seq[seq_of(result)] = base::parse_time(result.attribute("at")).value_or(planned.due);
    }
    std::vector<base::Time> moments;
    for (const auto& [seq, at] : by_seq) moments.push_back(at);
    return moments;
}

}  // namespace

std::uint64_t Application::seq_at(base::Time at) const {
    const auto after = std::upper_bound(moments.begin(), moments.end(), at);
    return first_seq + static_cast<std::uint64_t>(after - moments.begin());
}

bool Application::under_review(base::Time at) const {
    return !(withdrawn && *withdrawn <= at) && at < decided;
}

const Application* Applications::find(const std::string& number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : &found->second;
}

const Application* Applications::of_licence(const std::string& licence_no) const {
    const auto found = licences_.find(without_hyphens(licence_no));
    return found == licences_.end() ? nullptr : find(found->second);
}

std::vector<const Application*> Applications::of_enterprise(const std::string& uscc) const {
    std::vector<const Application*> all;
    const auto found = enterprises_.find(uscc);
    if (found == enterprises_.end()) return all;
    for (const std::string& number : found->second) all.push_back(find(number));
    return all;
}

void Applications::declare(const Entry& entry) {
    Application& application = by_number_[entry.application_no];
    if (application.number.empty()) {
        application.number = entry.application_no;
        application.uscc = entry.reference.substr(0, entry.reference.find('\n'));
        enterprises_[application.uscc].push_back(application.number);
    }
    application.key = entry.key;
    application.group = entry.group;
    application.moments = moments_of(entry);
    application.first_seq = entry.next_seq - application.moments.size();
    application.decided = entry.decided;
    application.open_after = entry.open_after;
    application.withdrawn.reset();
    application.withdrawal = entry.withdrawal;
    application.multi_batch = entry.multi_batch;
    application.licensed = entry.licensed;
    application.state = "under-review";
    application.state_seq = 0;
}

void Applications::answer_withdrawal(const std::string& number, base::Time at,
                                     Withdraws withdraws) {
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return;
    Application& application = found->second;
    auto& moments = application.moments;
    auto after = std::upper_bound(moments.begin(), moments.end(), at);
    if (withdraws == Withdraws::Yes) {
        application.withdrawn = at;
        after = moments.erase(after, moments.end());
    }
    moments.insert(after, at);
}

void Applications::learn(const base::Element& result, const std::string& bytes) {
    const auto found = by_number_.find(std::string(result.attribute("applicationNo")));
    if (found == by_number_.end() || result.children.empty()) return;
    Application& application = found->second;
    application.told.push_back(bytes);
    const base::Element& body = result.children.front();
    if (body.name == "review" && !body.text_at("licenceNo").empty()) {
        application.licence_no = body.text_at("licenceNo");
        application.expiry = body.text_at("expiry");
        licences_[without_hyphens(application.licence_no)] = application.number;
    }
    const bool newest = seq_of(result) >= application.state_seq;
    const bool of_submission = result.attribute("key") == application.key;
    const bool reviewed = body.name == "review" && of_submission;
    const bool withdrawn = body.name == "withdrawal" && body.text_at("decision") == "confirmed";
    if (!newest || !(reviewed || withdrawn)) return;
    application.state_seq = seq_of(result);
    application.state = withdrawn ? "withdrawn" : std::string(body.text_at("decision"));
}

}  // namespace sandbox
