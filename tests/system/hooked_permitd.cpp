// permitd whose workers do what a document tells them to: crash, spin or grow. The processing
// instructions that say so are nothing to the parser; the harm is real.
#include <csignal>
#include <string>
#include <vector>

#include "program.hpp"

namespace {

// A worker without a cage (sanitizer builds) must not take the host's memory.
constexpr std::size_t grown_max = std::size_t{2} << 30;

bool says(std::string_view document, const char* word) {
    return document.find(std::string{"<?permitd-test "} + word + "?>") != std::string_view::npos;
}

void spin() {
    volatile bool on = true;
    while (on) continue;
}

void grow() {
    std::vector<std::string> held;
    for (std::size_t bytes = 0; bytes < grown_max; bytes += 1u << 20)
        held.emplace_back(std::size_t{1} << 20, 'x');
    std::raise(SIGABRT);
}

worker::Work hooked(worker::Work work) {
    return [work = std::move(work)](std::string_view document) {
        if (says(document, "crash")) std::raise(SIGSEGV);
        if (says(document, "spin")) spin();
        if (says(document, "grow")) grow();
        return work(document);
    };
}

}  // namespace

int main(int argc, char** argv) { return permitd::run(argc, argv, hooked); }
