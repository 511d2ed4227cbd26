// The lifecycle tables: sound as data, and what they say where it matters most.
#include "edi/lifecycle.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using S = edi::ApplicationState;
using E = edi::ApplicationEvent;
using M = edi::MessageState;

constexpr S states[] = {S::None,        S::Draft,    S::Submitted, S::TransferFailed,
                        S::UnderReview, S::Returned, S::Approved,  S::Disapproved};
constexpr E events[] = {E::Save,
                        E::Submit,
                        E::Copy,
                        E::Attach,
                        E::Delete,
                        E::Withdraw,
                        E::Acknowledged,
                        E::Refused,
                        E::GivenUp,
                        E::ReviewReturned,
                        E::ReviewApproved,
                        E::ReviewDisapproved,
                        E::WithdrawalConfirmed};

using R = edi::RegistrationState;
using T = edi::RegistrationEvent;

constexpr R registration_states[] = {R::None,        R::Draft,    R::Submitted, R::TransferFailed,
                                     R::UnderReview, R::Returned, R::Registered};
constexpr T registration_events[] = {T::Save,         T::Submit,  T::Bind,          T::Delete,
                                     T::Acknowledged, T::Refused, T::GivenUp,       T::Approved,
                                     T::Returned,     T::Bound,   T::BindingRefused};

TEST(ApplicationTable, NamesEachStateAndEventOnce) {
    std::set<std::pair<S, E>> pairs;
    for (const edi::ApplicationRow& row : edi::application_rows()) {
        EXPECT_TRUE(pairs.insert({row.from, row.event}).second)
            << edi::code_of(row.from) << ", " << edi::code_of(row.event);
        EXPECT_EQ(edi::next(row.from, row.event), row.to);
    }
    for (const S from : states)
        for (const E event : events)
            EXPECT_EQ(edi::next(from, event).has_value(), pairs.contains({from, event}));
}

TEST(ApplicationTable, EveryEventHasARowAndEveryStateIsReachable) {
    for (const E event : events) {
        bool known = false;
        for (const edi::ApplicationRow& row : edi::application_rows()) known |= row.event == event;
        EXPECT_TRUE(known) << edi::code_of(event);
    }
    std::set<S> reached{S::None};
    for (std::size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const edi::ApplicationRow& row : edi::application_rows())
            if (reached.contains(row.from)) reached.insert(row.to);
    }
    EXPECT_EQ(reached.size(), std::size(states));
}

// What an enterprise may do where; everything else is FLOW-STATE (the state table of applications).
TEST(ApplicationTable, AnEnterpriseSavesAndSubmitsOnlyWhatIsInItsHands) {
    const std::set<S> in_hand{S::None, S::Draft, S::TransferFailed, S::Returned};
    for (const S from : states)
        for (const E event : {E::Save, E::Submit}) {
            const auto to = edi::next(from, event);
            ASSERT_EQ(to.has_value(), in_hand.contains(from)) << edi::code_of(from);
            if (to) {
                EXPECT_EQ(*to, event == E::Save ? S::Draft : S::Submitted);
            }
        }
}

TEST(ApplicationTable, AnEnterpriseChangesTheRestOnlyWhereItMay) {
    const std::set<S> in_hand{S::Draft, S::TransferFailed, S::Returned};
    for (const S from : states) {
        const bool held = in_hand.contains(from);
        EXPECT_EQ(edi::next(from, E::Attach), held ? std::optional{from} : std::nullopt);
        EXPECT_EQ(edi::next(from, E::Delete), held ? std::optional{S::None} : std::nullopt);
        EXPECT_EQ(edi::next(from, E::Copy),
                  from == S::None ? std::optional{S::Draft} : std::nullopt);
        // It stays with the ministry until the ministry has let it go.
        EXPECT_EQ(edi::next(from, E::Withdraw),
                  from == S::UnderReview ? std::optional{from} : std::nullopt);
    }
}

// Results are facts: whatever state a known application is in, the ministry's decision stands.
TEST(ApplicationTable, ADecisionOfTheMinistryStandsFromEveryState) {
    for (const S from : states) {
        if (from == S::None) continue;  // not known: the result waits as UNCLAIMED
        EXPECT_EQ(edi::next(from, E::ReviewReturned), S::Returned) << edi::code_of(from);
        EXPECT_EQ(edi::next(from, E::ReviewApproved), S::Approved) << edi::code_of(from);
        EXPECT_EQ(edi::next(from, E::ReviewDisapproved), S::Disapproved) << edi::code_of(from);
        EXPECT_EQ(edi::next(from, E::WithdrawalConfirmed), S::Draft) << edi::code_of(from);
    }
}

// An acknowledgement that comes late moves nothing back that a result has decided.
TEST(ApplicationTable, AnAcknowledgementLeadsToReviewAndNeverBack) {
    EXPECT_EQ(edi::next(S::Submitted, E::Acknowledged), S::UnderReview);
    EXPECT_EQ(edi::next(S::TransferFailed, E::Acknowledged), S::UnderReview);
    for (const S decided : {S::Returned, S::Approved, S::Disapproved, S::UnderReview})
        EXPECT_FALSE(edi::next(decided, E::Acknowledged)) << edi::code_of(decided);
    for (const S other : states) {
        if (other == S::Submitted) continue;
        EXPECT_FALSE(edi::next(other, E::Refused)) << edi::code_of(other);
        EXPECT_FALSE(edi::next(other, E::GivenUp)) << edi::code_of(other);
    }
}

