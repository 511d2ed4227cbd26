#include "edi/receipt.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "edi/file_name.hpp"

namespace edi {

namespace {

constexpr std::size_t stem_bytes_max = 64;
constexpr std::size_t extension_bytes_max = 8;

constexpr std::array kinds{
    ReceiptKind{"accepted", Stage::Progress, "no"},
    ReceiptKind{"rejected", Stage::Outcome, "after-correction"},
    ReceiptKind{"duplicate", Stage::Outcome, "no"},
    ReceiptKind{"batch", Stage::Outcome, "no"},
    ReceiptKind{"done", Stage::Outcome, "no"},
    ReceiptKind{"submitted", Stage::Progress, "no"},
    ReceiptKind{"refused", Stage::Outcome, "after-correction"},
    ReceiptKind{"delayed", Stage::Progress, "no"},
    ReceiptKind{"undeliverable", Stage::Outcome, "unchanged"},
    ReceiptKind{"approved", Stage::Outcome, "no"},
    ReceiptKind{"returned", Stage::Outcome, "after-correction"},
    ReceiptKind{"disapproved", Stage::Outcome, "no"},
    ReceiptKind{"withdrawn", Stage::Outcome, "no"},
    ReceiptKind{"registered", Stage::Outcome, "no"},
    ReceiptKind{"registration-returned", Stage::Outcome, "no"},
    ReceiptKind{"bound", Stage::Outcome, "no"},
    ReceiptKind{"binding-refused", Stage::Outcome, "no"},
    ReceiptKind{"answer", Stage::Outcome, "no"},
    ReceiptKind{"document", Stage::Outcome, "no"},
    ReceiptKind{"customs-transfer", Stage::Notice, "no"},
    ReceiptKind{"clearance", Stage::Notice, "no"},
    ReceiptKind{"licence-expiring", Stage::Notice, "no"},
    ReceiptKind{"licence-closed", Stage::Notice, "no"},
};

// Where the extension (with its dot) begins; the name's size when there is none.
std::size_t extension_at(std::string_view file_name) {
    const std::size_t dot = file_name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return file_name.size();
    return file_name.size() - dot <= extension_bytes_max ? dot : file_name.size();
}

// U+FFFD of one byte stands for a byte that is no character (base/utf8.hpp).
bool is_plain(char32_t c, std::string_view bytes) {
    if (c < 0x20 || c == '\\' || (c >= 0x7f && c < 0xa0)) return false;
    if (c == 0xfffd && bytes.size() == 1) return false;
    const bool turns = c == 0x61c || c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029 ||
                       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !turns && c != 0xfeff && c != 0xfffe && c != 0xffff;
}

std::string stem_of(const Receipt& receipt) {
    if (receipt.in_reply_to) {
        if (!receipt.in_reply_to->message_id.empty())
            return safe_stem(receipt.in_reply_to->message_id);
        const std::string_view name = receipt.in_reply_to->file.name;
        return safe_stem(name.substr(0, extension_at(name)));
    }
    if (!receipt.application_no.empty()) return safe_stem(receipt.application_no);
    return safe_stem(receipt.application_ref);
}

}  // namespace

ReceiptState::ReceiptState(ApplicationState state) {
    if (state != ApplicationState::None) code = code_of(state), chinese = chinese_of(state);
}
ReceiptState::ReceiptState(RegistrationState state) {
    if (state != RegistrationState::None) code = code_of(state), chinese = chinese_of(state);
}

const char* code_of(Stage stage) {
    switch (stage) {
        case Stage::Progress: return "progress";
        case Stage::Outcome: return "outcome";
        case Stage::Notice: return "notice";
    }
    std::abort();
}

std::span<const ReceiptKind> receipt_kinds() { return kinds; }

const ReceiptKind& receipt_kind(std::string_view name) {
    const auto found = std::ranges::find(kinds, name, &ReceiptKind::name);
    if (found == kinds.end()) std::abort();
    return *found;
}

Stage stage_of(const Receipt& receipt) {
    return receipt.stage.value_or(receipt_kind(receipt.kind).stage);
}

std::string file_name_of(const Receipt& receipt) {
    return twelve_digits(receipt.number) + '_' + receipt.kind + '_' + stem_of(receipt) + ".xml";
}

std::string safe_stem(std::string_view name) {
    std::string safe{name.substr(0, stem_bytes_max)};
    for (char& c : safe) {
        const bool kept = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (!kept) c = '-';
    }
    return safe.empty() ? "-" : safe;
}

std::string printable(std::string_view file_name) {
    std::string shown;
    while (!file_name.empty()) {
        std::string_view rest = file_name;
        const char32_t c = base::take_character(rest);
        const std::string_view bytes = file_name.substr(0, file_name.size() - rest.size());
        file_name = rest;
        if (is_plain(c, bytes)) {
            shown += bytes;
            continue;
        }
        for (const char byte : bytes) shown += "\\x" + base::hex({&byte, 1});
    }
    return shown;
}

std::string box_name_of(std::uint64_t receipt_number, const std::string& file_name) {
    const std::string_view name = file_name;
    const std::size_t dot = extension_at(name);
    std::string extension = dot < name.size() ? safe_stem(name.substr(dot)) : "";
    if (is_zip_name(name)) extension += ".xml";
    return twelve_digits(receipt_number) + '_' + safe_stem(name.substr(0, dot)) + extension;
}

std::string twelve_digits(std::uint64_t number) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%012llu", static_cast<unsigned long long>(number));
    return digits;
}

}  // namespace edi
