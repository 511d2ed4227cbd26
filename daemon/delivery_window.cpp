#include "delivery_window.hpp"

namespace permitd {

namespace {

constexpr std::size_t group_max = 512;
constexpr std::size_t group_bytes_max = 16u << 20;
constexpr std::size_t read_at_once = 16;  // a receipt may bring 12 MiB of attachments
// Kept in memory to be tried again.
constexpr std::size_t stuck_max = 4096;
constexpr std::size_t stuck_bytes_max = 64u << 20;

std::size_t bytes_of(const edi::Delivery& delivery) {
    std::size_t bytes = delivery.bytes.size();
    for (const edi::Enclosure& file : delivery.enclosures) bytes += file.bytes.size();
    return bytes;
}

std::size_t bytes_of(const std::vector<edi::Delivery>& deliveries) {
    std::size_t bytes = 0;
    for (const edi::Delivery& each : deliveries) bytes += bytes_of(each);
    return bytes;
}

}  // namespace

void DeliveryWindow::fill_deliveries(const edi::Store& store) {
    std::size_t bytes = 0;
    for (std::size_t taken = 0; taken < group_max && bytes < group_bytes_max;) {
        std::vector<edi::Delivery> next = store.deliveries(deliveries_after, read_at_once);
        if (next.empty()) return;
        taken += next.size();
        for (edi::Delivery& each : next) {
            deliveries_after = each.number;
            bytes += bytes_of(each);
            deliveries.push_back(std::move(each));
        }
    }
}

void DeliveryWindow::fill(const edi::Store& store) {
    if (deliveries.size() < stuck_max && bytes_of(deliveries) < stuck_bytes_max)
        fill_deliveries(store);
    if (takings.size() < stuck_max)
        for (edi::Taking& each : store.takings(takings_after, group_max)) {
            // An original follows the receipt that answers it, never the other way round.
            if (each.id > deliveries_after) break;
            takings_after = each.id;
            takings.push_back(std::move(each));
        }
}

}  // namespace permitd
