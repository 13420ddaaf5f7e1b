#include "teller.hpp"

#include "chosen_plans.hpp"
#include "fresh_ids.hpp"
#include "open_offers.hpp"
#include "store/entities.hpp"

#include <set>

namespace whatsflow::billing {
namespace {

constexpr int kMostRows = 200;

/// What a person does to a subscription: see take_renewals_back() of the core. Usage, credit and what
/// providers say never end a run, and are many.
bool may_end_a_run(const Request& request) {
    return std::visit(
        [](const auto& command) {
            using T = std::decay_t<decltype(command)>;
            return std::is_same_v<T, ChangePlan> || std::is_same_v<T, AddAddOn> || std::is_same_v<T, RemoveAddOn> ||
                   std::is_same_v<T, SetQuantity> || std::is_same_v<T, Pause> || std::is_same_v<T, Cancel> ||
                   std::is_same_v<T, SetBillingDay> || std::is_same_v<T, MoveToPlanVersion> ||
                   std::is_same_v<T, KeepAddOn> || std::is_same_v<T, HaveAddOns> || std::is_same_v<T, SetTaxDetails> ||
                   std::is_same_v<T, RedeemCoupon> || std::is_same_v<T, Pay>;
        },
        request.command);
}

int bounded(int limit) {
    return std::clamp(limit, 1, kMostRows);
}

}  // namespace

PaymentRow payment_row(const sdk::Row& row) {
    PaymentRow made;
    made.tenant = TenantId{row.text("tenant_id")};
    made.id = PaymentId{row.text("id")};
    made.kind = read_payment_kind(row.text("kind")).value_or(PaymentKind::charge);
    made.status = read_payment_status(row.text("status")).value_or(PaymentStatus::unknown);
    made.invoice = InvoiceId{row.text("invoice_id")};
    made.invoice_number = row.maybe_text("number").value_or("");
    made.currency = row.maybe_text("currency").value_or("");
    made.amount = row.integer("amount");
    made.started_at = row.instant("started_at");
    made.provider = row.text("provider");
    made.reference = row.text("reference");
    made.code = row.text("code");
    made.hard = row.boolean("hard");
    return made;
}

InvoiceRow invoice_row(const sdk::Row& row) {
    InvoiceRow made;
    made.tenant = TenantId{row.text("tenant_id")};
    made.id = InvoiceId{row.text("id")};
    made.number = row.text("number");
    made.state = read_invoice_state(row.text("state")).value_or(InvoiceState::open);
    made.currency = row.text("currency");
    made.issued_on = {static_cast<std::int32_t>(row.integer("issued_on"))};
    made.due_on = {static_cast<std::int32_t>(row.integer("due_on"))};
    made.total = row.integer("total");
    made.amount_paid = row.integer("amount_paid");
    made.amount_due = row.integer("amount_due");
    return made;
}

sdk::Result<std::shared_ptr<const Catalogue>> Teller::catalogue(const sdk::CallContext& context) {
    return transitions_.catalogue().get(context);
}

sdk::Result<sdk::Instant> Teller::now(const sdk::CallContext& context, const TenantId& tenant) {
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    return found->test_now.value_or(host_.clock().now());
}

sdk::Result<Account> Teller::account(const sdk::CallContext& context, const TenantId& tenant) {
    auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    return std::move(found->account);
}

sdk::Result<void> Teller::check_coupons(const TenantId& tenant, const Request& request) const {
    const auto* subscribe = std::get_if<Subscribe>(&request.command);
    const bool takes_one =
        std::holds_alternative<RedeemCoupon>(request.command) || (subscribe != nullptr && subscribe->coupon);
    if (!takes_one || is_open(host_, kCouponsFlag, tenant)) return sdk::ok();
    return sdk::fail("billing.coupons_closed", "Coupons are not taken at the moment.");
}

sdk::Result<Preview> Teller::preview(const sdk::CallContext& context, const TenantId& tenant, const Request& request) {
    if (auto taken = check_coupons(tenant, request); !taken) return taken.error();
    const auto found = transitions_.look(context, tenant, wanted_by(request));
    if (!found) return found.error();
    const auto sold = catalogue(context);
    if (!sold) return sold.error();
    FreshIds ids;
    const auto at = found->test_now.value_or(host_.clock().now());
    sdk::Result<Preview> shown{Preview{}};
    const auto settled = transitions_.taxes().settle(context, **sold, [&](KnownTaxes* taxes) {
        shown = billing::preview(found->account, request, {**sold, at, ids, taxes, transitions_.grace_days()});
    });
    if (!settled) return settled.error();
    return shown;
}

sdk::Result<Outcome> Teller::act(const sdk::CallContext& context, const TenantId& tenant, const Request& request,
                                 const By& by, const PayWith& pay) {
    return act_all(context, tenant, {request}, by, pay);
}

sdk::Result<Outcome> Teller::act_all(const sdk::CallContext& context, const TenantId& tenant,
                                     const std::vector<Request>& requests, const By& by, const PayWith& pay) {
    return act_also(context, tenant, requests, by, pay, {});
}

sdk::Result<Outcome> Teller::act_also(const sdk::CallContext& context, const TenantId& tenant,
                                      const std::vector<Request>& requests, const By& by, const PayWith& pay,
                                      const Transitions::Also& also) {
    store::Wanted wanted;
    for (const auto& request : requests) {
        if (auto taken = check_coupons(tenant, request); !taken) return taken.error();
        wanted = wanted_by(request, std::move(wanted));
    }
    std::vector<InvoiceId> made;
    const auto work = [&](Account& account, const Surroundings& around) -> sdk::Result<Changes> {
        const auto before = account;
        Changes all;
        for (const auto& request : requests) {
            auto changes = apply(account, request, around);
            if (!changes) return changes.error();
            const auto append = [](auto& into, auto& from) { into.insert(into.end(), from.begin(), from.end()); };
            append(all.postings, changes->postings);
            append(all.movements, changes->movements);
            append(all.events, changes->events);
            append(all.charges, changes->charges);
            append(all.refunds, changes->refunds);
            append(all.questions, changes->questions);
            append(all.ended_runs, changes->ended_runs);
            all.repeated = changes->repeated && requests.size() == 1;
            if (requests.size() == 1) all.entities = changes->entities;
        }
        if (requests.size() > 1) all.entities = difference(before, account);
        made.clear();
        for (const auto& invoice : account.invoices)
            if (before.find_invoice(invoice.id) == nullptr) made.push_back(invoice.id);
        return all;
    };
    if (std::ranges::any_of(requests, may_end_a_run))
        if (auto done = calls_.runs().end_before(context, tenant, wanted, work); !done) return done.error();
    auto step = transitions_.run(context, tenant, wanted, by, work, std::nullopt, also);
    if (!step) return step.error();
    Outcome outcome;
    outcome.account = std::move(step->account);
    outcome.changes = std::move(step->changes);
    outcome.invoices = std::move(made);
    if (outcome.changes.repeated) return outcome;
    if (auto done = calls_.serve(context, tenant, outcome.changes, pay, outcome); !done)
        // Saved is saved: what could not be asked is asked again by the scheduler.
        host_.log().warn("a provider could not be asked now",
                         {{"tenant", tenant.text()}, {"reason", done.error().message}});
    return outcome;
}

sdk::Result<Checkout> Teller::pay_on_page(const sdk::CallContext& context, const TenantId& tenant,
                                          const InvoiceId& invoice, const PayWith& pay, const By& by) {
    store::Wanted wanted;
    wanted.invoices.push_back(invoice);
    const auto found = transitions_.look(context, tenant, wanted);
    if (!found) return found.error();
    const auto* document = found->account.find_invoice(invoice);
    if (document == nullptr) return sdk::fail("billing.unknown_invoice", "There is no such invoice.");
    for (const auto& payment : found->account.payments)
        if (payment.invoice == invoice && payment.kind == PaymentKind::charge && payment.unresolved()) {
            const auto waits = calls_.waits_for_a_page(sdk::on_behalf_of(context, tenant), payment);
            if (!waits) return waits.error();
            if (!*waits) continue;
            auto page = calls_.open_page(context, found->account, payment.id, *document, payment.amount, pay);
            if (page && payment.status == PaymentStatus::unknown)
                if (auto noted =
                        calls_.answer(context, tenant, {payment.id, ChargeResult::pending, std::nullopt, {}, {}});
                    !noted)
                    return noted.error();
            return page;
        }
    auto on_page = pay;
    on_page.always_page = true;
    auto done = act(context, tenant, {Pay{invoice}, {}, {}, std::nullopt, false}, by, on_page);
    if (!done) return done.error();
    if (!done->checkout)
        return sdk::fail("billing.no_page", "The provider could not open a page; try again in a minute.");
    return *std::move(done->checkout);
}

sdk::Result<Slice<InvoiceRow>> Teller::invoices(const sdk::CallContext& context, const TenantId& tenant,
                                                const std::string& after, int limit) {
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    if (!after.empty() && after.size() < 18 && after.find_first_not_of("0123456789") == std::string::npos)
        before = std::stoll(after);
    const auto rows =
        host_.database().query(sdk::on_behalf_of(context, tenant),
                               std::string("SELECT n, ") + kInvoiceColumns +
                                   " FROM billing_invoices WHERE tenant_id = :tenant AND n < ? ORDER BY n DESC LIMIT " +
                                   std::to_string(bounded(limit) + 1),
                               {before});
    if (!rows) return rows.error();
    Slice<InvoiceRow> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == bounded(limit)) {
            slice.next = std::to_string((*rows)[slice.rows.size() - 1].integer("n"));
            break;
        }
        slice.rows.push_back(invoice_row(row));
    }
    return slice;
}

