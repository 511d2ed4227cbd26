// Configuration: any text is read in bounded time and gives a configuration, or complaints that say
// where, one a line; the same again when it is read again. Of a configuration every mailbox has a
// name of its own, and everything in force can be printed.
#include <set>
#include <sstream>

#include "config.hpp"
#include "fuzz/target.hpp"

namespace {

std::string printed(const permitd::Config& config) {
    std::set<std::string> names;
    for (const permitd::MailboxConfig& each : config.mailboxes)
        fuzz::require(!each.name.empty() && names.insert(each.name).second,
                      "each mailbox has a name of its own");
    fuzz::require(!config.spool.empty() && !config.state.empty() && !config.ministry.url.empty(),
                  "what is required is there");
    std::string all;
    for (const permitd::Setting& each : config.settings)
        all += each.key + ": " + each.value + "   # " + each.where + '\n';
    fuzz::require(!all.empty(), "what is in force can be printed");
    return all;
}

std::string read(const std::string& file) {
    const auto config = permitd::load_config(file);
    if (config) return printed(*config);
    const std::string& text = config.fault().text;
    fuzz::require(!text.empty(), "a fault says something");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        fuzz::require(line.starts_with(file), "a complaint says where: " + line);
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const fuzz::MemoryFile file(fuzz::text_of(bytes, size));
    const std::string once = read(file.path());
    fuzz::require(once == read(file.path()), "read twice is the same");
    return 0;
}
