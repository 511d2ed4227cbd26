// Dialects: mapping/partners/*.yaml, each of which turns a partner's own XML into messages.
//
// Everything that is found is told where it stands in the partner's file. A value of an element
// named Password is in no finding, no place and no field.
// Threads: immutable once loaded. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <optional>

#include "base/result.hpp"
#include "edi/lists.hpp"
#include "mapping/transform.hpp"

namespace mapping {

// A partner's document as permitd's own.
struct Heard {
    // A Message or a Batch; not there when the root is not the partner's, or too much came of it.
    std::optional<base::Element> document;
    // XSD-INVALID: what the table does not know or cannot convert; XML-LIMIT. With any of them the
    // document is not to be taken, though its Header may be read.
    std::vector<base::Finding> findings;
    std::vector<Field> fields;
    bool cut = false;  // more was found than is told of
};

class Dialect {
public:
    // One table file; faults as of Dialects::load. `lists` must outlive the dialect.
    static base::Result<Dialect> load(const std::string& file, const std::string& shapes_directory,
                                      const edi::Lists& lists);

    // Names of the roots whose documents are batches, or single messages.
    std::vector<std::string> batch_roots() const;
    std::vector<std::string> message_roots() const;
    // `namespace_uri`: of the root. `at`: when the file was received, ISO. `most`: so many findings
    // are told of.
    Heard hear(const base::Element& root, const std::string& namespace_uri, const std::string& at,
               std::size_t most = base::findings_max) const;

private:
    friend class Dialects;
    struct Tables;
    std::shared_ptr<const Tables> tables_;
};

class Dialects {
public:
    // All of <directory>/partners (none where there is no such folder). Faults name file, line and
    // column, all of them, one a line. `lists` must outlive the dialects.
    static base::Result<Dialects> load(const std::string& directory, const edi::Lists& lists);

    // Null where there is no such table.
    const Dialect* find(const std::string& name) const;
    std::vector<std::string> names() const;

private:
    std::map<std::string, Dialect> dialects_;
};

// Of the document as a whole: at its root.
base::Finding finding_at_root(const base::Element& root, const char* code, const char* variant);
// The places of fields, as a worker's answer bears them.
xml::Places places_of(const std::vector<Field>& fields);

}  // namespace mapping