sdk::Result<std::optional<Account>> Teller::with_invoice(const sdk::CallContext& context, const TenantId& tenant,
                                                         const InvoiceId& invoice) {
    store::Wanted wanted;
    wanted.invoices.push_back(invoice);
    auto found = transitions_.look(context, tenant, wanted);
    if (!found) return found.error();
    if (found->account.find_invoice(invoice) == nullptr) return std::optional<Account>{};
    return std::optional{std::move(found->account)};
}

sdk::Result<Slice<PaymentRow>> Teller::payments(const sdk::CallContext& context, const TenantId& tenant,
                                                const std::string& after, int limit) {
    const auto rows = host_.database().query(
        sdk::on_behalf_of(context, tenant),
        std::string("SELECT ") + kPaymentColumns +
            " FROM billing_payments p LEFT JOIN billing_invoices i ON i.tenant_id = :tenant AND i.id = p.invoice_id "
            "WHERE p.tenant_id = :tenant AND p.id < ? ORDER BY p.id DESC LIMIT " +
            std::to_string(bounded(limit) + 1),
        {after.empty() ? "~" : after});
    if (!rows) return rows.error();
    std::vector<PaymentRow> made;
    for (const auto& row : *rows) made.push_back(payment_row(row));
    return slice_of(std::move(made), bounded(limit), [](const PaymentRow& row) { return row.id.text(); });
}

