// Auditor: what must hold after every journey, whatever it was about: every receipt is valid,
// numbered and archived, every file that was left has one outcome, the boxes hold the originals.
//
// Written from the contract (messages.md 1 and 5, the spool's page) and not from the code: kinds,
// stages, names and places are spelled out here once more.
// Threads: one. Throws: nothing; what does not hold is a test failure.
#pragma once

#include "journeys/player.hpp"

namespace journeys {

// `name`: of the journey's mailbox; `waiting`: ids of messages without an outcome yet; `standing`:
// files that are still in the OutBox; `forgotten`: ids of messages that a restored state forgot.
struct Audit {
    std::string mailbox;
    Texts waiting;
    Texts standing;
    Texts forgotten = {};
};
void audit(const Player& player, World& world, const Audit& audit, const std::vector<Found>& found);

// P5: all that the archive of a mailbox holds is in its signed ledger, from the first receipt on.
// Originals that are not answered yet need not be.
void audit_ledger(const World& world, const std::string& mailbox);

// What permitd keeps of a file: the document in it, without its secrets; empty when it can keep
// nothing.
std::string kept_of(const Left& left);

// A `duplicate` names every receipt that the message had been given by then: of its first arrival,
// and of those by which an undelivered one went on. `found`: of all mailboxes, by number.
void audit_duplicates(const std::vector<Found>& found);

}  // namespace journeys
