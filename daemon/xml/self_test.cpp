#include "xml/self_test.hpp"

#include <string>
#include <vector>

namespace xml {

namespace {

struct Attack {
    const char* name;
    std::string bytes;
    const char* code;
};

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (; times > 0; --times) out += text;
    return out;
}

std::vector<Attack> attacks() {
    using namespace std::string_literals;
    const std::string root = "<Message xmlns=\"urn:permitd:mep:1\"";
    const std::string instance = " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" ";
    return {
        {"a bare DOCTYPE", "<!DOCTYPE Message>" + root + "/>", "XML-DOCTYPE"},
        {"an external entity",
         "<!DOCTYPE m [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>" + root + ">&x;</Message>",
         "XML-DOCTYPE"},
        {"a parameter entity",
         "<?xml version='1.0'?><!-- c --><!DOCTYPE m ["
         "<!ENTITY % x SYSTEM 'http://127.0.0.1/'>%x;]>" +
             root + "/>",
         "XML-DOCTYPE"},
        {"an undeclared entity", root + ">&x;</Message>", "XML-MALFORMED"},
        {"a schema hint without namespace",
         "<a" + instance + "i:noNamespaceSchemaLocation='file:///etc/hostname'/>", "XSD-INVALID"},
        {"a schema hint",
         "<a xmlns='urn:x'" + instance + "i:schemaLocation='urn:x file:///etc/hostname'/>",
         "XSD-INVALID"},
        {"another type", root + instance + "i:type='Header'/>", "XSD-INVALID"},
        {"a NUL after the root", root + "/>" + "\0garbage"s, "XML-ENCODING"},
        {"UTF-7", "<?xml version='1.0' encoding='UTF-7'?>" + root + "/>", "XML-ENCODING"},
        {"EBCDIC", "\x4c\x6f\xa7\x94\x93\x40", "XML-ENCODING"},
        {"overlong UTF-8", root + ">\xc0\xbc</Message>", "XML-ENCODING"},
        {"XML 1.1", "<?xml version='1.1'?>" + root + ">&#1;</Message>", "XML-MALFORMED"},
        {"two roots", root + "/>" + root + "/>", "XML-MALFORMED"},
        {"an unknown body", root + "><x/></Message>", "XSD-INVALID"},
        {"a thousand levels", repeated("<a>", 1000) + repeated("</a>", 1000), "XML-LIMIT"},
        {"a thousand attributes",
         [&] {
             std::string many = root;
             for (int i = 0; i < 1000; ++i) many += " a" + std::to_string(i) + "=''";
             return many + "/>";
         }(),
         "XML-LIMIT"},
    };
}

}  // namespace

base::Outcome withstand(const std::function<Parsed(std::string_view)>& parse) {
    for (const Attack& attack : attacks()) {
        const Parsed parsed = parse(attack.bytes);
        if (!parsed.findings.empty() && parsed.findings.front().code == attack.code) continue;
        const std::string got =
            parsed.findings.empty() ? std::string{"nothing"} : parsed.findings.front().code;
        return base::Fault{base::Remedy::Stop, std::string{"the XML parser does not withstand "} +
                                                   attack.name + ": wanted " + attack.code +
                                                   ", got " + got +
                                                   "; do not use this build of Xerces-C++"};
    }
    return base::done;
}

}  // namespace xml
