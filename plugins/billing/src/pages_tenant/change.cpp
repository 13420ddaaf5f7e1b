// What a change of plan costs, and the change itself: one command for both.
#include "change_frame.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// What was asked for in the address or the form.
struct WantedPlan {
    std::string plan;
    std::optional<Interval> interval;
    std::string coupon;

    explicit WantedPlan(const sdk::Fields& fields)
        : plan(tidy_code(fields.get("plan"))),
          interval(read_interval(fields.get("interval", "month"))),
          coupon(tidy_code(fields.get("coupon"))) {}

    bool sold(const Catalogue& catalogue, const std::string& currency) const {
        const auto* found = catalogue.find_plan(plan);
        return found != nullptr && interval && find_price(found->prices, currency, *interval) != nullptr;
    }
    Command command(const Account& account) const {
        if (account.live_subscription() != nullptr) {
            ChangePlan change;
            change.plan = plan;
            change.interval = *interval;
            return change;
        }
        Subscribe subscribe;
        subscribe.plan = plan;
        subscribe.interval = *interval;
        if (!coupon.empty()) subscribe.coupon = coupon;
        return subscribe;
    }
};

std::string when_text(const TenantFront& front, const Standing& standing, const Preview& shown) {
    const auto& words = front.words;
    const auto& currency = standing.account.profile.currency;
    if (shown.due_now > 0) return words("change.now", {{"amount", words.money(shown.due_now, currency)}});
    if (shown.credit_added > 0) return words("change.credit", {{"amount", words.money(shown.credit_added, currency)}});
    return words("change.nothing_now");
}

WantedChange change_to(const TenantFront& front, const Standing& standing, const WantedPlan& wanted) {
    const auto& words = front.words;
    const auto* subscription = standing.account.live_subscription();
    const auto name = title_of(*standing.catalogue, wanted.plan);
    WantedChange change;
    change.title = words("change.title", {{"plan", name}});
    change.heading = words(subscription ? "change.title" : "change.title_new", {{"plan", name}});
    change.path = "/billing/change";
    change.back_path = "/billing/plans";
    change.back_label = words("plans.title");
    change.back_text = words("change.back");
    change.fields = {{"plan", wanted.plan}, {"interval", wanted.interval->text()}, {"coupon", wanted.coupon}};
    change.command = wanted.command(standing.account);
    change.tell = [&front, &standing, wanted](json& model, const Preview& shown) {
        const auto& said = front.words;
        const auto& account = standing.account;
        const auto* now = account.live_subscription();
        if (now != nullptr)
            model["from"] = {{"name", title_of(*standing.catalogue, now->plan())},
                             {"price", price_line(front, standing, *now)}};
        model["when"] = when_text(front, standing, shown);
        const auto* plan = standing.catalogue->find_plan(wanted.plan);
        const bool tried = now == nullptr && !account.profile.had_trial && plan != nullptr && plan->trial_days > 0;
        if (tried)
            model["trial_note"] =
                said("change.trial_note", {{"date", said.date(standing.today.plus_days(plan->trial_days))}});
        model["confirm"] = shown.due_now > 0 ? said("change.confirm_pay",
                                                    {{"amount", said.money(shown.due_now, account.profile.currency)}})
                           : tried           ? said("change.confirm_trial")
                                             : said(now == nullptr ? "change.confirm_new" : "change.confirm");
    };
    // Whoever asks for what is there already has sent the form twice, and is told what the first did.
    const bool is_first = subscription == nullptr ||
                          (subscription->plan() == wanted.plan && subscription->base().interval == *wanted.interval);
    change.next_path = [wanted, is_first](const Account& account) -> std::string {
        const auto* now = account.live_subscription();
        if (now != nullptr && now->plan() == wanted.plan && now->base().interval == *wanted.interval &&
            now->state != SubscriptionState::incomplete)
            return !is_first                                   ? "/billing?done=changed"
                   : now->state == SubscriptionState::trialing ? "/billing?done=trial"
                                                               : "/billing?done=begun";
        return now != nullptr && now->scheduled ? "/billing?done=scheduled" : "/billing?done=open";
    };
    return change;
}

}  // namespace

TenantAnswer show_change(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedPlan wanted(front.request.query);
    if (!wanted.sold(*standing->catalogue, standing->account.profile.currency)) return nothing_there();
    return preview_change(front, *standing, change_to(front, *standing, wanted));
}

TenantAnswer confirm_plan(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedPlan wanted(*form);
    if (!wanted.sold(*standing->catalogue, standing->account.profile.currency)) return nothing_there();
    return confirm_change(front, *standing, *form, change_to(front, *standing, wanted));
}

}  // namespace whatsflow::billing
