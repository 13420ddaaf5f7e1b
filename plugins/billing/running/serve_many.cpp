// Charges of many accounts: their methods looked up together, their answers recorded together.
#include "provider_calls.hpp"

#include <algorithm>
#include <map>

namespace whatsflow::billing {
namespace {

constexpr std::size_t kAnswersAtOnce = 64;
constexpr std::chrono::milliseconds kLongestUnsaved{250};
/// Well before the claims of these accounts run out. Who is not asked by then is asked by the
/// scheduler, under the same key.
constexpr std::chrono::minutes kLongestRound{3};

std::string marks(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

bool is_one_charge(const Changes& changes) {
    return changes.charges.size() == 1 && changes.refunds.empty() && changes.questions.empty();
}

}  // namespace

sdk::Result<std::map<std::string, ProviderCalls::Method>> ProviderCalls::methods_of(
    const sdk::CallContext& all, const std::vector<const Step*>& steps) {
    sdk::DbValues tenants;
    for (const auto* step : steps) tenants.emplace_back(step->account.profile.tenant.text());
    const auto rows = host_.database().query(
        all,
        "SELECT tenant_id, id, provider, token, customer, kind FROM billing_methods WHERE tenant_id IN (" +
            marks(tenants.size()) + ") ORDER BY tenant_id, is_default DESC, id DESC",
        tenants);
    if (!rows) return rows.error();
    std::map<std::string, bool> charges_methods;
    std::map<std::string, Method> found;
    for (const auto& row : *rows) {
        const auto& provider = row.text("provider");
        if (found.contains(row.text("tenant_id"))) continue;
        const auto asked = charges_methods.find(provider);
        const bool can = asked != charges_methods.end() ? asked->second : can_charge_methods(provider);
        charges_methods[provider] = can;
        if (can)
            found[row.text("tenant_id")] = {row.text("id"), provider, row.text("token"), row.text("customer"),
                                            row.text("kind")};
    }
    return found;
}

sdk::Result<void> ProviderCalls::note_providers(const sdk::CallContext& all, const std::vector<Planned>& planned) {
    std::string providers, methods;
    sdk::DbValues first, second, ids;
    for (const auto& each : planned) {
        const auto& payment = each.step->changes.charges.front().payment.text();
        providers += " WHEN ? THEN ?";
        methods += " WHEN ? THEN ?";
        first.insert(first.end(), {payment, each.method.provider});
        second.insert(second.end(), {payment, each.method.id});
        ids.emplace_back(payment);
    }
    sdk::DbValues values = first;
    values.insert(values.end(), second.begin(), second.end());
    values.insert(values.end(), ids.begin(), ids.end());
    const auto done = host_.database().execute(all,
                                               "UPDATE billing_payments SET provider = CASE id" + providers +
                                                   " END, method_id = CASE id" + methods +
                                                   " END, on_page = 0 WHERE id IN (" + marks(ids.size()) + ")",
                                               values);
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> ProviderCalls::record_answers(const sdk::CallContext& context, std::vector<Answered>& answers,
                                                std::map<std::string, std::optional<sdk::Instant>>& next_due) {
    std::vector<TenantId> tenants;
    std::map<std::string, const ChargeAnswered*> by_tenant;
    for (const auto& each : answers) {
        tenants.push_back(each.tenant);
        by_tenant[each.tenant.text()] = &each.answer;
    }
    auto steps = transitions_.run_many(context, tenants, [&](Account& account, const Surroundings& around) {
        Request request;
        request.command = *by_tenant.at(account.profile.tenant.text());
        return apply(account, request, around);
    });
    if (steps)
        for (auto& step : *steps) {
            const TenantId tenant = step.account.profile.tenant;
            by_tenant.erase(tenant.text());
            next_due[tenant.text()] = step.next_due;
            if (step.changes.charges.empty() && step.changes.refunds.empty() && step.changes.questions.empty())
                continue;
            Outcome outcome;
            outcome.account = std::move(step.account);
            if (auto done = serve(context, tenant, step.changes, {}, outcome); !done) return done;
            next_due.erase(tenant.text());
        }
    // Alone, those that would not go with the others.
    for (const auto& [tenant, answered] : by_tenant) {
        auto step = answer(context, TenantId{tenant}, *answered);
        if (!step) return step.error();
        next_due[tenant] = step->next_due;
    }
    answers.clear();
    return sdk::ok();
}

sdk::Result<std::map<std::string, std::optional<sdk::Instant>>> ProviderCalls::serve_many(
    const sdk::CallContext& context, const std::vector<Step>& steps) {
    const auto all = sdk::across_tenants(context, "billing.serve_many_accounts");
    std::map<std::string, std::optional<sdk::Instant>> next_due;
    std::vector<const Step*> charged;
    for (const auto& step : steps) {
        next_due[step.account.profile.tenant.text()] = step.next_due;
        if (is_one_charge(step.changes)) charged.push_back(&step);
    }
    std::vector<Planned> planned;
    if (!charged.empty()) {
        const auto methods = methods_of(all, charged);
        if (!methods) return methods.error();
        for (const auto* step : charged)
            if (const auto method = methods->find(step->account.profile.tenant.text()); method != methods->end())
                planned.push_back({step, method->second});
    }
    if (!planned.empty())
        if (auto done = note_providers(all, planned); !done) return done.error();
    std::vector<Answered> answers;
    const auto begun = std::chrono::steady_clock::now();
    auto saved_at = begun;
    for (const auto& each : planned) {
        if (std::chrono::steady_clock::now() - begun > kLongestRound || context.expired()) break;
        const auto& wanted = each.step->changes.charges.front();
        const auto& account = each.step->account;
        const auto own = sdk::on_behalf_of(context, account.profile.tenant);
        answers.push_back(
            {account.profile.tenant, charge_planned(own, wanted, *account.find_invoice(wanted.invoice), each.method)});
        const auto now = std::chrono::steady_clock::now();
        if (answers.size() < kAnswersAtOnce && now - saved_at < kLongestUnsaved) continue;
        if (auto done = record_answers(context, answers, next_due); !done) return done.error();
        saved_at = std::chrono::steady_clock::now();
    }
    if (!answers.empty())
        if (auto done = record_answers(context, answers, next_due); !done) return done.error();
    // What is more than one charge, or has nothing to be charged to, is served alone.
    for (const auto& step : steps) {
        const auto& changes = step.changes;
        if (changes.charges.empty() && changes.refunds.empty() && changes.questions.empty()) continue;
        if (std::ranges::any_of(planned, [&](const Planned& each) { return each.step == &step; })) continue;
        Outcome outcome;
        outcome.account = step.account;
        if (auto done = serve(context, step.account.profile.tenant, changes, {}, outcome); !done) return done.error();
        next_due.erase(step.account.profile.tenant.text());
    }
    return next_due;
}

}  // namespace whatsflow::billing
