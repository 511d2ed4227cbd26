#include "store/records.hpp"

#include <concepts>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace store {

namespace {

constexpr std::size_t frame_size = 6;

template <class T>
concept Number = std::unsigned_integral<T> || std::same_as<T, int>;

// How many values an enumeration has. They are kept as their numbers: those in edi/ may only grow
// at the end.
constexpr unsigned values_of(edi::MessageState) { return 7; }
constexpr unsigned values_of(edi::ApplicationState) { return 8; }
constexpr unsigned values_of(edi::LicenceState) { return 4; }
constexpr unsigned values_of(edi::TransferState) { return 4; }
constexpr unsigned values_of(edi::ResultState) { return 3; }
constexpr unsigned values_of(edi::Box) { return 2; }
constexpr unsigned values_of(edi::RegistrationState) { return 7; }
constexpr unsigned values_of(edi::SubmissionKind) { return 4; }
constexpr unsigned values_of(edi::Flow) { return 3; }

// Writes the fields that fields() names.
struct Put {
    template <class T>
    using Of = const T;

    std::uint8_t version = record_version;
    base::Writer out = {};

    template <class... T>
    void operator()(const T&... each) {
        (one(each), ...);
    }
    void one(const std::string& value) { out.text(value); }
    void one(const bool& value) { out.number(value ? 1 : 0); }
    void one(const base::Time& value) {
        out.number(static_cast<std::uint64_t>(value.time_since_epoch().count()));
    }
    void one(const base::Element& value) { out.element(value); }
    void one(const base::Packed& value) { out.packed(value.bytes()); }
    template <Number T>
    void one(const T& value) {
        out.number(static_cast<std::uint64_t>(value));
    }
    template <class T>
    void one(const std::vector<T>& values) {
        out.number(values.size());
        for (const T& each : values) one(each);
    }
    void one(const std::map<std::string, std::uint64_t>& values) {
        out.number(values.size());
        for (const auto& [name, value] : values) out.text(name), out.number(value);
    }
    template <class T>
    void one(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            out.number(static_cast<std::uint64_t>(value));
        } else {
            fields(*this, value);
        }
    }
};

// Reads them again.
struct Take {
    template <class T>
    using Of = T;

    std::uint8_t version;
    base::Reader in;
    bool in_range = true;

    template <class... T>
    void operator()(T&... each) {
        (one(each), ...);
    }
    void one(std::string& value) { value = in.text(); }
    void one(bool& value) {
        const std::uint64_t number = in.number();
        in_range &= number <= 1;
        value = number == 1;
    }
    void one(base::Time& value) {
        value = base::Time{std::chrono::microseconds{static_cast<std::int64_t>(in.number())}};
    }
    void one(base::Element& value) { value = in.element(); }
    void one(base::Packed& value) {
        const std::string_view bytes = in.packed();
        if (!in.bad()) value = base::Packed::of_bytes(bytes);
    }
    template <Number T>
    void one(T& value) {
        const std::uint64_t number = in.number();
        value = static_cast<T>(number);
        in_range &= static_cast<std::uint64_t>(value) == number;
    }
    template <class T>
    void one(std::vector<T>& values) {
        for (std::size_t n = in.count(); n > 0 && !in.bad(); --n) one(values.emplace_back());
    }
    void one(std::map<std::string, std::uint64_t>& values) {
        for (std::size_t n = in.count(); n > 0 && !in.bad(); --n) {
            std::string name = in.text();
            values[std::move(name)] = in.number();
        }
    }
    template <class T>
    void one(T& value) {
        if constexpr (std::is_enum_v<T>) {
            const std::uint64_t number = in.number();
            in_range &= number < values_of(T{});
            value = static_cast<T>(number < values_of(T{}) ? number : 0);
        } else {
            fields(*this, value);
        }
    }
};

template <class Form, class T>
using In = typename Form::template Of<T>;

template <class Form>
void fields(Form& form, In<Form, edi::Arrival>& r) {
    form(r.mailbox, r.name, r.sha256, r.bytes, r.device, r.inode, r.received_at, r.day,
         r.modified_at);
}

template <class Form>
void fields(Form& form, In<Form, edi::Subject>& r) {
    form(r.reference, r.key, r.outcome);
}

template <class Form>
void fields(Form& form, In<Form, edi::ReceiptRef>& r) {
    form(r.number, r.kind, r.stage, r.issued_at);
}

