#include "transitions.hpp"

#include "fresh_ids.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::billing {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};

std::string action_of(const Changes& changes) {
    return changes.events.empty() ? "billing.changed"
                                  : changes.events.front().type.substr(0, changes.events.front().type.find('/'));
}

/// Replaces the assumed next number by the locked one. True when they differ.
sdk::Result<bool> lock_number(sdk::Transaction& tx, const sdk::CallContext& context, const store::Series& series,
                              NumberSeries& assumed, std::int64_t now_next) {
    if (now_next == assumed.next) return false;
    const auto next = store::lock_series(tx, context, series);
    if (!next) return next.error();
    const bool differs = *next != assumed.next;
    assumed.next = *next;
    return differs;
}

}  // namespace

store::Wanted wanted_by(const Request& request, store::Wanted wanted) {
    if (!request.key.empty()) wanted.key = request.key;
    std::visit(Overloaded{[&](const Pay& c) {
                              if (c.invoice) wanted.invoices.push_back(*c.invoice);
                          },
                          [&](const ReportUsage& c) {
                              if (!c.event_id.empty()) wanted.usage.push_back(c.event_id);
                              if (!c.value.empty()) wanted.values.push_back(c.value);
                              if (!c.at) return;
                              const auto day = local_date(*c.at, "UTC").plus_days(-1);
                              wanted.usage_since = wanted.usage_since ? std::min(*wanted.usage_since, day) : day;
                          },
                          [&](const ChargeAnswered& c) { wanted.payments.push_back(c.payment); },
                          [&](const auto& c) {
                              if constexpr (requires { InvoiceId{c.invoice}; }) wanted.invoices.push_back(c.invoice);
                          }},
               request.command);
    return wanted;
}

sdk::Result<void> Transitions::open(const sdk::CallContext& context, const TenantId& tenant) {
    Profile profile;
    profile.tenant = tenant;
    profile.currency = "USD";
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    const auto found = directory.call(&sdk::Directory::tenant, context, tenant);
    if (!found) return found.error();
    if (!*found) return sdk::fail("billing.no_tenant", "There is no tenant " + tenant.text() + ".");
    if ((*found)->currency == "LKR") profile.currency = "LKR";
    if (check_time_zone((*found)->time_zone)) profile.time_zone = (*found)->time_zone;
    profile.tax.country = (*found)->country;
    auto account = open_account(profile);
    if (!account) return account.error();
    auto done = store::add(host_.database(), context, *account, host_.clock().now());
    if (!done && done.error().code == "database.duplicate") return sdk::ok();
    return done;
}

sdk::Result<store::Loaded> Transitions::look(const sdk::CallContext& context, const TenantId& tenant,
                                             const store::Wanted& wanted) {
    const auto own = sdk::on_behalf_of(context, tenant);
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto found = store::load(host_.database(), own, wanted, numbering_, host_.clock().now(), {}, false);
        if (!found) return found.error();
        if (*found) return **std::move(found);
        if (auto done = open(own, tenant); !done) return done.error();
    }
    return sdk::fail("billing.no_tenant", "The account could not be opened.");
}

sdk::Result<Step> Transitions::run(const sdk::CallContext& context, const TenantId& tenant, const store::Wanted& wanted,
                                   const By& by, const Work& work, std::optional<sdk::Instant> at, const Also& also) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto catalogue = catalogue_.get(own);
    if (!catalogue) return catalogue.error();
    FreshIds ids;
    KnownTaxes taxes;
    auto* const known = taxes_.asks() ? &taxes : nullptr;
    Step step;
    bool missing = false;
    const auto attempt = [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto found = store::load(tx, own, wanted, numbering_, host_.clock().now(), at, true);
        if (!found) return found.error();
        missing = !*found;
        if (missing) return sdk::fail("billing.no_account", "Not opened yet.");
        auto& loaded = **found;
        step.now = loaded.now;
        const Surroundings around{**catalogue, step.now, ids, known, grace_days_};
        auto next = loaded.account;
        auto changes = work(next, around);
        if (!changes) return changes.error();
        auto& assumed = loaded.account.profile;
        const auto invoices =
            lock_number(tx, own, loaded.series.invoice, assumed.invoice_numbers, next.profile.invoice_numbers.next);
        if (!invoices) return invoices.error();
        const auto notes = lock_number(tx, own, loaded.series.credit_note, assumed.credit_note_numbers,
                                       next.profile.credit_note_numbers.next);
        if (!notes) return notes.error();
        if (*invoices || *notes) {
            next = loaded.account;
            changes = work(next, around);
            if (!changes) return changes.error();
        }
        step.changes = *std::move(changes);
        const auto due = next_due(next, **catalogue);
        step.next_due = due ? std::optional(due->at) : std::nullopt;
        step.account = std::move(next);
        if (step.changes.repeated || step.changes.empty()) return sdk::ok();
        if (auto done =
                store::save(host_, tx, own, loaded, step.account, step.changes, **catalogue, step.next_due, step.now);
            !done)
            return done;
        if (also)
            if (auto done = also(tx, own, step); !done) return done;
        if (by.actor.kind.empty()) return sdk::ok();
        sdk::AuditEntry entry{.action = action_of(step.changes),
                              .subject = {"tenant", tenant.text()},
                              .tenant = tenant,
                              .reason = by.reason};
        entry.after = nlohmann::json::object();
        for (const auto& event : step.changes.events) entry.after[event.type] = event.fields;
        return host_.audit().append(tx, own, by.actor, entry);
    };
    for (int tries = 0, asked = 0;; ++tries) {
        auto done = host_.database().transaction(own, attempt);
        if (done) {
            if (listener_ && !step.changes.empty()) listener_(tenant);
            return step;
        }
        if (missing && tries < 3) {
            missing = false;
            if (auto opened = open(own, tenant); !opened) return opened.error();
            continue;
        }
        if (taxes.wants() && asked++ < TaxDesk::kMostRounds) {
            if (auto learned = taxes_.learn(own, **catalogue, taxes); !learned) return learned.error();
            --tries;
            continue;
        }
        const auto& code = done.error().code;
        if ((code == "billing.raced" || code == "database.busy") && tries < 8) continue;
        return done.error();
    }
}

}  // namespace whatsflow::billing
