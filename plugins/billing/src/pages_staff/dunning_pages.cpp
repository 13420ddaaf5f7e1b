#include "dunning_pages.hpp"

#include "catalogue_kit.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kDunningPath = "/billing-config/dunning";
constexpr int kRefusalsTried = 10'000;
constexpr int kDaysTriedOn = 30;

std::string numbers_text(const std::vector<int>& numbers) {
    std::string text;
    for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
}

std::string day_text(const std::optional<int>& day) {
    return day ? std::to_string(*day) : std::string();
}

std::optional<std::optional<int>> read_step(const sdk::Fields& form, const char* name) {
    const auto text = form.get(name);
    if (text.empty()) return std::optional<int>{};
    const auto day = read_count(text, 0, 365);
    if (!day) return std::nullopt;
    return std::optional<int>{static_cast<int>(*day)};
}

sdk::Result<DunningPolicy> policy_in(const sdk::Fields& form, const DunningPolicy& newest) {
    DunningPolicy policy;
    policy.version = newest.version + 1;
    const auto retries = read_numbers(form.get("retry_days"), 1, 365);
    if (!retries) return bad_input("Write the days of the retries as 1, 3, 6, each later than the one before.");
    policy.retry_days = *retries;
    const auto limited = read_step(form, "limited_after"), suspended = read_step(form, "suspended_after"),
               canceled = read_step(form, "canceled_after");
    if (!limited || !suspended || !canceled) return bad_input("Write steps as days; empty leaves a step out.");
    policy.limited_after = *limited;
    policy.suspended_after = *suspended;
    policy.canceled_after = *canceled;
    policy.blocks_billing = form.get("blocks_billing") == "on";
    if (policy.blocks_billing && !policy.suspended_after)
        return bad_input("Billing can stop only while something is suspended: say after how many days.");
    int last = -1;
    for (const auto& step : {policy.limited_after, policy.suspended_after, policy.canceled_after}) {
        if (step && *step <= last) return bad_input("Limiting comes before suspending, and that before ending.");
        if (step) last = *step;
    }
    return policy;
}

std::string comparison(const StaffOffice& office, const std::string& locale, std::int64_t now, std::int64_t then) {
    return office.text(locale, "now_and_then", {{"now", std::to_string(now)}, {"then", std::to_string(then)}});
}

sdk::Result<sdk::Response> show_dunning(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    std::vector<json> rows;
    for (auto policy = (*catalogue)->dunning.rbegin(); policy != (*catalogue)->dunning.rend(); ++policy)
        rows.push_back(
            {{"id", ""},
             {"row_label", ""},
             {"menu", false},
             {"cells",
              {cell(std::to_string(policy->version), {{"is_number", true}}), cell(numbers_text(policy->retry_days)),
               cell(day_text(policy->limited_after), {{"is_number", true}}),
               cell(day_text(policy->suspended_after), {{"is_number", true}}),
               cell(day_text(policy->canceled_after), {{"is_number", true}}),
               cell(office.word(request.locale, policy->blocks_billing ? "yes" : "no"))}}});
    const ListShape shape{
        kDunningPath,
        "dunning",
        {"#version", "retry_days", "#limited_after", "#suspended_after", "#canceled_after", "blocks_billing"},
        {},
        false,
        "bell"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, kDunningPath);
    const auto& newest = (*catalogue)->newest_dunning_policy();
    if (request.identity->may(kCatalogueManage))
        model["forms"] = json::array({StaffForm(office, request, kDunningPath, "actions.new_dunning")
                                          .line("retry_days", numbers_text(newest.retry_days), false, "retry_days")
                                          .line("limited_after", day_text(newest.limited_after), true, "step")
                                          .line("suspended_after", day_text(newest.suspended_after), true, "step")
                                          .line("canceled_after", day_text(newest.canceled_after), true, "step")
                                          .check("blocks_billing", newest.blocks_billing)
                                          .line("reason", "", false, "reason")
                                          .model()});
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> propose_dunning(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto& newest = (*catalogue)->newest_dunning_policy();
    const auto policy = policy_in(*form, newest);
    if (!policy) return policy.error();
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto refused = office.finance.refused(over_all(request, "billing.dunning.trial"),
                                                today.plus_days(-kDaysTriedOn), today.plus_days(1), kRefusalsTried);
    if (!refused) return refused.error();
    const auto now = tried_on(newest, *refused, today), then = tried_on(*policy, *refused, today);
    const auto& locale = request.locale;
    const auto said = [&](const char* key) { return office.text(locale, key); };
    const auto compared = [&](std::int64_t before, std::int64_t after) {
        return comparison(office, locale, before, after);
    };
    Proposal proposal{said("actions.new_dunning"), said("dunning_title"),  kDunningPath, kDunningPath,
                      CatalogueEntry{newest},      CatalogueEntry{*policy}};
    proposal.consequences = {{said("effect"), said("effect_of_dunning")},
                             {said("tried_on"), std::to_string(now.invoices)},
                             {said("would_retry"), compared(now.retries, then.retries)},
                             {said("would_limit"), compared(now.limited, then.limited)},
                             {said("would_suspend"), compared(now.suspended, then.suspended)},
                             {said("would_cancel"), compared(now.canceled, then.canceled)},
                             {said("would_lose"), compared(now.too_late, then.too_late)}};
    return propose(office, request, *form, proposal);
}

}  // namespace

sdk::Result<void> register_dunning_pages(const StaffOffice& office) {
    return StaffRoutes(office)
        .get(kDunningPath, kCatalogueRead, "What happens when a payment is refused", &show_dunning)
        .post(kDunningPath, kCatalogueManage, "Tries and publishes a dunning policy", &propose_dunning)
        .done();
}

}  // namespace whatsflow::billing::staff
