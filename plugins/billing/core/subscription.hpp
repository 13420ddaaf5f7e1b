/// \file
/// What a tenant has subscribed to: one base plan with its add-ons, and where it is in its life.
#pragma once

#include "amount.hpp"
#include "calendar.hpp"
#include "ids.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class SubscriptionState {
    incomplete,          ///< the first payment is outstanding; nothing is granted
    incomplete_expired,  ///< it never came
    trialing,
    active,
    past_due,   ///< a payment was refused; dunning runs
    suspended,  ///< dunning or a chargeback took the access
    paused,
    canceled,
};

std::string_view to_text(SubscriptionState state);
std::optional<SubscriptionState> read_subscription_state(std::string_view text);
/// Neither ended nor never begun: at most one subscription of an account is.
bool is_live(SubscriptionState state);

enum class ItemKind { base, add_on };

/// A price that is paid again and again. It has a period of its own: an add-on that is priced by
/// the month on a plan that is paid by the year renews each month.
struct SubscriptionItem {
    ItemId id;
    ItemKind kind = ItemKind::base;
    std::string code;  ///< of the plan or add-on
    Interval interval;
    std::int64_t quantity = 1;
    Amount unit_price = 0;
    int price_version = 0;                        ///< 0 with a custom price
    bool custom_price = false;                    ///< agreed with this tenant; versions do not touch it
    Span period;                                  ///< the current one
    bool ended = false;                           ///< removed; kept for the lines that name it
    std::int64_t plan_version = 0;                ///< of the plan or add-on: whose limits and features it has
    std::optional<int> next_price_version{};      ///< paid from the next period on
    std::optional<std::int64_t> next_quantity{};  ///< of an add-on, from its next period on; 0: none

    bool operator==(const SubscriptionItem&) const = default;
};

/// A change that waits for the period's end: at most one, a new request replaces it.
struct ScheduledChange {
    LocalDate effective_on;
    std::string plan;
    Interval interval;
    std::optional<bool> keep_anchor;
    std::optional<Amount> amount;

    bool operator==(const ScheduledChange&) const = default;
};

/// Renewals that a provider takes by itself, always the same amount, until it is told to stop.
struct ProviderRun {
    std::string provider;   ///< `payhere`
    std::string reference;  ///< the provider's name for it
    Amount amount = 0;      ///< of each period

    bool operator==(const ProviderRun&) const = default;
};

/// Periods that follow each other without a pause, each where the anchor and the interval say.
struct Stretch {
    LocalDate from;
    std::optional<LocalDate> to;  ///< nothing: they go on
    Anchor anchor;
    Interval interval;

    bool operator==(const Stretch&) const = default;
};

/// How far an overdue account has come: what it may still do follows from it.
enum class OverdueLevel { none, notice, limited, suspended };

std::string_view to_text(OverdueLevel level);

struct Subscription {
    SubscriptionId id;
    SubscriptionState state = SubscriptionState::incomplete;
    std::vector<SubscriptionItem> items;  ///< the first is the base
    LocalDate started_on;
    Anchor anchor;
    std::optional<Anchor> next_anchor;  ///< takes over at the end of the paid period (`set_billing_day`)
    std::optional<LocalDate> trial_end;
    std::optional<LocalDate> cancel_at;  ///< planned, or when it ended
    std::optional<LocalDate> pause_at;
    std::optional<LocalDate> resume_at;
    std::optional<ScheduledChange> scheduled;
    std::optional<sdk::Instant> incomplete_until;  ///< when an unpaid first invoice is given up
    OverdueLevel overdue = OverdueLevel::none;
    bool disputed = false;                       ///< a chargeback is open
    std::optional<ProviderRun> provider_run;     ///< who takes the renewals; nothing: we charge
    std::int64_t version = 1;                    ///< counts every change: the optimistic lock
    std::optional<LocalDate> blocked_since{};    ///< suspended by a policy that stops billing, too
    std::map<std::string, std::int64_t> held{};  ///< by time-weighted meter: it goes on from period to period
    std::vector<Stretch> stretches{};            ///< in order: where its periods since the trial were
    std::string left_because{};                  ///< why it ends or ended, where that was said: see leaving.hpp

    bool operator==(const Subscription&) const = default;

    const SubscriptionItem& base() const { return items.front(); }
    SubscriptionItem& base() { return items.front(); }
    const std::string& plan() const { return items.front().code; }
    const Span& period() const { return items.front().period; }
    SubscriptionItem* find_item(const ItemId& item);
    const SubscriptionItem* find_item(const ItemId& item) const;
    SubscriptionItem* find_add_on(const std::string& code);  ///< not ended
};

/// What the tenant may do now.
enum class Access {
    full,
    limited,    ///< no sending; data readable
    suspended,  ///< sign-in and billing pages only
    none,
};

std::string_view to_text(Access access);
Access access_of(const Subscription& subscription);

}  // namespace whatsflow::billing