template <class Form>
void fields(Form& form, In<Form, edi::MessageRecord>& r) {
    form(r.sender, r.message_id, r.type, r.content, r.file, r.state, r.subjects, r.receipts,
         r.problems, r.rejected_number);
}

template <class Form>
void fields(Form& form, In<Form, edi::TrailEntry>& r) {
    form(r.seq, r.result_id, r.application_no, r.at, r.body);
}

template <class Form>
void fields(Form& form, In<Form, edi::Application>& r) {
    form(r.sender, r.reference, r.mailbox, r.state, r.content, r.message_id, r.submission_key,
         r.application_no, r.licence_no, r.seq_highest, r.created_at, r.changed_at, r.trail);
    if (form.version >= 2) form(r.withdrawal_key);
}

template <class Form>
void fields(Form& form, In<Form, edi::Cleared>& r) {
    form(r.declaration, r.seq, r.revoked, r.body);
}

template <class Form>
void fields(Form& form, In<Form, edi::Licence>& r) {
    form(r.number, r.written, r.mailbox, r.sender, r.reference, r.message_id, r.application_no,
         r.state, r.transfer, r.valid_from, r.expiry, r.multi_batch, r.quantity_left, r.uses_left,
         r.declarations);
    if (form.version >= 2) form(r.quantity, r.clearances, r.expiring_told);
}

template <class Form>
void fields(Form& form, In<Form, edi::Attempt>& r) {
    form(r.number, r.sent_at, r.answered_at, r.http_status, r.what, r.verdict, r.error, r.endpoint,
         r.peer_certificate_sha256, r.request_sha256, r.answer_sha256);
}

template <class Form>
void fields(Form& form, In<Form, edi::Submission>& r) {
    form(r.key, r.sender, r.message_id, r.subject, r.mailbox, r.state, r.accepted_at, r.next_at,
         r.attempts, r.not_found, r.not_found_at, r.delayed_told, r.request, r.request_sha256,
         r.last_error, r.tries);
    if (form.version >= 2) form(r.kind, r.content, r.sealed_password);
    if (form.version >= 3)
        form(r.on_hold, r.held_at, r.held_milliseconds, r.may_have_arrived, r.older);
}

template <class Form>
void fields(Form& form, In<Form, edi::MinistryResult>& r) {
    form(r.id, r.seq, r.at, r.key, r.application_no, r.body, r.state, r.collected_at,
         r.page_sha256);
}

template <class Form>
void fields(Form& form, In<Form, edi::Enclosure>& r) {
    form(r.name, r.bytes);
}

template <class Form>
void fields(Form& form, In<Form, edi::Delivery>& r) {
    form(r.number, r.mailbox, r.day, r.name, r.bytes);
    if (form.version >= 2) form(r.enclosures);
}

template <class Form>
void fields(Form& form, In<Form, edi::Taking>& r) {
    form(r.id, r.file, r.box, r.box_name, r.receipt_name, r.receipt_day);
}

template <class Form>
void fields(Form& form, In<Form, edi::Registration>& r) {
    form(r.sender, r.mailbox, r.state, r.content, r.approved, r.account, r.message_id,
         r.submission_key, r.seq_highest, r.created_at, r.changed_at, r.trail, r.importer);
}

template <class Form>
void fields(Form& form, In<Form, edi::Errand>& r) {
    form(r.sender, r.message_id, r.mailbox, r.body, r.accepted_at, r.keeps_file);
}

template <class Form>
void fields(Form& form, In<Form, edi::CommodityRow>& r) {
    form(r.code, r.name, r.unit, r.supervision, r.tier, r.valid_from, r.valid_to);
}

template <class Form>
void fields(Form& form, In<Form, edi::CommodityCatalogue>& r) {
    form(r.year, r.etag, r.fetched_at, r.rows);
}

template <class Form>
void fields(Form& form, In<Form, edi::BatchRun>& r) {
    form(r.sender, r.batch_id, r.file, r.content, r.next_index, r.accepted, r.rejected, r.duplicate,
         r.first_number);
}

template <class Form>
void fields(Form& form, In<Form, edi::BatchLine>& r) {
    form(r.index, r.message_id, r.outcome, r.number);
}

template <class Form>
void fields(Form& form, In<Form, edi::BatchLines>& r) {
    form(r.sender, r.batch_id, r.lines);
}

template <class Form>
void fields(Form& form, In<Form, edi::ActionTarget>& r) {
    form(r.record_id, r.reference, r.result, r.text, r.detail);
}

