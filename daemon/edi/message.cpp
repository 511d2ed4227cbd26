#include "edi/message.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/hash.hpp"
#include "edi/receipt.hpp"

namespace edi {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The 31 symbols of GB 32100-2015, 4.2: no I, O, S, V, Z.
bool is_uscc_symbol(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Y' && c != 'I' && c != 'O' && c != 'S' && c != 'V');
}

struct StateName {
    MessageState state;
    const char* code;
};
constexpr std::array<StateName, 7> state_names{{
    {MessageState::Waiting, "WAITING"},
    {MessageState::Sending, "SENDING"},
    {MessageState::InDoubt, "IN_DOUBT"},
    {MessageState::Acknowledged, "ACKNOWLEDGED"},
    {MessageState::Held, "HELD"},
    {MessageState::Settled, "SETTLED"},
    {MessageState::Rejected, "REJECTED"},
}};

// Leaves are read by the rules and by the mapper, so their white space is collapsed once, here; a
// base64 text is long and its white space harmless.
base::Element normalised(const base::Element& element) {
    base::Element out = element;
    if (out.name != "Attachment") out.text = base::collapsed(out.text);
    for (base::Attribute& each : out.attributes) each.value = base::collapsed(each.value);
    for (base::Element& each : out.children) each = normalised(each);
    return out;
}

}  // namespace

bool is_reference(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    if (!is_digit(text[0]) && !is_letter(text[0])) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-'; });
}

bool is_uscc(std::string_view text) {
    if (text.size() != 18) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool area = i >= 2 && i < 8;  // six digits of GB/T 2260
        if (area ? !is_digit(text[i]) : !is_uscc_symbol(text[i])) return false;
    }
    return true;
}

std::optional<Header> readable_header(const base::Element& root) {
    if (root.name != "Message") return std::nullopt;
    const base::Element* header = root.child("Header");
    if (!header) return std::nullopt;
    Header found{base::collapsed(header->text_at("MessageId")),
                 base::collapsed(header->text_at("Sender"))};
    const std::string created_at = base::collapsed(header->text_at("CreatedAt"));
    if (!is_reference(found.message_id) || !is_uscc(found.sender)) return std::nullopt;
    if (!base::parse_time(created_at)) return std::nullopt;
    return found;
}

Message message_of(const base::Element& root) {
    const auto header = readable_header(root);
    // The schema guarantees a Header and one body; a caller that skipped it is a bug.
    if (!header || root.children.size() != 2) std::abort();
    Message message;
    message.message_id = header->message_id;
    message.sender = header->sender;
    message.body = normalised(root.children[1]);
    message.type = message.body.name;
    message.function = message.body.attribute("function");
    message.check_only = root.attribute("mode") == "check";
    message.path = "/Message";
    return message;
}

std::string idempotency_key(const std::string& sender, const std::string& message_id,
                            const std::string& subject, const std::string& content_digest) {
    const std::string_view nul{"\0", 1};
    base::Sha256 sum;
    sum.add("permitd1").add(nul).add(sender).add(nul).add(message_id).add(nul);
    return base::base32(sum.add(subject).add(nul).add(content_digest).sum());
}

const char* code_of(MessageState state) {
    for (const StateName& each : state_names)
        if (each.state == state) return each.code;
    std::abort();
}

std::optional<MessageState> message_state_of(std::string_view code) {
    for (const StateName& each : state_names)
        if (each.code == code) return each.state;
    return std::nullopt;
}

std::span<const MessageState> message_states() {
    static constexpr MessageState all[] = {MessageState::Waiting,      MessageState::Sending,
                                           MessageState::InDoubt,      MessageState::Held,
                                           MessageState::Acknowledged, MessageState::Settled,
                                           MessageState::Rejected};
    return all;
}

bool is_final(MessageState state) {
    return state == MessageState::Settled || state == MessageState::Rejected;
}

std::string record_id(const std::string& sender, const std::string& message_id) {
    return sender + '\0' + message_id;
}

std::string record_id(const MessageRecord& record) {
    if (record.rejected_number != 0) return '\0' + twelve_digits(record.rejected_number);
    return record_id(record.sender, record.message_id);
}

}  // namespace edi
