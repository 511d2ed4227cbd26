// Mapper: canonical documents to the ministry's XML and back, driven by mapping/*.yaml alone. No
// name of the ministry's stands in C++.
// Threads: immutable once loaded. Throws: nothing.
#pragma once

#include <memory>
#include <optional>

#include "base/element.hpp"
#include "base/finding.hpp"
#include "edi/commodity.hpp"
#include "edi/lists.hpp"
#include "edi/result.hpp"

namespace mapping {

// What an answer of the gateway turned out to be.
struct Reply {
    std::optional<edi::Acknowledgement> acknowledgement;
    std::optional<edi::Refusal> refusal;
};

struct ResultPage {
    std::vector<edi::MinistryResult> results;
    std::string cursor;
    bool more = false;
};

class Mapper {
public:
    // Reads and checks the tables of a directory: an unknown path, a canonical leaf neither mapped
    // nor dropped, an unknown list are faults with file, line and column (all of them, one a line).
    // `lists` must outlive the mapper.
    static base::Result<Mapper> load(const std::string& directory, const edi::Lists& lists);

    // The request document for a LicenceApplication, an ApplicationWithdraw{ApplicationNo
    // ApplicationRef}, an EnterpriseRegistration or an AccountBinding (its name decides), ready to
    // be written. `at` is the time of acceptance: the same document on every attempt. `day` chooses
    // the rows of the code lists.
    base::Result<base::Element> request(const std::string& key, base::Time at,
                                        const base::Element& content, base::Date day) const;
    // The question document for a canonical Question{About (ApplicationNo | LicenceNo | Uscc)}.
    // About is one of registrationStatus, applicationStatus, process, opinions, customsTransfer,
    // balance, clearance.
    base::Result<base::Element> question(const base::Element& question) const;
    // Namespace of the documents that the gateway reads.
    const std::string& namespace_uri() const;

    // An answer to a submission or to the question for its key; neither set = of another type.
    Reply reply(const base::Element& answer) const;
    // A page of results; nothing when the document is of another type or lacks what every result
    // must have (id, seq, at, one body).
    std::optional<ResultPage> results(const base::Element& page) const;
    // The answer to a question; nothing when it is of another type or lacks what it must have.
    std::optional<edi::MinistryAnswer> answer(const base::Element& answer) const;
    // The catalogue of a year, without etag and time; nothing when it is of another type, lacks
    // what a row must have or has no row.
    std::optional<edi::CommodityCatalogue> catalogue(const base::Element& catalogue) const;

private:
    struct Tables;
    std::shared_ptr<const Tables> tables_;
};

}  // namespace mapping
