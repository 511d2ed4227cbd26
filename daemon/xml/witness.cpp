#include "xml/witness.hpp"

#include <vector>

#include <xercesc/framework/XMLContentModel.hpp>
#include <xercesc/internal/XMLScanner.hpp>
#include <xercesc/validators/schema/ComplexTypeInfo.hpp>
#include <xercesc/validators/schema/SchemaAttDef.hpp>
#include <xercesc/validators/schema/SchemaElementDecl.hpp>
#include <xercesc/validators/schema/SchemaSymbols.hpp>

#include "xml/text.hpp"

namespace xml {

using xercesc::DatatypeValidator;

Witness::Witness(Quota& memory, Missed& missed)
    : SchemaValidator(nullptr, &memory), memory_(memory), missed_(missed) {}

std::optional<Witness::Attribute> Witness::attribute() const {
    if (!definition_) return std::nullopt;
    return Attribute{utf8_of(definition_->getFullName()), utf8_of(value_)};
}

std::string Witness::expected_value(const std::string& error_name) const {
    DatatypeValidator* type =
        definition_ ? static_cast<const xercesc::SchemaAttDef*>(definition_)->getDatatypeValidator()
                    : getCurrentDatatypeValidator();
    const bool pattern = error_name == "VALUE_NotMatch_Pattern";
    const bool values = error_name == "VALUE_NotIn_Enumeration";
    for (; type; type = type->getBaseValidator()) {
        if (pattern && type->getFacets()) {
            const auto* facet = type->getFacets()->get(xercesc::SchemaSymbols::fgELT_PATTERN);
            if (facet) return utf8_of(facet->getValue());
        }
        if (values && type->getEnumString()) {
            std::string all;
            const auto* list = type->getEnumString();
            for (XMLSize_t i = 0; i < list->size(); ++i)
                all += (all.empty() ? "" : ", ") + utf8_of(list->elementAt(i));
            return all;
        }
        const bool named = type->getTypeLocalName() && *type->getTypeLocalName();
        if (!pattern && !values && named) return utf8_of(type->getTypeLocalName());
    }
    return {};
}

std::string Witness::expected_after(xercesc::XMLElementDecl* element, xercesc::QName** children,
                                    std::size_t count) const {
    const auto* declared = static_cast<xercesc::SchemaElementDecl*>(element);
    xercesc::ComplexTypeInfo* type = declared->getComplexTypeInfo();
    const xercesc::XMLContentModel* model = type ? type->getContentModel() : nullptr;
    if (!model) return {};
    std::string names;
    std::vector<xercesc::QName*> tried(children, children + count);
    tried.push_back(nullptr);
    for (XMLSize_t i = 0; i < type->elementCount(); ++i) {
        tried.back() = type->elementAt(i)->getElementName();
        XMLSize_t failing = 0;
        const bool whole = model->validateContent(tried.data(), tried.size(),
                                                  getScanner()->getEmptyNamespaceId(), &failing);
        const std::string name = utf8_of(tried.back()->getLocalPart());
        const bool fits = whole || failing > count;
        if (fits && (", " + names + ",").find(", " + name + ",") == std::string::npos)
            names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

void Witness::tell(xercesc::XMLErrorReporter* listener) {
    told_ = listener != nullptr;
    setErrorReporter(listener);
}

bool Witness::checkContent(xercesc::XMLElementDecl* element, xercesc::QName** children,
                           XMLSize_t count, XMLSize_t* failing) {
    const Quota::Pause pause{memory_};
    if (SchemaValidator::checkContent(element, children, count, failing)) return true;
    if (!told_) return false;
    missed_.failing_child = count == 0 ? 0 : *failing;
    missed_.expected_children = expected_after(element, children, missed_.failing_child);
    return false;
}

void Witness::validateAttrValue(const xercesc::XMLAttDef* definition, const XMLCh* value,
                                bool before_validation, const xercesc::XMLElementDecl* element) {
    const Quota::Pause pause{memory_};
    definition_ = definition;
    value_ = value;
    SchemaValidator::validateAttrValue(definition, value, before_validation, element);
    definition_ = nullptr;
    value_ = nullptr;
}

}  // namespace xml
