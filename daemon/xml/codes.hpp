// Xerces-C++'s own names for its error codes: the variants of XML-MALFORMED and XSD-INVALID, under
// which config/messages/problems.yaml may say more than the library does.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <string>

namespace xml {

// Xerces-C++ numbers its codes in three domains: schema validity (XMLValid), well-formedness
// (XMLErrs), exceptions (XMLExcepts), among them what a value does against its datatype.
enum class Domain { Validity, Error, Exception };
Domain domain_of(const char16_t* domain);

// "VALUE_NotMatch_Pattern"; "Code123" for one that no document should be able to cause.
std::string code_name(Domain domain, unsigned code);

}  // namespace xml
