#include "store/keys.hpp"

namespace store {

namespace {

// Byte order is order of time, before 1970 too.
std::string time_key(base::Time time) {
    const auto count = static_cast<std::uint64_t>(time.time_since_epoch().count());
    return number_key(count ^ (std::uint64_t{1} << 63));
}

}  // namespace

std::string number_key(std::uint64_t number) {
    std::string key;
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift & 0xff);
    return key;
}

std::string key_of(const edi::MessageRecord& record) { return edi::record_id(record); }
std::string key_of(const edi::ApplicationId& id) { return id.sender + '\0' + id.reference; }
std::string key_of(const edi::Application& application) {
    return key_of(edi::ApplicationId{application.sender, application.reference});
}
std::string key_of(const edi::Licence& licence) { return licence.number; }
std::string key_of(const edi::Submission& submission) { return submission.key; }
std::string key_of(const edi::MinistryResult& result) { return result.id; }
std::string key_of(const edi::Delivery& delivery) { return number_key(delivery.number); }
std::string key_of(const edi::Taking& taking) { return number_key(taking.id); }

std::string key_of(const edi::Registration& registration) { return registration.sender; }
std::string key_of(const edi::MessageName& name) { return name.sender + '\0' + name.message_id; }
std::string key_of(const edi::Errand& errand) {
    return key_of(edi::MessageName{errand.sender, errand.message_id});
}
std::string action_key(std::uint64_t number) { return "action-" + number_key(number); }
std::string key_of(const edi::Action& action) { return action_key(action.number); }
std::string catalogue_key(int year) { return "catalogue-" + std::to_string(year); }
std::string key_of(const edi::CommodityCatalogue& catalogue) {
    return catalogue_key(catalogue.year);
}
std::string batch_key(const edi::MessageName& name) { return batch_runs + key_of(name); }
std::string batch_lines_key(const edi::MessageName& name) { return 'l' + key_of(name) + '\0'; }
std::string key_of(const edi::BatchRun& run) { return batch_key({run.sender, run.batch_id}); }
std::string key_of(const edi::BatchLines& lines) {
    return batch_lines_key({lines.sender, lines.batch_id}) + number_key(lines.lines.front().index);
}

std::string end_of(std::string prefix) {
    while (prefix.back() == '\xff') prefix.pop_back();
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

namespace index {

std::string arrival(const edi::MessageRecord& record) {
    return arrival({record.file.received_at, key_of(record)});
}

std::string arrival(const edi::MessagePlace& place) {
    return arrivals + time_key(place.received_at) + place.record_id;
}

std::string open_messages(edi::MessageState state) {
    return {'o', static_cast<char>('0' + static_cast<int>(state))};
}

std::string open_message(const edi::MessageRecord& record) {
    return open_messages(record.state) + time_key(record.file.received_at) + key_of(record);
}

base::Time time_of_open(std::string_view row) { return time_of(row.substr(1)); }

std::string application_no(const std::string& no) { return 'a' + no; }

std::string due_until(base::Time time) {
    return dues + time_key(time + std::chrono::microseconds{1});
}

std::string due(const edi::Submission& submission) {
    return dues + time_key(submission.next_at) + submission.key;
}

std::string unwarned_until(base::Time time) {
    return unwarneds + time_key(time + std::chrono::microseconds{1});
}

std::string unwarned(const edi::Submission& submission) {
    return unwarneds + time_key(submission.accepted_at) + submission.key;
}

base::Time time_of(std::string_view row) {
    std::uint64_t count = 0;
    for (const char each : row.substr(1, 8)) count = count << 8 | static_cast<unsigned char>(each);
    return base::Time{
        std::chrono::microseconds{static_cast<std::int64_t>(count ^ (std::uint64_t{1} << 63))}};
}

std::string sending(const edi::Submission& submission) { return sendings + submission.key; }

std::string expiry(const edi::Licence& licence) {
    return expiries + licence.expiry + '\0' + licence.number;
}

std::string expiring_until(const std::string& day) { return expirings + day + '\1'; }

std::string expiring(const edi::Licence& licence) {
    return expirings + licence.expiry + '\0' + licence.number;
}

std::string errand(const edi::Errand& errand) {
    return errands + time_key(errand.accepted_at) + key_of(errand);
}

std::string acted_on(const std::string& record_id) { return 'j' + record_id + '\0'; }
std::string acted_on(const std::string& record_id, std::uint64_t action) {
    return acted_on(record_id) + number_key(action);
}

std::string incomplete(const edi::MinistryResult& result) {
    return incompletes + number_key(result.seq) + result.id;
}

std::string unclaimed(const edi::MinistryResult& result) {
    return unclaims + number_key(result.seq) + result.id;
}

std::string unclaimed_by_key(const std::string& key) { return 'k' + key + '\0'; }
std::string unclaimed_by_key(const edi::MinistryResult& result) {
    return unclaimed_by_key(result.key) + number_key(result.seq) + result.id;
}

std::string unclaimed_by_no(const std::string& no) { return 'n' + no + '\0'; }
std::string unclaimed_by_no(const edi::MinistryResult& result) {
    return unclaimed_by_no(result.application_no) + number_key(result.seq) + result.id;
}

}  // namespace index

}  // namespace store
