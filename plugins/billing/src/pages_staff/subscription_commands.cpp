#include "subscription_commands.hpp"

namespace whatsflow::billing::staff {

namespace {

std::optional<When> when_in(const sdk::Fields& form) {
    const auto text = form.get("when");
    if (text == "now") return When::now;
    if (text == "period_end") return When::period_end;
    return std::nullopt;
}

sdk::Result<Command> plan_change(const sdk::Fields& form, const Account& account) {
    ChangePlan change;
    change.plan = form.get("plan");
    const auto interval = read_interval(form.get("interval"));
    if (change.plan.empty() || !interval) return bad_input("Choose a plan and an interval.");
    change.interval = *interval;
    change.when = when_in(form).value_or(When::automatic);
    if (const auto text = form.get("amount"); !text.empty()) {
        change.amount = read_money(text, account.profile.currency);
        if (!change.amount) return bad_input("Write the price as a number, such as 29.00.");
    }
    return Command{change};
}

sdk::Result<Command> own_price(const sdk::Fields& form, const Account& account) {
    const auto* live = account.live_subscription();
    if (live == nullptr) return sdk::fail("billing.not_subscribed", "This subscription is over.");
    ChangePlan change;
    change.plan = live->plan();
    change.interval = live->base().interval;
    change.when = when_in(form).value_or(When::period_end);
    change.anchor = AnchorChoice::keep;
    change.amount = read_money(form.get("amount"), account.profile.currency);
    if (!change.amount) return bad_input("Write the price as a number, such as 29.00.");
    return Command{change};
}

sdk::Result<Command> credit(const sdk::Fields& form, const Account& account) {
    const auto amount = read_money(form.get("amount"), account.profile.currency, true);
    if (!amount || *amount == 0) return bad_input("Write the credit as a number, such as 10.00.");
    GrantCredit grant;
    grant.amount = *amount;
    grant.reason = form.get("reason");
    if (const auto text = form.get("expires_on"); !text.empty()) {
        grant.expires_on = read_date(text);
        if (!grant.expires_on) return bad_input("Write the last day as 2026-12-31.");
    }
    return Command{grant};
}

sdk::Result<Command> tax_details(const sdk::Fields& form) {
    return Command{
        SetTaxDetails{form.get("country"), form.get("region"), form.get("tax_id"), form.get("business") == "on"}};
}

}  // namespace

sdk::Result<Command> command_in(const std::string& action, const sdk::Fields& form, const Account& account) {
    if (action == "change_plan") return plan_change(form, account);
    if (action == "custom_price") return own_price(form, account);
    if (action == "credit") return credit(form, account);
    if (action == "tax_details") return tax_details(form);
    if (action == "uncancel") return Command{Uncancel{}};
    if (action == "resume") return Command{Resume{}};
    if (action == "pause") return Command{Pause{when_in(form).value_or(When::period_end)}};
    if (action == "cancel") {
        Cancel cancel{when_in(form).value_or(When::period_end)};
        if (form.get("credit") == "prorate") cancel.credit = CreditChoice::prorate;
        return Command{cancel};
    }
    if (action == "extend_trial") {
        const auto days = read_count(form.get("days"), 1, 365);
        if (!days) return bad_input("Write a number of days from 1 to 365.");
        return Command{ExtendTrial{static_cast<int>(*days)}};
    }
    return sdk::fail("billing.unknown_action", "There is no such action.");
}

bool is_basic(const Command& command) {
    if (std::holds_alternative<ExtendTrial>(command) || std::holds_alternative<Uncancel>(command)) return true;
    const auto* cancel = std::get_if<Cancel>(&command);
    return cancel != nullptr && cancel->when == When::period_end && cancel->credit == CreditChoice::none;
}

const std::vector<std::string>& action_fields() {
    static const auto& all =
        *new std::vector<std::string>{"plan",       "interval", "when",   "amount", "days",     "credit",
                                      "expires_on", "country",  "region", "tax_id", "business", "reason"};
    return all;
}

}  // namespace whatsflow::billing::staff
