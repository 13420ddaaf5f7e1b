// POST /v1/subscription/change, its preview, and cancel, uncancel, pause, resume: what customers do on their
// pages, by the same commands.
#include "answers.hpp"
#include "body.hpp"
#include "once.hpp"

#include "core/leaving.hpp"

namespace whatsflow::billing {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostAddOns = 100'000;
const std::set<std::string> kOfAChange{"plan", "interval", "when", "quantity", "add_on"};

std::set<std::string> and_also(std::set<std::string> known, std::initializer_list<const char*> more) {
    known.insert(more.begin(), more.end());
    return known;
}

ChangePlan read_plan(Body& body, const Account& account) {
    ChangePlan change;
    change.plan = body.text("plan", true);
    const auto* live = account.live_subscription();
    const auto interval = body.has("interval") ? read_interval(body.text("interval", false))
                          : live != nullptr    ? std::optional(live->base().interval)
                                               : Interval{};
    if (interval)
        change.interval = *interval;
    else
        body.wrong("interval", "bad_value", "Give month or year.");
    const auto when = body.has("when") ? body.text("when", false) : "auto";
    if (when == "period_end")
        change.when = When::period_end;
    else if (when != "auto")
        body.wrong("when", "bad_value", "Give auto, which takes an upgrade now and the rest later, or period_end.");
    return change;
}

/// One thing at a time: another plan or interval, another quantity of it, or so many of an add-on.
Command read_change(Body& body, const Account& account) {
    const int things = body.has("add_on") ? 1 + body.has("plan") : body.has("plan") + body.has("quantity");
    if (things != 1) {
        body.wrong("plan", "required",
                   "Give one of: plan (with interval and when), quantity, or add_on with its quantity.");
        return Uncancel{};
    }
    if (!body.has("plan") && (body.has("interval") || body.has("when")))
        body.wrong(body.has("interval") ? "interval" : "when", "bad_value", "This belongs to a plan.");
    if (body.has("plan")) return read_plan(body, account);
    if (!body.has("add_on")) return SetQuantity{body.number("quantity", 1, kLargestQuantity).value_or(1)};
    const auto add_on = body.text("add_on", true);
    if (!body.has("quantity")) body.wrong("quantity", "required", "Give how many there shall be; 0 removes it.");
    return HaveAddOns{add_on, body.number("quantity", 0, kMostAddOns).value_or(0)};
}

}  // namespace

sdk::Response preview_change(Teller& desk, const sdk::Request& request) {
    Body body(request);
    if (auto refusal = body.refusal()) return *std::move(refusal);
    const auto account = desk.account(request.context, tenant_of(request));
    if (!account) return refused(account.error());
    const auto command = read_change(body, *account);
    if (auto refusal = body.refusal(kOfAChange)) return *std::move(refusal);
    const auto shown = desk.preview(request.context, tenant_of(request), {command, {}, {}, std::nullopt, false});
    if (!shown) return refused(shown.error());
    json invoices = json::array();
    for (const auto& invoice : shown->invoices) invoices.push_back(foreseen_json(invoice));
    return sdk::json({{"currency", account->profile.currency},
                      {"due_now", shown->due_now},
                      {"credit_added", shown->credit_added},
                      {"invoices", std::move(invoices)},
                      {"next_renewal", shown->next_renewal ? foreseen_json(*shown->next_renewal) : json(nullptr)},
                      {"version", account->profile.version}});
}

sdk::Response change_subscription(sdk::Host& host, Teller& desk, const sdk::Request& request) {
    Body body(request);
    if (auto refusal = body.refusal()) return *std::move(refusal);
    const auto account = desk.account(request.context, tenant_of(request));
    if (!account) return refused(account.error());
    Asked asked;
    asked.command = read_change(body, *account);
    asked.pay.provider = body.text("provider", false);
    asked.pay.locale = request.locale;
    asked.version = body.number("version", 0, std::numeric_limits<std::int64_t>::max());
    check_provider(body, desk, request, asked.pay.provider);
    if (auto refusal = body.refusal(and_also(kOfAChange, {"provider", "version"}))) return *std::move(refusal);
    if (!asked.pay.provider.empty()) asked.pay.customer = owner_of(host, request);
    asked.fingerprint = "change " + body.dump();
    return answer_once(host, desk, request, std::move(asked));
}

sdk::Response cancel_subscription(sdk::Host& host, Teller& desk, const sdk::Request& request) {
    Body body(request, true);
    if (auto refusal = body.refusal()) return *std::move(refusal);
    Asked asked;
    asked.reason = body.text("reason", false);
    asked.command = leave(asked.reason);
    const auto comment = body.text("comment", false, 1'000);
    asked.version = body.number("version", 0, std::numeric_limits<std::int64_t>::max());
    if (!asked.reason.empty() && std::ranges::find(kReasonsToLeave, asked.reason) == std::end(kReasonsToLeave))
        body.wrong("reason", "bad_value",
                   "Give too_expensive, missing_feature, not_used, other_product, trouble or other.");
    if (body.has("when") && body.text("when", false) != "period_end")
        body.wrong("when", "bad_value",
                   "A subscription ends with the period that is paid for: give period_end, or leave it out.");
    if (auto refusal = body.refusal({"reason", "comment", "when", "version"})) return *std::move(refusal);
    if (!comment.empty()) asked.reason += (asked.reason.empty() ? "" : ": ") + comment;
    asked.fingerprint = "cancel " + body.dump();
    return answer_once(host, desk, request, std::move(asked));
}

sdk::Response do_simply(sdk::Host& host, Teller& desk, const sdk::Request& request, const char* what, Command command) {
    Body body(request, true);
    if (auto refusal = body.refusal()) return *std::move(refusal);
    Asked asked;
    asked.command = std::move(command);
    asked.pay.locale = request.locale;
    asked.version = body.number("version", 0, std::numeric_limits<std::int64_t>::max());
    if (auto refusal = body.refusal({"version"})) return *std::move(refusal);
    asked.fingerprint = what + (" " + body.dump());
    return answer_once(host, desk, request, std::move(asked));
}

}  // namespace whatsflow::billing
