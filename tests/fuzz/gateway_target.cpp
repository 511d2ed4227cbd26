// Answers of the gateway to events (P4, P6): whatever an answer holds, it is read in bounded time;
// it is an acknowledgement or a refusal, never both; every result that comes of it bears what a
// result must have and is read from the store as it was written. A Retry-After stays in its limits.
#include "dispatch/retry_after.hpp"
#include "fuzz/target.hpp"
#include "mapping/mapper.hpp"
#include "store/records.hpp"

namespace {

const mapping::Mapper& mapper() {
    static const mapping::Mapper& loaded =
        fuzz::kept(mapping::Mapper::load(fuzz::checkout + "/mapping", fuzz::lists()));
    return loaded;
}

template <class Record>
void require_stored(const Record& record) {
    const auto again = store::decode<Record>(store::encode(record));
    fuzz::require(again && *again == record, "the store gives back what the ministry said");
}

void require_results(const std::vector<edi::MinistryResult>& results) {
    for (const edi::MinistryResult& each : results) {
        fuzz::require(!each.id.empty() && !each.body.name.empty(), "a result has an id and a body");
        require_stored(each);
    }
}

void heard(const base::Element& root) {
    const mapping::Reply reply = mapper().reply(root);
    fuzz::require(!(reply.acknowledgement && reply.refusal), "acknowledged or refused, not both");
    if (reply.acknowledgement)
        fuzz::require(!reply.acknowledgement->key.empty(), "an acknowledgement has its key");
    if (const auto page = mapper().results(root)) require_results(page->results);
    if (const auto answer = mapper().answer(root)) require_results(answer->results);
    if (const auto catalogue = mapper().catalogue(root)) require_stored(*catalogue);
}

void waited(const std::string& value) {
    static const base::Time now{std::chrono::seconds{1'790'000'000}};
    if (const auto wait = dispatch::parse_retry_after(value, now))
        fuzz::require(wait->count() >= 0 && *wait <= dispatch::retry_after_longest,
                      "a Retry-After is clamped");
    (void)dispatch::retry_after_of({"Date: " + value, "Retry-After: " + value}, now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text = fuzz::text_of(bytes, size);
    const xml::Parsed parsed = fuzz::parser().parse(text);
    fuzz::require_told(parsed);
    // What is not valid is not heard by the daemon; the mapper must bear it all the same.
    if (parsed.root) heard(*parsed.root);
    if (size <= 64) waited(text);
    return 0;
}
