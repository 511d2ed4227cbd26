// Witness: Xerces-C++'s schema validator, which also remembers what its messages leave out: which
// child broke a content model and what could have stood there, which attribute has a wrong value.
// Threads: one. Throws: what Xerces-C++ throws.
#pragma once

#include <optional>
#include <string>

#include <xercesc/validators/schema/SchemaValidator.hpp>

#include "xml/memory.hpp"

namespace xml {

class Witness final : public xercesc::SchemaValidator {
public:
    // The last content model that failed: index of the child at fault, or their count when children
    // are missing at the end.
    struct Missed {
        std::size_t failing_child = 0;
        std::string expected_children;
    };
    // The library frees an adopted validator's memory without destroying it, so a witness owns
    // nothing: what it has to tell goes into `missed`.
    Witness(Quota& memory, Missed& missed);

    // The attribute whose value is being checked; nothing outside such a check.
    struct Attribute {
        std::string name;
        std::string value;
    };
    std::optional<Attribute> attribute() const;
    // What the datatype of the value being checked wants: its pattern, its values, or its name.
    std::string expected_value(const std::string& error_name) const;

    // From now on whoever it is is told what is wrong; nobody, when it is of no use any more.
    void tell(xercesc::XMLErrorReporter* listener);

    bool checkContent(xercesc::XMLElementDecl* element, xercesc::QName** children, XMLSize_t count,
                      XMLSize_t* failing) override;
    void validateAttrValue(const xercesc::XMLAttDef* definition, const XMLCh* value,
                           bool before_validation, const xercesc::XMLElementDecl* element) override;

private:
    std::string expected_after(xercesc::XMLElementDecl* element, xercesc::QName** children,
                               std::size_t count) const;

    Quota& memory_;
    Missed& missed_;
    bool told_ = true;
    const xercesc::XMLAttDef* definition_ = nullptr;
    const XMLCh* value_ = nullptr;
};

}  // namespace xml
