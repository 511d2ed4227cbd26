#include "intake/packed.hpp"

namespace intake {

namespace {

// What the text of a breach names.
std::string value_of(const zip::Unpacked& unpacked, const zip::Request& request) {
    switch (*unpacked.breach) {
        case zip::Breach::Entries: return std::to_string(unpacked.entries);
        case zip::Breach::Stem: return edi::printable(request.names.front());
        case zip::Breach::Size: return std::to_string(request.bytes_max);
        case zip::Breach::NotZip:
        case zip::Breach::Torn:
        case zip::Breach::NotAFile:
        case zip::Breach::Path:
        case zip::Breach::Encrypted:
        case zip::Breach::Method:
        case zip::Breach::Damaged:
        case zip::Breach::Inconsistent:
        case zip::Breach::Harmful: break;
    }
    return {};
}

base::Finding finding_of(const zip::Unpacked& unpacked, const zip::Request& request) {
    base::Finding finding;
    finding.code = "FILE-ZIP";
    if (*unpacked.breach == zip::Breach::Harmful) {
        finding.code = "FILE-HARMFUL";
        return finding;
    }
    finding.variant = zip::name_of(*unpacked.breach);
    finding.value = value_of(unpacked, request);
    return finding;
}

bool may_grow(Completeness completeness) {
    switch (completeness) {
        case Completeness::Renamed:
        case Completeness::Marked: return false;
        case Completeness::Closed:
        case Completeness::Settled: return true;
    }
    return false;
}

}  // namespace

std::optional<Content> content_of(std::string_view archive, const std::string& file_name,
                                  Completeness completeness, const Unpack& unpack,
                                  std::uint64_t bytes_max) {
    const zip::Request request{zip::names_inside(file_name), bytes_max, archive};
    auto unpacked = unpack(request);
    if (!unpacked) return std::nullopt;
    if (!unpacked->breach) return Content{Content::Have::Document, std::move(unpacked->bytes), {}};
    if (*unpacked->breach == zip::Breach::Torn && may_grow(completeness))
        return Content{Content::Have::Torn, {}, {}};
    return Content{Content::Have::Refused, {}, finding_of(*unpacked, request)};
}

}  // namespace intake
