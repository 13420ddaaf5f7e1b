// Methods of payment that providers keep for a tenant.
#include "teller.hpp"

#include <sodium.h>

#include <array>

namespace whatsflow::billing {
namespace {

sdk::AuditEntry entry_of(const char* action, const TenantId& tenant, const By& by) {
    return {.action = action, .subject = {"tenant", tenant.text()}, .tenant = tenant, .reason = by.reason};
}

/// Kept when the method is removed, too: see Referrals.
sdk::Result<void> note_card(sdk::Transaction& tx, const sdk::CallContext& own, const std::string& provider,
                            const std::string& fingerprint, sdk::Instant now) {
    if (fingerprint.empty()) return sdk::ok();
    const auto done =
        tx.execute(own,
                   std::string(tx.dialect() == sdk::Dialect::mysql ? "INSERT IGNORE" : "INSERT OR IGNORE") +
                       " INTO billing_seen_cards (tenant_id, card_digest, seen_at) VALUES (:tenant, ?, ?)",
                   {digest_of(provider + ":" + fingerprint), now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace

std::string digest_of(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> bytes{};
    crypto_hash_sha256(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::string hex;
    for (const auto byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

sdk::Result<std::vector<MethodRow>> Teller::methods(const sdk::CallContext& context, const TenantId& tenant) {
    const auto rows =
        host_.database().query(sdk::on_behalf_of(context, tenant),
                               "SELECT id, provider, kind, brand, last4, exp_month, exp_year, is_default "
                               "FROM billing_methods WHERE tenant_id = :tenant ORDER BY is_default DESC, id DESC");
    if (!rows) return rows.error();
    std::vector<MethodRow> found;
    for (const auto& row : *rows)
        found.push_back({row.text("id"), row.text("provider"), row.text("kind"), row.text("brand"), row.text("last4"),
                         static_cast<int>(row.integer("exp_month")), static_cast<int>(row.integer("exp_year")),
                         row.boolean("is_default")});
    return found;
}

sdk::Result<void> Teller::keep_method(const sdk::CallContext& context, const TenantId& tenant,
                                      const std::string& provider, const sdk::SavedPaymentMethod& method) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto digest = digest_of(method.token.reveal());
    const auto sealed = host_.vault().seal("payment_method", method.token);
    if (!sealed) return sealed.error();
    return host_.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto seen = note_card(tx, own, provider, method.fingerprint, host_.clock().now()); !seen) return seen;
        const auto known = tx.query_one(
            own, "SELECT id FROM billing_methods WHERE tenant_id = :tenant AND provider = ? AND digest = ?",
            {provider, digest});
        if (!known) return known.error();
        if (*known) {
            if (method.last4.empty()) return sdk::ok();
            // Told again with what was not known the first time, or with a new expiry.
            const auto completed =
                tx.execute(own,
                           "UPDATE billing_methods SET brand = ?, last4 = ?, exp_month = ?, exp_year "
                           "= ? WHERE tenant_id = :tenant AND id = ?",
                           {method.brand.substr(0, 40), method.last4.substr(0, 4), method.exp_month, method.exp_year,
                            (*known)->text("id")});
            if (!completed) return completed.error();
            return sdk::ok();
        }
        if (auto done = tx.execute(own, "UPDATE billing_methods SET is_default = 0 WHERE tenant_id = :tenant"); !done)
            return done.error();
        const auto done = tx.execute(
            own,
            "INSERT INTO billing_methods (id, tenant_id, provider, digest, token, customer, kind, brand, last4, "
            "exp_month, exp_year, is_default, created_at) "
            "VALUES (?, :tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
            {sdk::make_uuid(), provider, digest, *sealed, method.customer, method.kind, method.brand.substr(0, 40),
             method.last4.substr(0, 4), method.exp_month, method.exp_year, host_.clock().now()});
        if (!done) return done.error();
        return sdk::ok();
    });
}

sdk::Result<Checkout> Teller::add_method(const sdk::CallContext& context, const TenantId& tenant, const PayWith& pay,
                                         const By&) {
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    const auto provider = sdk::find_service<sdk::PaymentProvider>(host_, {{"provider", pay.provider}});
    const auto info = provider.call(&sdk::PaymentProvider::describe);
    if (!info) return info.error();
    if (!info->capabilities.has(sdk::PaymentCapability::setup_without_payment))
        return sdk::fail("billing.cannot_save_method", info->name + " saves a method only with a payment.");
    const auto own = sdk::on_behalf_of(context, tenant);
    const PaymentId reference{sdk::make_uuid()};
    if (auto done = host_.database().execute(
            own, "INSERT INTO billing_setups (reference, tenant_id, provider, created_at) VALUES (?, :tenant, ?, ?)",
            {reference.text(), pay.provider, host_.clock().now()});
        !done)
        return done.error();
    sdk::CheckoutRequest request;
    request.reference = request.idempotency_key = reference.text();
    request.amount = {0, found->account.profile.currency};
    request.description = "Payment method";
    request.customer = pay.customer;
    const auto back = host_.site_url(sdk::Site::app) + "/billing/methods";
    request.return_url = pay.return_url.empty() ? back : pay.return_url;
    request.cancel_url = pay.cancel_url.empty() ? back : pay.cancel_url;
    request.notify_url = host_.site_url(sdk::Site::api) + "/webhooks/" + pay.provider;
    request.save_method = true;
    request.locale = pay.locale;
    auto page = provider.call(&sdk::PaymentProvider::create_setup, own, request);
    if (!page) return page.error();
    return Checkout{pay.provider, reference, *std::move(page)};
}

sdk::Result<void> Teller::set_default_method(const sdk::CallContext& context, const TenantId& tenant,
                                             const std::string& method, const By& by) {
    const auto own = sdk::on_behalf_of(context, tenant);
    return host_.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto found =
            tx.query_one(own, "SELECT id FROM billing_methods WHERE tenant_id = :tenant AND id = ?", {method});
        if (!found) return found.error();
        if (!*found) return sdk::fail("billing.unknown_method", "There is no such method.");
        if (auto done = tx.execute(
                own,
                "UPDATE billing_methods SET is_default = CASE WHEN id = ? THEN 1 ELSE 0 END WHERE tenant_id = :tenant",
                {method});
            !done)
            return done.error();
        if (by.actor.kind.empty()) return sdk::ok();
        return host_.audit().append(tx, own, by.actor, entry_of("billing.default_method_changed", tenant, by));
    });
}

sdk::Result<void> Teller::remove_method(const sdk::CallContext& context, const TenantId& tenant,
                                        const std::string& method, const By& by) {
    const auto own = sdk::on_behalf_of(context, tenant);
    return host_.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto gone = tx.execute(own, "DELETE FROM billing_methods WHERE tenant_id = :tenant AND id = ?", {method});
        if (!gone) return gone.error();
        if (*gone == 0) return sdk::fail("billing.unknown_method", "There is no such method.");
        const auto newest = tx.query_one(
            own, "SELECT id FROM billing_methods WHERE tenant_id = :tenant ORDER BY is_default DESC, id DESC LIMIT 1");
        if (!newest) return newest.error();
        if (*newest)
            if (auto done =
                    tx.execute(own, "UPDATE billing_methods SET is_default = 1 WHERE tenant_id = :tenant AND id = ?",
                               {(*newest)->text("id")});
                !done)
                return done.error();
        if (by.actor.kind.empty()) return sdk::ok();
        return host_.audit().append(tx, own, by.actor, entry_of("billing.method_removed", tenant, by));
    });
}

}  // namespace whatsflow::billing