sdk::Result<Slice<CreditEntry>> Teller::credit_entries(const sdk::CallContext& context, const TenantId& tenant,
                                                       const std::string& after, int limit) {
    const auto rows = host_.database().query(
        sdk::on_behalf_of(context, tenant),
        "SELECT body FROM billing_credit_entries WHERE tenant_id = :tenant AND id < ? ORDER BY id DESC LIMIT " +
            std::to_string(bounded(limit) + 1),
        {after.empty() ? "~" : after});
    if (!rows) return rows.error();
    std::vector<CreditEntry> made;
    for (const auto& row : *rows) {
        auto entry = store::read<CreditEntry>(row.text("body"));
        if (!entry) return entry.error();
        made.push_back(*std::move(entry));
    }
    return slice_of(std::move(made), bounded(limit), [](const CreditEntry& row) { return row.id.text(); });
}

sdk::Result<std::vector<ProviderRow>> Teller::providers(const sdk::CallContext&) {
    std::vector<ProviderRow> found;
    for (const auto& provider : sdk::find_all_services<sdk::PaymentProvider>(host_)) {
        const auto named = provider.properties().find("provider");
        auto info = provider.call(&sdk::PaymentProvider::describe);
        if (info && named != provider.properties().end()) found.push_back({named->second, *std::move(info)});
    }
    return found;
}

