#include "referrals.hpp"

#include "open_offers.hpp"

#include <whatsflow/sdk/directory.hpp>

#include <set>

namespace whatsflow::billing {
namespace {

constexpr const char* kLookAtReferrals = "billing.look_at_referrals";
constexpr std::chrono::hours kDayBetween{24};
constexpr std::chrono::hours kLapsesAfter{24 * 365};
constexpr int kReferralsAtOnce = 200;

By the_programme() {
    return {{.kind = "system", .id = {}, .label = "referrals", .impersonator = {}, .address = {}}, "recommendation"};
}

sdk::CallContext context_of(const char* what) {
    sdk::CallContext context;
    context.request_id = what;
    return context;
}

Amount unspent_of(const Account& account) {
    Amount unspent = 0;
    for (const auto& grant : account.grants)
        if (grant.source == CreditSource::referral) unspent += grant.remaining;
    return unspent;
}

}  // namespace

sdk::Result<void> Referrals::register_work() {
    auto& outbox = host_.outbox();
    const auto came = [this](const sdk::Envelope& envelope) -> sdk::Result<void> {
        const auto fields = envelope.json();
        const auto campaign = fields.value("campaign", nlohmann::json::object());
        const auto code = campaign.is_object() ? campaign.value("ref", std::string{}) : std::string{};
        if (code.empty()) return sdk::ok();
        return begin(context_of("billing.referrals"), TenantId{fields.value("tenant", std::string{})}, code);
    };
    if (auto done = outbox.subscribe("billing.referrals", "accounts.tenant_created/1", came); !done) return done;
    const auto gone = [this](const sdk::Envelope& envelope) {
        return reverse(context_of("billing.referrals"), TenantId{envelope.json().value("tenant", std::string{})});
    };
    if (auto done = outbox.subscribe("billing.referrals_refunded", "billing.payment_refunded/1", gone); !done)
        return done;
    if (auto done = outbox.subscribe("billing.referrals_charged_back", "billing.chargeback_opened/1", gone); !done)
        return done;
    const auto look_now = [this](sdk::JobRun& run) -> sdk::Result<void> {
        const auto rewarded = look(run.context());
        return rewarded ? sdk::ok() : sdk::Result<void>(rewarded.error());
    };
    if (auto done = host_.jobs().handle(kLookAtReferrals, look_now, {.lease = std::chrono::minutes{5}, .at_once = 1});
        !done)
        return done;
    return host_.jobs().schedule({.name = kLookAtReferrals, .kind = kLookAtReferrals, .every = std::chrono::hours{1}});
}

sdk::Result<void> Referrals::begin(const sdk::CallContext& context, const TenantId& referee, const std::string& code) {
    if (referee.empty() || !is_open(host_, kReferralsFlag, referee)) return sdk::ok();
    const auto all = sdk::across_tenants(context, "billing.referrals");
    const auto referrer =
        host_.database().query_one(all, "SELECT tenant_id FROM billing_accounts WHERE referral_code = ?", {code});
    if (!referrer) return referrer.error();
    if (!*referrer || (*referrer)->text("tenant_id") == referee.text()) return sdk::ok();
    const auto now = host_.clock().now();
    const auto known = host_.database().query_one(sdk::on_behalf_of(context, referee),
                                                  "SELECT state FROM billing_referrals WHERE tenant_id = :tenant");
    if (!known) return known.error();
    if (*known) return sdk::ok();
    const auto done = host_.database().execute(
        sdk::on_behalf_of(context, referee),
        "INSERT INTO billing_referrals (tenant_id, referrer_id, state, invoice_id, began_at, look_at) "
        "VALUES (:tenant, ?, 'pending', '', ?, ?)",
        {(*referrer)->text("tenant_id"), now, now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<int> Referrals::look(const sdk::CallContext& context) {
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.referrals"),
        "SELECT tenant_id, referrer_id, began_at FROM billing_referrals WHERE state = 'pending' AND look_at <= ? "
        "ORDER BY look_at LIMIT " +
            std::to_string(kReferralsAtOnce),
        {host_.clock().now()});
    if (!rows) return rows.error();
    int rewarded = 0;
    for (const auto& row : *rows) {
        const auto done = decide(
            context, {TenantId{row.text("tenant_id")}, TenantId{row.text("referrer_id")}, row.integer("began_at")});
        if (done) {
            rewarded += *done ? 1 : 0;
            continue;
        }
        // What is wrong with one account keeps nobody else waiting.
        const auto& referee = row.text("tenant_id");
        host_.log().error("a recommendation cannot be decided",
                          {{"tenant", referee}, {"reason", done.error().message}});
        if (auto put = look_again(context, TenantId{referee}, host_.clock().now() + kDayBetween); !put)
            return put.error();
    }
    return rewarded;
}

sdk::Result<bool> Referrals::decide(const sdk::CallContext& context, const Due& due) {
    const auto now = host_.clock().now();
    const auto& terms = teller_.referral_terms();
    if (!is_open(host_, kReferralsFlag, due.referrer)) {
        if (auto done = look_again(context, due.referee, now + kDayBetween); !done) return done.error();
        return false;
    }
    const auto own = sdk::on_behalf_of(context, due.referee);
    const auto first = host_.database().query_one(
        own,
        "SELECT invoice_id, started_at FROM billing_payments WHERE tenant_id = :tenant AND kind = 'charge' AND "
        "status = 'succeeded' AND amount > 0 ORDER BY started_at, id LIMIT 1");
    if (!first) return first.error();
    sdk::Result<void> put;
    if (!*first) {
        const bool over = now - sdk::from_micros(due.began_at) > kLapsesAfter;
        put = over ? become(context, due.referee, "lapsed") : look_again(context, due.referee, now + kDayBetween);
        if (!put) return put.error();
        return false;
    }
    const auto stands_at = sdk::from_micros((*first)->integer("started_at")) + std::chrono::days{terms.wait_days};
    if (now < stands_at) {
        if (put = look_again(context, due.referee, stands_at); !put) return put.error();
        return false;
    }
    const auto invoice = (*first)->text("invoice_id");
    const auto back = went_back(own, invoice);
    if (!back) return back.error();
    const auto same = why_the_same(context, due);
    if (!same) return same.error();
    if (*back || !same->empty()) {
        put = become(context, due.referee, same->empty() ? "reversed" : "refused", invoice, *same);
        if (!put) return put.error();
        return false;
    }
    const auto came = thank(context, due.referee, due.referee, "came");
    if (!came) return came.error();
    const auto brought = thank(context, due.referrer, due.referee, "brought");
    if (!brought) return brought.error();
    if (put = note_rewards(context, due.referee, *came, *brought); !put) return put.error();
    if (put = become(context, due.referee, "rewarded", invoice); !put) return put.error();
    return true;
}

sdk::Result<std::string> Referrals::why_the_same(const sdk::CallContext& context, const Due& due) {
    const auto member = share_a_member(context, due);
    if (!member) return member.error();
    if (*member) return std::string("people");
    const auto card = share_a_card(context, due);
    if (!card) return card.error();
    return std::string(*card ? "card" : "");
}

sdk::Result<bool> Referrals::share_a_card(const sdk::CallContext& context, const Due& due) {
    const auto row = host_.database().query_one(sdk::across_tenants(context, "billing.referrals"),
                                                "SELECT 1 AS yes FROM billing_seen_cards came JOIN billing_seen_cards "
                                                "brought ON brought.card_digest = came.card_digest WHERE "
                                                "came.tenant_id = ? AND brought.tenant_id = ? LIMIT 1",
                                                {due.referee.text(), due.referrer.text()});
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<bool> Referrals::share_a_member(const sdk::CallContext& context, const Due& due) {
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    const auto brought = directory.call(&sdk::Directory::members, context, due.referrer, std::vector<std::string>{});
    if (!brought) return brought.error();
    const auto came = directory.call(&sdk::Directory::members, context, due.referee, std::vector<std::string>{});
    if (!came) return came.error();
    std::set<std::string> known;
    for (const auto& member : *brought) known.insert(member.id.text());
    return std::ranges::any_of(*came, [&](const auto& member) { return known.contains(member.id.text()); });
}

sdk::Result<bool> Referrals::went_back(const sdk::CallContext& own, const std::string& invoice) {
    const auto row = host_.database().query_one(
        own,
        "SELECT 1 AS yes FROM billing_payments WHERE tenant_id = :tenant AND invoice_id = ? AND kind IN ('refund', "
        "'chargeback') AND status IN ('succeeded', 'pending', 'unknown') LIMIT 1",
        {invoice});
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<sdk::Money> Referrals::thank(const sdk::CallContext& context, const TenantId& tenant,
                                         const TenantId& referee, const char* side) {
    const auto account = teller_.account(context, tenant);
    if (!account) return account.error();
    const auto reward = teller_.referral_terms().reward.find(account->profile.currency);
    if (reward == teller_.referral_terms().reward.end()) return sdk::Money{0, account->profile.currency};
    GrantCredit credit;
    credit.amount = reward->second;
    credit.reason = "recommendation";
    credit.source = CreditSource::referral;
    Request request;
    request.command = credit;
    request.key = std::string("referral:") + side + ":" + referee.text();
    const auto done = teller_.act(context, tenant, request, the_programme());
    if (!done) return done.error();
    return sdk::Money{credit.amount, account->profile.currency};
}

sdk::Result<void> Referrals::note_rewards(const sdk::CallContext& context, const TenantId& referee,
                                          const sdk::Money& came, const sdk::Money& brought) {
    const auto done = host_.database().execute(
        sdk::on_behalf_of(context, referee),
        "UPDATE billing_referrals SET came_reward = ?, came_currency = ?, brought_reward = ?, brought_currency = ? "
        "WHERE tenant_id = :tenant",
        {came.minor, came.currency, brought.minor, brought.currency});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<void> Referrals::take_back(const sdk::CallContext& context, const TenantId& tenant, const TenantId& referee,
                                       const char* side, Amount given) {
    const auto account = teller_.account(context, tenant);
    if (!account) return account.error();
    const auto left = std::min(given, unspent_of(*account));
    if (left == 0) return sdk::ok();
    GrantCredit credit;
    credit.amount = -left;
    credit.reason = "recommendation, taken back";
    credit.source = CreditSource::referral;
    Request request;
    request.command = credit;
    request.key = std::string("referral-back:") + side + ":" + referee.text();
    const auto done = teller_.act(context, tenant, request, the_programme());
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<void> Referrals::reverse(const sdk::CallContext& context, const TenantId& referee) {
    if (referee.empty()) return sdk::ok();
    const auto own = sdk::on_behalf_of(context, referee);
    const auto row = host_.database().query_one(
        own,
        "SELECT referrer_id, invoice_id, came_reward, brought_reward FROM billing_referrals WHERE tenant_id = :tenant "
        "AND state = 'rewarded'");
    if (!row) return row.error();
    if (!*row) return sdk::ok();
    const auto invoice = (*row)->text("invoice_id");
    const auto back = went_back(own, invoice);
    if (!back) return back.error();
    if (!*back) return sdk::ok();  // another payment's money
    if (auto done = take_back(context, referee, referee, "came", (*row)->integer("came_reward")); !done) return done;
    if (auto done = take_back(context, TenantId{(*row)->text("referrer_id")}, referee, "brought",
                              (*row)->integer("brought_reward"));
        !done)
        return done;
    return become(context, referee, "reversed", invoice);
}

sdk::Result<void> Referrals::become(const sdk::CallContext& context, const TenantId& referee, const char* state,
                                    const std::string& invoice, const std::string& reason) {
    const auto done = host_.database().execute(
        sdk::on_behalf_of(context, referee),
        "UPDATE billing_referrals SET state = ?, invoice_id = ?, reason = ? WHERE tenant_id = :tenant",
        {state, invoice, reason});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<void> Referrals::look_again(const sdk::CallContext& context, const TenantId& referee, sdk::Instant at) {
    const auto done =
        host_.database().execute(sdk::on_behalf_of(context, referee),
                                 "UPDATE billing_referrals SET look_at = ? WHERE tenant_id = :tenant", {at});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace whatsflow::billing
