// Journal: the ministry's memory beyond its process, a file of lines, one an event.
//
// A line is the CRC-32C of its event in hexadecimal, a space and the event in base64. It is handed
// to the kernel before the answer leaves: a killed process knows again all that it answered; a host
// that loses power may forget its last moments. A torn last line is cut off. No body is ever kept:
// bodies may bear passwords. Lines of earlier forms of an entry are read too.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "sandbox/numbers.hpp"
#include "sandbox/results.hpp"
#include "sandbox/scenario.hpp"

namespace sandbox {

enum class OpenAfter { No, Yes };
enum class Withdraws { No, Yes };

// What was answered to a key, and what follows from it.
struct Entry {
    std::string key;
    std::string digest;  // of the body, passwords blanked
    int status = 0;
    std::string answer;
    std::string type;
    std::string reference;       // of an application: its enterprise and client reference
    std::string application_no;  // of an application or a withdrawal
    std::uint64_t group = 0;
    std::uint64_t next_seq = 1;
    base::Time decided;
    OpenAfter open_after = OpenAfter::No;  // approved or disapproved: the reference stays taken
    Withdraws withdraws = Withdraws::No;   // takes back what is planned for application_no
    Numbers numbers;                       // after it
    std::vector<Planned> planned;
    // Of an application.
    Withdrawing withdrawal;
    bool multi_batch = false;
    std::string licensed;
    // Of a registration or a binding.
    std::string subject;     // see Enterprise
    std::string enterprise;  // declared, as base::Writer writes it
};

enum class Event { Began, Entered, Repeated, Conflicted, Confirmed };

struct Record {
    Event event = Event::Began;
    base::Time at;
    std::uint64_t cursor = 0;  // of Confirmed
    Entry entry;               // of Entered
};

std::string encode(const Record& record);
std::optional<Record> decode(std::string_view bytes);

class Journal {
public:
    // Reads what is there, oldest first; makes the file when it is missing.
    static base::Result<Journal> open(const std::string& file,
                                      const std::function<void(Record)>& each);
    base::Outcome append(const Record& record);
    base::Outcome clear();

private:
    Journal(base::Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
    base::Fd file_;
    std::string name_;
};

}  // namespace sandbox
