#include "delivery_window.hpp"

namespace permitd {

std::size_t bytes_of(const edi::Delivery& delivery) {
    std::size_t bytes = delivery.bytes.size();
    for (const edi::Enclosure& file : delivery.enclosures) bytes += file.bytes.size();
    return bytes;
}

bool DeliveryWindow::fill(const edi::Store& store) {
    constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
    const bool is_fresh = deliveries_.fill(
        [&](std::uint64_t after, std::size_t limit) { return store.deliveries(after, limit); }, all,
        [](const std::string&) { return all; });
    // An original follows the receipt that answers it, never the other way round.
    const bool is_fresh_too = takings_.fill(
        [&](std::uint64_t after, std::size_t limit) { return store.takings(after, limit); },
        deliveries_.after(),
        [&](const std::string& mailbox) { return deliveries_.reach_of(mailbox); });
    return is_fresh || is_fresh_too;
}

void DeliveryWindow::settle(const receipts::Delivered& made) {
    deliveries_.settle(made.deliveries);
    std::vector<std::uint64_t> taken;
    for (const edi::Taking& each : made.takings) taken.push_back(each.id);
    takings_.settle(std::move(taken));
}

}  // namespace permitd
