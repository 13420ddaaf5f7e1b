#include "drafts.hpp"

#include "handlers.hpp"
#include "invoicing.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

constexpr std::size_t kMostAdjustments = 20;
constexpr std::size_t kLongestReason = 200;

/// A gauge is counted on without periods: what it stood at when the period ended is known only then.
bool is_of_gauge(const Transition& t, const InvoiceLine& line) {
    const auto* meter = line.type == LineType::usage ? t.catalogue.find_meter(line.code) : nullptr;
    return meter != nullptr && meter->reset == MeterReset::never;
}

bool may_be_reported_late(const Meter& meter) {
    return meter.overage && meter.reset == MeterReset::period;
}

InvoiceLine line_of(Transition& t, const WaitingDraft& waiting, const DraftAdjustment& adjustment) {
    InvoiceLine line;
    line.id = t.make<LineId>();
    line.type = LineType::fixed;
    line.subscription = waiting.subscription;
    line.code = "adjustment";
    line.span = line.full = {waiting.day, waiting.day};
    line.unit_price = line.amount = adjustment.amount;
    line.kept_until = waiting.day;
    line.note = adjustment.reason;
    return line;
}

/// What is missing since the day of the draft, as the account stands. `t.date` is that day.
Draft lines_of(Transition& t, const WaitingDraft& waiting, const Subscription& subscription) {
    Draft draft;
    const bool goes_on = is_live(subscription.state) && subscription.state != SubscriptionState::paused;
    if (goes_on) add_recurring(t, subscription, Unwanted::credit, draft);
    add_usage(t, subscription, waiting.day, Counters::ended, draft);
    std::erase_if(draft.lines, [&](const InvoiceLine& line) { return is_of_gauge(t, line); });
    draft.lines.insert(draft.lines.end(), waiting.gauges.begin(), waiting.gauges.end());
    for (const auto& adjustment : waiting.adjustments)
        if (adjustment.amount > 0)
            draft.lines.push_back(line_of(t, waiting, adjustment));
        else
            draft.reductions.push_back({-adjustment.amount, adjustment.reason});
    return draft;
}

WaitingDraft& draft_called(Transition& t, const DraftId& id) {
    const auto found = std::ranges::find(t.account.waiting_drafts, id, &WaitingDraft::id);
    if (found == t.account.waiting_drafts.end())
        refuse("billing.unknown_draft", "This invoice is no draft any more, or there never was one.");
    return *found;
}

nlohmann::json fields_of(const Account& account, const WaitingDraft& waiting) {
    return {{"tenant", account.profile.tenant.text()},
            {"subscription", waiting.subscription.text()},
            {"draft", waiting.id.text()},
            {"final_on", waiting.finalise_on.text()}};
}

/// The charges that a reduction may take off.
Amount charges_of(Transition& t, const WaitingDraft& waiting) {
    const auto date = std::exchange(t.date, waiting.day);
    auto draft = lines_of(t, waiting, *t.account.find_subscription(waiting.subscription));
    t.date = date;
    Amount charges = 0;
    for (const auto& line : draft.lines)
        if (line.is_charge()) charges = sum(charges, line.amount);
    return charges;
}

void check_reductions(Transition& t, const WaitingDraft& waiting) {
    Amount reductions = 0;
    for (const auto& each : waiting.adjustments)
        if (each.amount < 0) reductions = sum(reductions, -each.amount);
    const auto charges = charges_of(t, waiting);
    if (reductions > charges)
        refuse("billing.adjustment_too_large", "The invoice charges " + std::to_string(charges) +
                                                   " in minor units; no more than that can be taken off it. Grant "
                                                   "credit for the rest.");
}

}  // namespace

void issue_or_wait(Transition& t, Draft draft, const Subscription& after) {
    const bool late_usage_counts = std::ranges::any_of(t.catalogue.meters, may_be_reported_late);
    // A provider that takes the renewal by itself takes it today: its money needs the invoice.
    if (t.grace_days <= 0 || after.provider_run || (draft.empty() && !late_usage_counts)) {
        finalise(t, std::move(draft), after, Force::now);
        return;
    }
    WaitingDraft waiting;
    waiting.id = t.make<DraftId>();
    waiting.subscription = after.id;
    waiting.day = t.date;
    waiting.drafted_at = t.date == t.today ? t.now : start_of_day(t.date, t.account.profile.time_zone);
    waiting.finalise_on = t.date.plus_days(t.grace_days);
    for (auto& line : draft.lines)
        if (is_of_gauge(t, line)) waiting.gauges.push_back(std::move(line));
    t.tell("billing.invoice_drafted/1", fields_of(t.account, waiting));
    t.account.waiting_drafts.push_back(std::move(waiting));
}

void finalise_waiting(Transition& t, const SubscriptionId& id) {
    const auto found = std::ranges::find(t.account.waiting_drafts, id, &WaitingDraft::subscription);
    if (found == t.account.waiting_drafts.end()) return;
    const auto waiting = std::move(*found);
    t.account.waiting_drafts.erase(found);
    const auto after = *t.account.find_subscription(waiting.subscription);
    const auto date = std::exchange(t.date, waiting.day);
    finalise(t, lines_of(t, waiting, after), after, Force::now);
    t.date = date;
}

void handle(Transition& t, const FinaliseDraft& command) {
    finalise_waiting(t, SubscriptionId{draft_called(t, command.draft).subscription});
}

void handle(Transition& t, const AdjustDraft& command) {
    auto& waiting = draft_called(t, command.draft);
    if (command.reason.empty() || command.reason.size() > kLongestReason)
        refuse("billing.reason_required", "Say why, in up to 200 characters: the customer reads it on the invoice.");
    if (command.amount == 0) refuse("billing.bad_amount", "An adjustment is more than 0, or less.");
    if (waiting.adjustments.size() >= kMostAdjustments)
        refuse("billing.too_many_adjustments", "An invoice takes 20 adjustments at most.");
    checked(command.amount < 0 ? -static_cast<Wide>(command.amount) : static_cast<Wide>(command.amount));
    waiting.adjustments.push_back({t.make<LineId>(), command.amount, command.reason});
    check_reductions(t, waiting);
    auto fields = fields_of(t.account, waiting);
    fields["amount"] = command.amount;
    t.tell("billing.draft_adjusted/1", std::move(fields));
}

void handle(Transition& t, const DropAdjustment& command) {
    auto& waiting = draft_called(t, command.draft);
    const auto found = std::ranges::find(waiting.adjustments, command.adjustment, &DraftAdjustment::id);
    if (found == waiting.adjustments.end()) refuse("billing.unknown_adjustment", "The draft has no such adjustment.");
    auto fields = fields_of(t.account, waiting);
    fields["amount"] = -found->amount;
    waiting.adjustments.erase(found);
    check_reductions(t, waiting);
    t.tell("billing.draft_adjusted/1", std::move(fields));
}

}  // namespace whatsflow::billing