sdk::Result<Outcome> Teller::redeem_gift(const sdk::CallContext& context, const TenantId& tenant,
                                         const std::string& code, const By& by) {
    const auto hash = digest_of(code);
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    const auto today = found->account.today(found->test_now.value_or(host_.clock().now()));
    const auto row =
        host_.database().query_one(context, "SELECT * FROM billing_gift_codes WHERE code_hash = ?", {hash});
    if (!row) return row.error();
    if (!*row) return sdk::fail("billing.unknown_gift", "There is no such gift code.");
    GiftCode gift{hash, (*row)->integer("value"), (*row)->text("currency"), GiftState::sold, std::nullopt};
    if ((*row)->text("state") == "redeemed") gift.state = GiftState::redeemed;
    if (const auto day = (*row)->maybe_integer("expires_on"))
        gift.expires_on = LocalDate{static_cast<std::int32_t>(*day)};
    if (auto fits = check_gift(gift, found->account.profile.currency, today); !fits) return fits.error();
    Request request;
    GrantCredit credit;
    credit.amount = gift.value;
    credit.reason = "gift code";
    credit.source = CreditSource::gift;
    request.command = credit;
    request.key = "gift:" + hash;
    // The code is taken in the transaction that grants the credit: both happen, or neither.
    return act_also(context, tenant, {request}, by, {},
                    [&](sdk::Transaction& tx, const sdk::CallContext& own, const Step&) -> sdk::Result<void> {
                        const auto taken = tx.execute(own,
                                                      "UPDATE billing_gift_codes SET state = 'redeemed', redeemed_by = "
                                                      "? WHERE code_hash = ? AND state = 'sold'",
                                                      {tenant.text(), hash});
                        if (!taken) return taken.error();
                        if (*taken == 0)
                            return sdk::fail("billing.unknown_gift", "This gift code was redeemed already.");
                        return sdk::ok();
                    });
}

sdk::Result<std::optional<ReferralOffer>> Teller::referral_offer(const sdk::CallContext& context,
                                                                 const TenantId& tenant) {
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    const auto reward = referral_terms_.reward.find(found->account.profile.currency);
    if (reward == referral_terms_.reward.end() || !is_open(host_, kReferralsFlag, tenant))
        return std::optional<ReferralOffer>{};
    const auto code = referral_code(context, tenant);
    if (!code) return code.error();
    return std::optional{ReferralOffer{*code, reward->second, referral_terms_.wait_days}};
}

sdk::Result<std::optional<ChosenPlan>> Teller::chosen_plan(const sdk::CallContext& context, const TenantId& tenant) {
    return chosen_plan_of(host_, context, tenant);
}

sdk::Result<std::string> Teller::referral_code(const sdk::CallContext& context, const TenantId& tenant) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto kept = [&]() {
        return host_.database().query_one(own, "SELECT referral_code FROM billing_accounts WHERE tenant_id = :tenant");
    };
    auto row = kept();
    if (!row) return row.error();
    if (*row && !(*row)->is_null("referral_code")) return (*row)->text("referral_code");
    const auto code = digest_of("referral" + sdk::make_uuid()).substr(0, 12);
    if (auto done = host_.database().execute(
            own, "UPDATE billing_accounts SET referral_code = ? WHERE tenant_id = :tenant AND referral_code IS NULL",
            {code});
        !done)
        return done.error();
    row = kept();
    if (!row) return row.error();
    return (*row)->text("referral_code");
}

}  // namespace whatsflow::billing
