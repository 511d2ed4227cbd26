// Holds messages.md 6: the rules of attachments, both ways.
#include "base/hash.hpp"
#include "case.hpp"

namespace {

using namespace testing_xml;
using testing::ElementsAre;

const std::string pdf = R"(<Attachment name="contract.pdf" mediaType="application/pdf">)";
const std::string pdf_whole = pdf + "JVBERi0xLjQKMSAwIG9iag==</Attachment>";

Change named(const std::string& name) { return {"name=\"contract.pdf\"", "name=\"" + name + "\""}; }
Change file(const std::string& name, const std::string& media_type, std::string_view bytes) {
    return {pdf_whole, "<Attachment name=\"" + name + "\" mediaType=\"" + media_type + "\">" +
                           base::base64(bytes) + "</Attachment>"};
}

TEST(Rules, AttachmentNames) {
    const char* refused[] = {"a(1).pdf",     "a)1.pdf",      "a（1.pdf",     "a）.pdf",
                             "a{.pdf",       "a}.pdf",       "a/b.pdf",      "a\\b.pdf",
                             ".a.pdf",       "a\u202eb.pdf", "a\u202ab.pdf", "a\u2066b.pdf",
                             "a\u2069b.pdf", "a\x01.pdf",    "a\x7f.pdf",    "a\u0085.pdf",
                             "../a.pdf",     "a\u200eb.pdf", "a\u200fb.pdf", "a\u061cb.pdf"};
    for (const char* name : refused) {
        const auto judgement =
            validate::judge(message_from(changed(application_text, {named(name)})), facts_on());
        ASSERT_THAT(codes(judgement), ElementsAre("RULE-ATTACHMENT-NAME")) << name;
        EXPECT_EQ(judgement.findings[0].path, body_path + "/Attachment");
        EXPECT_EQ(judgement.findings[0].value, name);
    }
    // A trailing dot or space is no file type either.
    for (const char* name : {"a.pdf.", "a.pdf "}) {
        const auto judgement =
            validate::judge(message_from(changed(application_text, {named(name)})), facts_on());
        EXPECT_THAT(codes(judgement),
                    testing::UnorderedElementsAre("RULE-ATTACHMENT-NAME", "RULE-ATTACHMENT-TYPE"))
            << name;
    }
    expect({{named(std::string(146, 'a') + ".pdf")}, ""});
    const std::string long_name = std::string(147, 'a') + ".pdf";
    expect({{named(long_name)}, "RULE-ATTACHMENT-NAME", "/Attachment", long_name.c_str(), "long"});
    for (const char* name : {"合同.pdf", "a b.pdf", "a..b.pdf", "a.PDF", "a'b&amp;.pdf"})
        expect({{named(name)}, ""});
}

TEST(Rules, AttachmentTypes) {
    using namespace std::string_view_literals;
    const std::string word =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const std::string sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const std::string compound = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    const Change good[] = {file("a.jpg", "image/jpeg", "\xff\xd8\xff\xe0 and more"),
                           file("a.png", "image/png", "\x89PNG\r\n\x1a\n and more"),
                           file("a.tif", "image/tiff", "II*\0 and more"sv),
                           file("a.tif", "image/tiff", "MM\0* and more"sv),
                           file("a.doc", "application/msword", compound),
                           file("a.xls", "application/vnd.ms-excel", compound),
                           file("a.docx", word, "PK\x03\x04 and more"),
                           file("a.xlsx", sheet, "PK\x03\x04 and more"),
                           file("a.pdf", "Application/PDF", "%PDF-1.7")};
    for (const Change& each : good) expect({{each}, ""});
    struct Refused {
        Change change;
        const char* name;
        const char* variant;
    };
    const Refused refused[] = {
        {file("a.exe", "application/pdf", "%PDF-1.7"), "a.exe", "extension"},
        {file("pdf", "application/pdf", "%PDF-1.7"), "pdf", "extension"},
        {file("a.pdf.exe", "application/pdf", "%PDF-1.7"), "a.pdf.exe", "extension"},
        {file("a.pdf", "application/pdf", "MZ not a pdf"), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", " %PDF-1.7"), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", ""), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", "%P"), "a.pdf", "content"},
        {file("a.docx", word, compound), "a.docx", "content"},
        {file("a.pdf", "image/png", "%PDF-1.7"), "a.pdf", "media-type"},
        {file("a.pdf", "", "%PDF-1.7"), "a.pdf", "media-type"},
        {file("a.pdf", "application/pdf; x=y", "%PDF-1.7"), "a.pdf", "media-type"},
    };
    for (const Refused& each : refused)
        expect({{each.change}, "RULE-ATTACHMENT-TYPE", "/Attachment", each.name, each.variant});
    // base64 in lines, as mail programs write it
    expect({{{"JVBERi0xLjQKMSAwIG9iag==", "\n JV\tBE\nRi0xLjQKMSAwIG9iag==\n"}}, ""});
}

TEST(Rules, AttachmentSizesAndNamesTwice) {
    const auto sized = [](std::size_t bytes, const std::string& name) {
        std::string content = "%PDF-";
        content.resize(bytes, 'x');
        return "<Attachment name=\"" + name + "\" mediaType=\"application/pdf\">" +
               base::base64(content) + "</Attachment>";
    };
    expect({{{pdf_whole, sized(1'048'576, "a.pdf")}}, ""});
    expect(
        {{{pdf_whole, sized(1'048'577, "a.pdf")}}, "RULE-ATTACHMENT-SIZE", "/Attachment", "a.pdf"});
    std::string twelve;
    for (int i = 0; i < 12; ++i) twelve += sized(1'048'576, std::to_string(i) + ".pdf");
    expect({{{pdf_whole, twelve}}, ""});
    expect({{{pdf_whole, twelve + sized(5, "more.pdf")}},
            "RULE-ATTACHMENT-SIZE",
            "/Attachment[13]",
            "more.pdf",
            "together"});
    expect({{{pdf_whole, pdf_whole + pdf_whole}},
            "RULE-ATTACHMENT-TWICE",
            "/Attachment[2]",
            "contract.pdf"});
}

}  // namespace
