#include "health.hpp"

#include <algorithm>

namespace permitd {

namespace {

void add(std::string& words, const std::string& more) {
    words += (words.empty() ? "" : "; ") + more;
}

Check spool_of(const Daemon& daemon) {
    Check check{"spool", Well::Yes, {}};
    for (const Standing::Displaced& each : daemon.standing().state()) {
        if (each.mailbox.empty()) check.well = Well::No;
        add(check.words, each.place + " is " + code_of(each.stand) +
                             (each.mailbox.empty() ? "" : ", its mailbox alone waits"));
    }
    return check;
}

std::string words_of(const Hold& hold) {
    std::string words = code_of(hold.condition);
    if (!hold.place.empty()) words += " " + hold.place;
    if (hold.condition == Condition::SpaceUnknown) return words;
    return words + ": " + std::to_string(hold.figure) + ", the limit is " +
           std::to_string(hold.limit);
}

Check admission_of(const Gate::State& state) {
    Check check{"admission", Well::Yes, {}};
    for (const Gate::State::Since& each : state.held) {
        const bool is_one_mailbox = each.hold.condition == Condition::InboxFiles;
        if (!is_one_mailbox) check.well = Well::No;
        add(check.words,
            words_of(each.hold) + (is_one_mailbox ? ", this mailbox alone waits" : ""));
    }
    return check;
}

Check pauses_of(const edi::Store& store) {
    Check check{"pause", Well::Yes, {}};
    for (const edi::Pause& each : store.pauses())
        add(check.words, std::string{code_of(each.flow)} + " was paused by uid " +
                             std::to_string(each.uid) + ": " + each.reason);
    return check;
}

Check commits_of(const Daemon& daemon) {
    Check check{"commits", Well::Yes, {}};
    for (const Gate::State::Since& each : daemon.commit_gate().held()) {
        check.well = Well::No;
        add(check.words, words_of(each.hold));
    }
    return check;
}

// A path may hold any byte.
std::string one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

}  // namespace

std::vector<Check> liveness(const Daemon& daemon) {
    Check check{"threads", Well::Yes, {}};
    for (const Pulse::Silence& each : daemon.silent_threads()) {
        check.well = Well::No;
        add(check.words,
            each.thread + " makes no progress for " + std::to_string(each.lasts.count()) + " s");
    }
    return {check};
}

std::vector<Check> readiness(const Daemon& daemon) {
    const Gate::State state = daemon.gate().state();
    return {daemon.recovered() ? Check{"recovery", Well::Yes, {}}
                               : Check{"recovery", Well::No, "the state is being recovered"},
            daemon.stopping() ? Check{"stop", Well::No, "the daemon is stopping"}
                              : Check{"stop", Well::Yes, {}},
            spool_of(daemon),
            admission_of(state),
            pauses_of(daemon.store()),
            commits_of(daemon)};
}

bool all_well(const std::vector<Check>& checks) {
    return std::ranges::all_of(checks, [](const Check& each) { return each.well == Well::Yes; });
}

std::string text_of(const std::vector<Check>& checks) {
    std::string text;
    for (const Check& each : checks) {
        text += each.well == Well::Yes ? "[+] " : "[-] ";
        text += each.name;
        if (!each.words.empty()) text += ": " + one_line(each.words);
        text += '\n';
    }
    return text;
}

}  // namespace permitd