TEST(RegistrationTable, NamesEachStateAndEventOnceAndReachesAllOfThem) {
    std::set<std::pair<R, T>> pairs;
    std::set<T> known;
    for (const edi::RegistrationRow& row : edi::registration_rows()) {
        EXPECT_TRUE(pairs.insert({row.from, row.event}).second)
            << edi::code_of(row.from) << ", " << edi::code_of(row.event);
        EXPECT_EQ(edi::next(row.from, row.event), row.to);
        known.insert(row.event);
    }
    EXPECT_EQ(known.size(), std::size(registration_events));
    for (const R from : registration_states)
        for (const T event : registration_events)
            EXPECT_EQ(edi::next(from, event).has_value(), pairs.contains({from, event}));
    std::set<R> reached{R::None};
    for (std::size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const edi::RegistrationRow& row : edi::registration_rows())
            if (reached.contains(row.from)) reached.insert(row.to);
    }
    EXPECT_EQ(reached.size(), std::size(registration_states));
}

TEST(RegistrationTable, AnEnterpriseSendsOnlyWhatIsInItsHands) {
    const std::set<R> in_hand{R::None, R::Draft, R::TransferFailed, R::Returned};
    for (const R from : registration_states) {
        const bool held = in_hand.contains(from);
        EXPECT_EQ(edi::next(from, T::Save), held ? std::optional{R::Draft} : std::nullopt);
        EXPECT_EQ(edi::next(from, T::Submit), held ? std::optional{R::Submitted} : std::nullopt);
        EXPECT_EQ(edi::next(from, T::Bind), held ? std::optional{R::Submitted} : std::nullopt);
        const bool may_go = from == R::Draft || from == R::Returned;
        EXPECT_EQ(edi::next(from, T::Delete), may_go ? std::optional{R::None} : std::nullopt);
    }
}

// The ministry's word stands from every state, except that nothing is sent back that was not known.
TEST(RegistrationTable, AnAccountOfTheMinistryStandsFromEveryState) {
    for (const R from : registration_states) {
        EXPECT_EQ(edi::next(from, T::Approved), R::Registered) << edi::code_of(from);
        EXPECT_EQ(edi::next(from, T::Bound), R::Registered) << edi::code_of(from);
        EXPECT_EQ(edi::next(from, T::Returned),
                  from == R::None ? std::nullopt : std::optional{R::Returned});
        if (from == R::Submitted) continue;
        EXPECT_FALSE(edi::next(from, T::Refused)) << edi::code_of(from);
        EXPECT_FALSE(edi::next(from, T::GivenUp)) << edi::code_of(from);
    }
    // A refused binding takes no account away, and throws no draft back that is being written.
    EXPECT_FALSE(edi::next(R::Registered, T::BindingRefused));
    EXPECT_EQ(edi::next(R::UnderReview, T::BindingRefused), R::Returned);
    EXPECT_EQ(edi::next(R::Draft, T::BindingRefused), R::Draft);
    for (const R later : {R::UnderReview, R::Returned, R::Registered})
        EXPECT_FALSE(edi::next(later, T::Acknowledged)) << edi::code_of(later);
}

// A licence is closed once, by whoever says so first.
TEST(LicenceTable, ClosesOnceAndForEver) {
    using L = edi::LicenceState;
    using V = edi::LicenceEvent;
    EXPECT_EQ(edi::licence_rows().size(), 3u);
    EXPECT_EQ(edi::next(L::Valid, V::Exhausted), L::Exhausted);
    EXPECT_EQ(edi::next(L::Valid, V::Expired), L::Expired);
    EXPECT_EQ(edi::next(L::Valid, V::Cancelled), L::Cancelled);
    for (const L closed : {L::Exhausted, L::Expired, L::Cancelled})
        for (const V event : {V::Exhausted, V::Expired, V::Cancelled})
            EXPECT_FALSE(edi::next(closed, event));
}

// P3 as a table: from IN_DOUBT nothing leads straight to SENDING, and what may have arrived is
// never given up by a clock.
TEST(MessageTable, DoubtIsResolvedBeforeAnythingIsSentAgain) {
    std::set<M> reached{M::Waiting};
    for (std::size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const edi::MessageRow& row : edi::message_rows())
            if (reached.contains(row.from)) reached.insert(row.to);
    }
    EXPECT_EQ(reached, (std::set<M>{M::Waiting, M::Sending, M::InDoubt, M::Acknowledged, M::Held,
                                    M::Settled}));
    std::set<std::pair<M, std::string>> pairs;
    for (const edi::MessageRow& row : edi::message_rows()) {
        EXPECT_TRUE(pairs.insert({row.from, row.event}).second) << row.event;
        EXPECT_NE(row.from, M::Settled) << "settled is settled: " << row.event;
        EXPECT_NE(row.from, M::Rejected) << row.event;
        EXPECT_FALSE(row.to == M::Sending && row.from != M::Waiting) << row.event;
        const bool doubted = row.from == M::InDoubt || row.from == M::Held;
        // A hold gives back the state that it found.
        const std::string_view event = row.event;
        EXPECT_FALSE(doubted && row.to == M::Waiting && event != "404 twice, commit_lag apart" &&
                     event != "released by an operator, was WAITING");
        const bool by_clock =
            std::string_view{row.event}.find("lifetime") != std::string_view::npos;
        EXPECT_FALSE(by_clock && row.from == M::InDoubt && row.to != M::Held) << row.event;
    }
}

TEST(Events, EachHasAName) {
    std::set<std::string> names;
    for (const E event : events) names.insert(edi::code_of(event));
    EXPECT_EQ(names.size(), std::size(events));
    names.clear();
    for (const T event : registration_events) names.insert(edi::code_of(event));
    EXPECT_EQ(names.size(), std::size(registration_events));
    names.clear();
    for (const R state : registration_states) {
        names.insert(edi::code_of(state));
        names.insert(edi::chinese_of(state));
    }
    EXPECT_EQ(names.size(), 2 * std::size(registration_states));
}

}  // namespace
