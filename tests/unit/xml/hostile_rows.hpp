// Hostile documents, each with the findings that it costs.
#pragma once

#include "unit/xml/fixture.hpp"

namespace xml {

using namespace std::string_literals;

inline const std::string root = "<Message xmlns='urn:permitd:mep:1'";

struct Hostile {
    const char* name;
    std::string bytes;
    const char* codes;
};

inline std::string utf16(const std::string& ascii, bool big, const std::string& mark) {
    std::string out = mark;
    for (const char c : ascii) out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

inline std::vector<Hostile> odd_structures() {
    const std::string xsi = " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' ";
    const std::string good = root + "/>";
    return {
        {"doctype", "<!DOCTYPE Message>" + good, "XML-DOCTYPE"},
        {"doctype after a comment", "<!-- <a> --><?p <b> ?>\n<!DOCTYPE m>" + good, "XML-DOCTYPE"},
        {"doctype in UTF-16", utf16("<!DOCTYPE m><m/>", false, "\xff\xfe"), "XML-DOCTYPE"},
        {"a billion laughs",
         "<!DOCTYPE m [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c "
         "'&b;&b;&b;&b;&b;&b;&b;&b;'>]><m>&c;</m>",
         "XML-DOCTYPE"},
        {"entity", root + ">&x;</Message>", "XML-MALFORMED/EntityNotFound"},
        {"undeclared external parameter", root + ">%x;</Message>",
         "XSD-INVALID/NoCharDataInCM XSD-INVALID/EmptyNotValidForContent"},
        {"schema hint", "<a" + xsi + "i:noNamespaceSchemaLocation='file:///etc/passwd'/>",
         "XSD-INVALID/UnknownNamespace"},
        {"XInclude", "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>",
         "XSD-INVALID/UnknownNamespace"},
        {"xsi:nil", with(minimal(), "<Name>", "<Name" + xsi + "i:nil='true'>"), ""},
        {"XML 1.1", "<?xml version='1.1'?>" + good, "XML-MALFORMED/Version"},
        {"two roots", good + good, "XML-MALFORMED/ExpectedCommentOrPI"},
        {"trailing garbage", good + "x", "XML-MALFORMED/ExpectedCommentOrPI"},
        {"NUL by its number", root + " mode='a&#0;.pdf'/>", "XML-MALFORMED/InvalidCharacterRef"},
        {"control character", root + ">&#1;</Message>", "XML-MALFORMED/InvalidCharacterRef"},
        {"prefix without namespace", "<x:a/>", "XML-MALFORMED/UnknownPrefix"},
        {"attribute twice", root + " mode='check' mode='check'/>",
         "XML-MALFORMED/AttrAlreadyUsedInSTag"},
        {"mixed namespaces", with(minimal(), "<Handler>", "<Handler xmlns='urn:other'>"),
         "XSD-INVALID/UnknownNamespace"},
        {"wrong root", "<Header xmlns='urn:permitd:mep:1'/>", "XSD-INVALID/ElementNotDefined"},
    };
}

inline std::vector<Hostile> lying_encodings() {
    const std::string good = root + "/>";
    return {
        {"unknown encoding", "<?xml version='1.0' encoding='Shift_JIS'?>" + good,
         "XML-ENCODING/Unread"},
        {"UTF-7", "<?xml version='1.0' encoding='UTF-7'?>" + good, "XML-ENCODING/Unread"},
        {"UTF-7 mark", "+/v8-" + good, "XML-ENCODING/Unread"},
        {"EBCDIC", "\x4c\x6f\xa7\x94\x93\x40", "XML-ENCODING/Unread"},
        {"UTF-32 mark", "\xff\xfe\0\0<\0\0\0"s, "XML-ENCODING/Unread"},
        {"UTF-16 without mark", utf16(good, false, ""), "XML-ENCODING/Unread"},
        {"UTF-16BE without mark", utf16(good, true, ""), "XML-ENCODING/Unread"},
        {"declared UTF-16, is UTF-8", "<?xml version='1.0' encoding='UTF-16'?>" + good,
         "XML-ENCODING/Declared"},
        {"declared UTF-8, is UTF-16",
         utf16("<?xml version='1.0' encoding='UTF-8'?><a/>", true, "\xfe\xff"),
         "XML-ENCODING/Declared"},
        {"declared GBK, marked UTF-8", "\xef\xbb\xbf<?xml version='1.0' encoding='GBK'?>" + good,
         "XML-ENCODING/Declared"},
        {"declared UTF-8, is GBK",
         "<?xml version='1.0' encoding='UTF-8'?>" + root + ">\xd5\xc5\xc8\xfd</Message>",
         "XML-ENCODING/UTF-8"},
        {"bad GB18030", "<?xml version='1.0' encoding='GB18030'?><a>\x81\x20</a>",
         "XML-ENCODING/GB18030"},
        {"overlong", root + ">\xc0\xbc</Message>", "XML-ENCODING/UTF-8"},
        {"overlong slash", root + ">\xe0\x80\xaf</Message>", "XML-ENCODING/UTF-8"},
        {"surrogate in UTF-8", root + ">\xed\xa0\x80</Message>", "XML-ENCODING/UTF-8"},
        {"beyond Unicode", root + ">\xf4\x90\x80\x80</Message>", "XML-ENCODING/UTF-8"},
        {"lone surrogate", "\xff\xfe<\0a\0>\0\x00\xd8<\0/\0a\0>\0"s, "XML-ENCODING/Surrogate"},
        {"low surrogate first", "\xff\xfe<\0a\0>\0\x00\xdc\x00\xd8"s, "XML-ENCODING/Surrogate"},
        {"NUL", root + ">\0</Message>"s, "XML-ENCODING/NUL"},
        {"NUL after the root", good + "\0x"s, "XML-ENCODING/NUL"},
        {"NUL in UTF-16", "\xff\xfe<\0a\0/\0>\0\0\0"s, "XML-ENCODING/NUL"},
        {"torn character after the root", good + "\xe5\xbc", "XML-ENCODING/Torn"},
    };
}

// `times` pieces with a number in each.
inline std::string list(const std::string& head, const std::string& before,
                        const std::string& after, std::size_t times, const std::string& foot) {
    std::string out = head;
    for (std::size_t i = 0; i < times; ++i) out += before + std::to_string(i) + after;
    return out + foot;
}

inline std::vector<Hostile> excesses() {
    std::string attributes = root;
    for (int i = 0; i < 100'000; ++i) attributes += " a" + std::to_string(i) + "=''";
    std::string declarations = root;
    for (int i = 0; i < 1000; ++i)
        declarations += " xmlns:p" + std::to_string(i) + "='urn:x" + std::to_string(i) + "'";
    return {
        {"depth of 100,000", repeated("<a>", 100'000) + repeated("</a>", 100'000),
         "XML-LIMIT/Depth"},
        {"100,000 attributes", attributes + "/>", "XML-LIMIT/Attributes"},
        {"1,000 namespaces", declarations + "/>", "XML-LIMIT/Attributes"},
        {"a name of 1 MB", "<" + std::string(1u << 20, 'n') + "/>", "XML-LIMIT/Name"},
        {"a text beyond the limit",
         root + "><Header><MessageId>" + std::string(2u << 20, 't') +
             "</MessageId></Header></Message>",
         "XML-LIMIT/Text"},
        {"an attribute beyond the limit", root + " mode='" + std::string(2u << 20, 't') + "'/>",
         "XML-LIMIT/Text"},
        {"500,001 entities",
         "<a b='" + repeated("&amp;", 250'001) + "'>" + repeated("&amp;", 250'000) + "</a>",
         "XML-MALFORMED/EntityExpansionLimitExceeded"},
        {"1,001 names of elements", list("<a>", "<n", "/>", 1001, "</a>"), "XML-LIMIT/Names"},
        {"1,000 default namespaces", list("<a>", "<n xmlns='", "'/>", 1001, "</a>"),
         "XML-LIMIT/Namespaces"},
        {"a namespace of 1 MB", "<a xmlns='" + std::string(1u << 20, 'n') + "'/>",
         "XML-LIMIT/Name"},
        {"200,001 elements", "<a>" + repeated("<b/>", 200'000) + "</a>", "XML-LIMIT/Elements"},
        {"beyond the size limit", std::string((16u << 20) + 1, ' '), "XML-LIMIT/Size"},
    };
}

inline std::vector<Hostile> documents() {
    std::vector<Hostile> all = odd_structures();
    for (const auto& some : {lying_encodings(), excesses()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace xml