template <class Form>
void fields(Form& form, In<Form, edi::Action>& r) {
    form(r.number, r.at, r.uid, r.user, r.command, r.reason, r.targets);
}

template <class Form>
void fields(Form& form, In<Form, edi::Pause>& r) {
    form(r.flow, r.uid, r.user, r.reason, r.since, r.until);
}

template <class Form>
void fields(Form& form, In<Form, Pauses>& r) {
    form(r.all);
}

template <class Form>
void fields(Form& form, In<Form, edi::Counters>& r) {
    form(r.receipt_number, r.sequences);
    if (form.version >= 3) form(r.action_number);
}

template <class Form>
void fields(Form& form, In<Form, Cursor>& r) {
    form(r.text);
}

template <class Form>
void fields(Form& form, In<Form, MessageCounts>& r) {
    form(r.by_state);
}

template <class Form>
void fields(Form& form, In<Form, Format>& r) {
    form(r.number);
}

template <class Record>
constexpr char kind_of = 0;
template <>
constexpr char kind_of<edi::MessageRecord> = 'M';
template <>
constexpr char kind_of<edi::Application> = 'A';
template <>
constexpr char kind_of<edi::Licence> = 'L';
template <>
constexpr char kind_of<edi::Submission> = 'S';
template <>
constexpr char kind_of<edi::MinistryResult> = 'R';
template <>
constexpr char kind_of<edi::Delivery> = 'D';
template <>
constexpr char kind_of<edi::Taking> = 'T';
template <>
constexpr char kind_of<edi::Registration> = 'G';
template <>
constexpr char kind_of<edi::Errand> = 'E';
template <>
constexpr char kind_of<edi::CommodityCatalogue> = 'Y';
template <>
constexpr char kind_of<edi::BatchRun> = 'B';
template <>
constexpr char kind_of<edi::BatchLines> = 'I';
template <>
constexpr char kind_of<edi::Action> = 'O';
template <>
constexpr char kind_of<Pauses> = 'H';
template <>
constexpr char kind_of<edi::Counters> = 'C';
template <>
constexpr char kind_of<Cursor> = 'P';
template <>
constexpr char kind_of<MessageCounts> = 'N';
template <>
constexpr char kind_of<Format> = 'F';

std::uint32_t sum_of(char version, char kind, std::string_view payload) {
    std::string bytes{version, kind};
    bytes += payload;
    return base::crc32c(bytes);
}

}  // namespace

template <class Record>
std::string encode(const Record& record) {
    Put form;
    fields(form, record);
    const std::string payload = form.out.take();
    std::string bytes{static_cast<char>(record_version), kind_of<Record>};
    const std::uint32_t sum = sum_of(bytes[0], bytes[1], payload);
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(sum >> shift & 0xff);
    return bytes += payload;
}

template <class Record>
std::optional<Record> decode(std::string_view bytes) {
    if (bytes.size() < frame_size) return std::nullopt;
    const auto version = static_cast<std::uint8_t>(bytes[0]);
    if (version == 0 || version > record_version || bytes[1] != kind_of<Record>)
        return std::nullopt;
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 4; ++i)
        sum |= std::uint32_t{static_cast<unsigned char>(bytes[2 + i])} << (8 * i);
    const std::string_view payload = bytes.substr(frame_size);
    if (sum != sum_of(bytes[0], bytes[1], payload)) return std::nullopt;
    Take form{version, base::Reader{payload}};
    Record record;
    fields(form, record);
    if (!form.in.complete() || !form.in_range) return std::nullopt;
    return record;
}

// The linker sees every kind here, so that callers need not see the fields.
#define RECORD(Type)                          \
    template std::string encode(const Type&); \
    template std::optional<Type> decode(std::string_view)
RECORD(edi::MessageRecord);
RECORD(edi::Application);
RECORD(edi::Licence);
RECORD(edi::Submission);
RECORD(edi::MinistryResult);
RECORD(edi::Delivery);
RECORD(edi::Taking);
RECORD(edi::Registration);
RECORD(edi::Errand);
RECORD(edi::CommodityCatalogue);
RECORD(edi::BatchRun);
RECORD(edi::BatchLines);
RECORD(edi::Action);
RECORD(edi::Counters);
RECORD(Cursor);
RECORD(MessageCounts);
RECORD(Pauses);
RECORD(Format);
#undef RECORD

}  // namespace store
