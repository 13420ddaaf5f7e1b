/// \file
/// One function per command: each raises `Refusal` or changes the account. Inside the core only.
#pragma once

#include "transition.hpp"

namespace whatsflow::billing {

void handle(Transition& t, const Subscribe& command);
void handle(Transition& t, const ChangePlan& command);
void handle(Transition& t, const AddAddOn& command);
void handle(Transition& t, const RemoveAddOn& command);
void handle(Transition& t, const SetQuantity& command);
void handle(Transition& t, const Pause& command);
void handle(Transition& t, const Resume& command);
void handle(Transition& t, const Cancel& command);
void handle(Transition& t, const Uncancel& command);
void handle(Transition& t, const ExtendTrial& command);
void handle(Transition& t, const SetBillingDay& command);
void handle(Transition& t, const SetTimeZone& command);
void handle(Transition& t, const SetTaxDetails& command);
void handle(Transition& t, const RedeemCoupon& command);
void handle(Transition& t, const GrantCredit& command);
void handle(Transition& t, const ReportUsage& command);
void handle(Transition& t, const ReserveUsage& command);
void handle(Transition& t, const ReleaseUsage& command);
void handle(Transition& t, const Pay& command);
void handle(Transition& t, const MarkPaid& command);
void handle(Transition& t, const Refund& command);
void handle(Transition& t, const Chargeback& command);
void handle(Transition& t, const ReverseChargeback& command);
void handle(Transition& t, const VoidInvoice& command);
void handle(Transition& t, const WriteOff& command);
void handle(Transition& t, const ChargeAnswered& command);
void handle(Transition& t, const Notice& command);
void handle(Transition& t, const ExtendDunning& command);
void handle(Transition& t, const MoveToPlanVersion& command);
void handle(Transition& t, const KeepAddOn& command);
void handle(Transition& t, const HaveAddOns& command);
void handle(Transition& t, const BeginProviderRun& command);
void handle(Transition& t, const EndProviderRun& command);
void handle(Transition& t, const FinaliseDraft& command);
void handle(Transition& t, const AdjustDraft& command);
void handle(Transition& t, const DropAdjustment& command);

/// A live subscription that takes changes now, without another change waiting for its payment.
Subscription& changeable(Transition& t);
/// Checks a coupon and redeems it. `plan` is what it would be used on; empty = not known yet.
void redeem_coupon(Transition& t, const std::string& code, const std::string& plan);
/// The base as `plan` from `t.date` on, and its add-ons priced for the new interval.
Subscription with_plan(Transition& t, const Subscription& subscription, const ChangePlan& command);
/// The anchor of somebody who begins on `t.date`.
Anchor first_anchor(const Transition& t, const Interval& interval);
void resume_now(Transition& t, const Subscription& subscription);

/// What waits for this item's next period: another price, fewer of it.
void take_what_waits(Transition& t, SubscriptionItem& item);
/// What the item costs in the periods to come, as far as it is known.
Amount coming_price(const Transition& t, const SubscriptionItem& item);

/// Makes the counter of a meter in today's period, if there is none.
void count_from_now(Transition& t, const std::string& meter);
/// What is held of time-weighted meters is counted in each period, also when nobody speaks of it.
void count_what_is_held(Transition& t);

}  // namespace whatsflow::billing
