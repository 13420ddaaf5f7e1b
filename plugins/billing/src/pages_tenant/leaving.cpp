// Cancel with a reason and an offer to pause, think again, pause, resume.
#include "tenant_pages.hpp"

#include "core/leaving.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

TenantAnswer cancel_page(const TenantFront& front, const Standing& standing, const std::string& reason,
                         const std::string& comment, const std::string& objection) {
    const auto* subscription = standing.account.live_subscription();
    if (subscription == nullptr) return sdk::redirect_to("/billing");
    const auto& words = front.words;
    auto reasons = json::array();
    for (const std::string code : kReasonsToLeave)
        reasons.push_back({{"value", code},
                           {"label", words("cancel.reason_" + code)},
                           {"text", false},
                           {"selected", code == reason}});
    const bool waits =
        subscription->state != SubscriptionState::incomplete && subscription->state != SubscriptionState::paused;
    const bool can_pause = subscription->state == SubscriptionState::active && !subscription->pause_at;
    return sdk::page("billing/tenant_cancel",
                     {{"title", words("cancel.title")},
                      {"header", header_of(words("cancel.title"), {},
                                           json::array({{{"label", words("nav")}, {"link_path", "/billing"}}}))},
                      {"what_happens", waits ? words("cancel.until", {{"date", words.date(subscription->period().to)}})
                                             : words("cancel.at_once")},
                      {"already", subscription->cancel_at
                                      ? json(words("cancel.already", {{"date", words.date(*subscription->cancel_at)}}))
                                      : json(false)},
                      {"may_change", !front.impersonated()},
                      {"can_pause", can_pause && !front.impersonated()},
                      {"reasons", std::move(reasons)},
                      {"comment", comment},
                      {"objection", objection.empty() ? json(false) : json(objection)},
                      {"guards", guard_fields(standing.account)}},
                     objection.empty() ? 200 : 422);
}

/// The commands that need nothing but the guard: done, then back to the overview.
TenantAnswer simply(const TenantFront& front, Command command, const std::string& what, const char* done_word,
                    const std::string& reason = {}) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto request = guarded(front, *form, std::move(command), what);
    if (!request) return request.error();
    auto by = front.by();
    by.reason = reason;
    const auto done = front.desk.act(front.request.context, front.tenant(), *request, by, pay_with(front, ""));
    if (!done) return done.error();
    return sdk::redirect_to(std::string("/billing?done=") + done_word);
}

}  // namespace

TenantAnswer show_cancel(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    return cancel_page(front, *standing, {}, {}, {});
}

TenantAnswer confirm_cancel(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto reason = form->get("reason");
    const auto typed = form->get("comment");
    if (std::ranges::find(kReasonsToLeave, reason) == std::end(kReasonsToLeave) || typed.size() > 1000) {
        const auto standing = standing_of(front);
        if (!standing) return standing.error();
        return cancel_page(front, *standing, reason, typed.substr(0, 1000),
                           front.words(typed.size() > 1000 ? "cancel.comment_long" : "cancel.choose_reason"));
    }
    return simply(front, leave(reason), "cancel", "canceled", typed.empty() ? reason : reason + ": " + typed);
}

TenantAnswer keep_subscription(const TenantFront& front) {
    return simply(front, Uncancel{}, "keep", "kept");
}

TenantAnswer pause_subscription(const TenantFront& front) {
    return simply(front, Pause{}, "pause", "paused");
}

TenantAnswer resume_subscription(const TenantFront& front) {
    return simply(front, Resume{}, "resume", "resumed");
}

}  // namespace whatsflow::billing
