// Book: what an enterprise that only reads its receipts believes of its applications and its
// registration.
#pragma once

#include <map>
#include <string>

#include "edi/change.hpp"

namespace desk {

class Book {
public:
    // State by sender and reference, and by sender.
    std::map<std::pair<std::string, std::string>, std::string> told;
    std::map<std::string, std::string> told_registration;

    // Receipts as they are committed, in the order of their numbers.
    void read(const edi::Change& change) {
        for (const edi::Delivery& each : change.deliveries) {
            const std::string state = between(each.bytes, "<State code=\"", "\"");
            const std::string reference =
                between(each.bytes, "<ApplicationRef>", "</ApplicationRef>");
            const std::string id = between(each.bytes, "<MessageId>", "</MessageId>");
            const std::string sender = sender_of(change, id);
            const std::string type = between(each.bytes, "<MessageType>", "</MessageType>");
            const bool deleted = each.name.find("_done_") != std::string::npos &&
                                 type == "ApplicationDelete" && state.empty() &&
                                 !change.applications_gone.empty();
            if (deleted)
                for (const edi::ApplicationId& gone : change.applications_gone)
                    if (gone.reference == reference) told.erase({gone.sender, reference});
            if (state.empty()) {
                if (type == "RegistrationDelete" && each.name.find("_done_") != std::string::npos &&
                    !change.registrations.empty())
                    told_registration[change.registrations.front().sender] = "NONE";
                continue;
            }
            if (!reference.empty())
                told[{sender, reference}] = state;
            else
                told_registration[sender] = state;
        }
    }

private:
    static std::string between(const std::string& text, const std::string& open,
                               const std::string& close) {
        const std::size_t found = text.find(open);
        if (found == std::string::npos) return {};
        const std::size_t from = found + open.size();
        return text.substr(from, text.find(close, from) - from);
    }

    // Both enterprises may use one MessageId.
    std::string sender_of(const edi::Change& change, const std::string& id) const {
        for (const edi::MessageRecord& each : change.messages)
            if (each.message_id == id) return each.sender;
        for (const edi::Application& each : change.applications) return each.sender;
        for (const edi::Registration& each : change.registrations) return each.sender;
        for (const edi::Licence& each : change.licences) return each.sender;
        return {};
    }
};

}  // namespace desk
