// Renewals that a provider takes by itself: who begins them, and what ends them.
#include "drafts.hpp"
#include "engine.hpp"
#include "handlers.hpp"
#include "life.hpp"

namespace whatsflow::billing {

void take_renewals_back(Transition& t, Subscription& subscription) {
    if (!subscription.provider_run) return;
    t.out.ended_runs.push_back(*std::exchange(subscription.provider_run, std::nullopt));
    // What may just have been taken is looked for soon, while the provider still knows of it.
    for (auto& payment : t.account.payments)
        if (payment.awaited && payment.unresolved()) payment.ask_at = t.now + std::chrono::minutes{5};
    t.tell("billing.renewals_taken_back/1", fields_of(t.account, subscription));
}

void handle(Transition& t, const BeginProviderRun& command) {
    auto* subscription = t.account.find_subscription(command.subscription);
    if (subscription == nullptr || !is_live(subscription->state))
        refuse("billing.not_subscribed", "The subscription that was paid for is over.");
    if (subscription->provider_run == command.run) {
        t.out.repeated = true;
        return;
    }
    if (subscription->provider_run)
        refuse("billing.run_exists", "The renewals are taken by " + subscription->provider_run->provider + " already.");
    finalise_waiting(t, subscription->id);  // what is due until now is not the provider's to take
    subscription->provider_run = command.run;
    t.tell("billing.renewals_handed_over/1", fields_of(t.account, *subscription));
}

void handle(Transition& t, const EndProviderRun& command) {
    for (auto& subscription : t.account.subscriptions) {
        const auto& run = subscription.provider_run;
        if (!run || run->provider != command.provider || run->reference != command.reference) continue;
        return take_renewals_back(t, subscription);
    }
    t.out.repeated = true;
}

std::optional<Rhythm> rhythm_after(const Account& account, const PaymentId& payment, const Surroundings& around) {
    Account copy = account;
    const auto* paid = copy.find_payment(payment);
    if (paid == nullptr) return std::nullopt;
    const auto amount = paid->amount;
    const ChargeAnswered answer{payment, ChargeResult::succeeded, std::nullopt, {}, {}};
    if (!apply(copy, {answer, {}, {}, std::nullopt, false}, around)) return std::nullopt;
    const auto* live = copy.live_subscription();
    if (live == nullptr || live->state != SubscriptionState::active || live->cancel_at || live->pause_at ||
        live->scheduled || live->next_anchor || live->base().interval.unit == IntervalUnit::day)
        return std::nullopt;
    const auto interval = live->base().interval;
    for (const auto& item : live->items)
        if (!item.ended && !(item.interval == interval)) return std::nullopt;
    const auto next = next_renewal(std::move(copy), around);
    if (!next || next->total != amount || next->credit_applied != 0) return std::nullopt;
    return Rhythm{interval, amount};
}

}  // namespace whatsflow::billing
