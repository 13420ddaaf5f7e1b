/// \file
/// For E1 to E32 of the billing model, each by name: a story to begin with, and an account to go on with
/// by hand. What the engine cannot see (a host's clock, another process) is tested by what it hands to
/// those who can.
#pragma once

#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace whatsflow::billing::scenario {

inline const std::string kMonthly = R"({"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month"})";

inline std::string story(const std::string& rest) {
    return "[" + kMonthly + (rest.empty() ? "" : ",") + rest + "]";
}

class EdgeIds final : public IdSource {
public:
    std::string make() override { return "e" + std::to_string(++count_); }

private:
    int count_ = 0;
};

/// An account as a story left it, to go on with by hand.
struct Left {
    explicit Left(const std::string& steps, const std::string& account_keys = "{}")
        : outcomes(told(steps, account_keys)) {}

    Surroundings at(const std::string& moment) {
        const auto day = *read_date(moment.substr(0, 10));
        return {outcomes.catalogue, start_of_day(day, outcomes.account.profile.time_zone), ids};
    }
    sdk::Result<Changes> send(const Command& command, const std::string& moment) {
        return apply(outcomes.account, {command, {}, {}, std::nullopt, false}, at(moment));
    }
    Account& account() { return outcomes.account; }
    Subscription& subscription() { return outcomes.account.subscriptions.back(); }
    const Invoice& last_invoice() { return outcomes.account.invoices.back(); }

    Outcomes outcomes;
    EdgeIds ids;
};

/// Charges that the changes ask for are answered with success.
inline void pay_all(Left& left, const Changes& changes, const std::string& moment) {
    for (const auto& charge : changes.charges)
        ASSERT_TRUE(left.send(ChargeAnswered{charge.payment, ChargeResult::succeeded, {}, {}, {}}, moment));
}

inline const Interval kMonth{IntervalUnit::month, 1};

inline std::vector<std::string> period_starts(const Outcomes& outcomes) {
    std::vector<std::string> starts;
    for (const auto& invoice : outcomes.account.invoices) starts.push_back(invoice.lines.front().span.from.text());
    return starts;
}

}  // namespace whatsflow::billing::scenario
