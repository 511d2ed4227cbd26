#include "sandbox/queries.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "base/bytes.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/clearances.hpp"

namespace sandbox {

namespace {

using base::Decimal;
using base::Element;
using Names = std::initializer_list<std::string_view>;

std::uint64_t seq_of(const Element& result) {
    return std::strtoull(std::string(result.attribute("seq")).c_str(), nullptr, 10);
}

// Those with such a body, each once, in the order of seq.
std::vector<Element> results_of(const std::vector<std::string>& told, Names bodies) {
    std::vector<Element> results;
    std::set<std::string> ids;
    for (const std::string& bytes : told) {
        Element result = base::Reader(bytes).element();
        const std::string_view body = result.children.front().name;
        if (std::find(bodies.begin(), bodies.end(), body) == bodies.end()) continue;
        if (ids.emplace(result.attribute("id")).second) results.push_back(std::move(result));
    }
    std::stable_sort(results.begin(), results.end(),
                     [](const Element& a, const Element& b) { return seq_of(a) < seq_of(b); });
    return results;
}

// What is left after the clearances: the newest word on each declaration counts.
void add_left(Element& balance, const Application& application,
              const std::vector<Element>& clearances) {
    std::map<std::string, Decimal> cleared;
    for (const Element& result : clearances) {
        const Element& body = result.children.front();
        const std::string declaration(body.text_at("declarationNo"));
        cleared.erase(declaration);
        if (body.text_at("revoked") == "true") continue;
        for (const Element* item : body.all("item"))
            cleared[declaration] =
                cleared[declaration] + Decimal::parse(item->text_at("qty")).value_or(Decimal{});
    }
    Decimal left = Decimal::parse(application.licensed).value_or(Decimal{});
    for (const auto& [declaration, quantity] : cleared) left = left - quantity;
    balance.add("usesLeft",
                std::to_string(uses_max - std::min<std::size_t>(uses_max, cleared.size())));
    balance.add("qtyLeft", std::max(left, Decimal{}).text());
}

class Answering {
public:
    Answering(const Element& query, const Applications& applications,
              const Enterprises& enterprises, base::Time now)
        : about_(query.children.front().name), by_(query.children.front().children.front().name),
          number_(base::collapsed(query.children.front().children.front().text)),
          applications_(applications), enterprises_(enterprises) {
        answer_.attributes = {{"about", about_}, {"at", base::iso(now)}};
    }

    http::Response run() {
        if (about_ == "registrationStatus") return registration_status();
        const std::vector<const Application*> subjects = applications();
        if (subjects.empty()) return unknown();
        if (about_ == "applicationStatus") return application_status(*subjects.back());
        if (about_ == "balance") return balance(subjects);
        for (const Application* one : subjects) {
            if (about_ == "process") add_results(one->told, {"step"});
            if (about_ == "opinions") add_results(one->told, {"review", "withdrawal"});
            if (about_ == "customsTransfer") add_results(one->told, {"customsTransfer"});
            if (about_ == "clearance") add_results(one->told, {"clearance"});
        }
        return document(200, answer_);
    }

private:
    http::Response unknown() const { return fault(404, {"E0404", by_, "查无此项"}); }

    std::vector<const Application*> applications() const {
        if (by_ == "tradeScCode") return applications_.of_enterprise(number_);
        const Application* const one =
            by_ == "licenceNo" ? applications_.of_licence(number_) : applications_.find(number_);
        if (!one) return {};
        return {one};
    }

    void add_results(const std::vector<std::string>& told, Names bodies) {
        for (Element& result : results_of(told, bodies))
            answer_.children.push_back(std::move(result));
    }

    http::Response registration_status() {
        std::string uscc = number_;
        if (by_ != "tradeScCode") {
            const auto subjects = applications();
            if (subjects.empty()) return unknown();
            uscc = subjects.front()->uscc;
        }
        const Enterprise* const enterprise = enterprises_.find(uscc);
        Element& status = answer_.add("status");
        status.add("state", enterprise ? enterprise->state : "none");
        if (!enterprise) return document(200, answer_);
        status.add_if("account", enterprise->account);
        add_results(enterprise->told, {"step", "registration", "binding"});
        return document(200, answer_);
    }

    http::Response application_status(const Application& application) {
        Element& status = answer_.add("status");
        status.add("state", application.state);
        status.add("applicationNo", application.number);
        status.add_if("licenceNo", application.licence_no);
        add_results(application.told, {"review", "withdrawal", "licence"});
        return document(200, answer_);
    }

    // Of an enterprise: the newest licence for several batches, else the newest licence.
    http::Response balance(const std::vector<const Application*>& subjects) {
        const Application* newest = nullptr;
        for (const Application* one : subjects) {
            if (one->licence_no.empty()) continue;
            if (!newest || one->multi_batch || !newest->multi_batch) newest = one;
        }
        if (!newest) return fault(404, {"E0404", by_, "尚无许可证"});
        Element& balance = answer_.add("balance");
        balance.add("licenceNo", newest->licence_no);
        balance.add_if("expiry", newest->expiry);
        if (newest->multi_batch)
            add_left(balance, *newest, results_of(newest->told, {"clearance"}));
        add_results(newest->told, {"clearance"});
        return document(200, answer_);
    }

    const std::string about_, by_, number_;
    const Applications& applications_;
    const Enterprises& enterprises_;
    Element answer_{"mepAnswer", ""};
};

}  // namespace

http::Response answer_query(const Element& query, const Applications& applications,
                            const Enterprises& enterprises, base::Time now) {
    return Answering(query, applications, enterprises, now).run();
}

}  // namespace sandbox
