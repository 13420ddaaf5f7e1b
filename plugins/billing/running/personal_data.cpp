#include "personal_data.hpp"

#include "core/calendar.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::billing {
namespace {

using nlohmann::json;
using File = sdk::PersonalData::ExportedFile;

File exported(const std::string& name, const json& rows) {
    return {"billing/" + name, rows.dump(2, ' ', false, json::error_handler_t::replace) + "\n"};
}

std::string day_text(const sdk::Row& row, const char* column) {
    return LocalDate{static_cast<std::int32_t>(row.integer(column))}.text();
}

}  // namespace

sdk::Result<std::vector<File>> BillingPersonalData::export_user(const sdk::CallContext&, const sdk::UserId&) {
    return std::vector<File>{};
}

sdk::Result<std::vector<File>> BillingPersonalData::export_tenant(const sdk::CallContext& context,
                                                                  const sdk::TenantId& tenant) {
    const auto scoped = sdk::on_behalf_of(context, tenant);
    const auto invoices = database_.query(scoped,
                                          "SELECT number, state, currency, issued_on, due_on, total, amount_paid FROM "
                                          "billing_invoices WHERE tenant_id = :tenant ORDER BY n LIMIT 100000");
    if (!invoices) return invoices.error();
    auto documents = json::array();
    for (const auto& row : *invoices)
        documents.push_back({{"number", row.text("number")},
                             {"state", row.text("state")},
                             {"currency", row.text("currency")},
                             {"issued_on", day_text(row, "issued_on")},
                             {"due_on", day_text(row, "due_on")},
                             {"total_minor", row.integer("total")},
                             {"paid_minor", row.integer("amount_paid")}});
    const auto methods = database_.query(scoped,
                                         "SELECT provider, kind, brand, last4, exp_month, exp_year FROM "
                                         "billing_methods WHERE tenant_id = :tenant ORDER BY created_at LIMIT 1000");
    if (!methods) return methods.error();
    auto ways = json::array();
    for (const auto& row : *methods)
        ways.push_back(
            {{"provider", row.text("provider")},
             {"kind", row.text("kind")},
             {"brand", row.text("brand")},
             {"last4", row.text("last4")},
             {"expires", std::to_string(row.integer("exp_month")) + "/" + std::to_string(row.integer("exp_year"))}});
    return std::vector{exported("invoices.json", documents), exported("payment_methods.json", ways)};
}

sdk::Result<int> BillingPersonalData::erase_user(const sdk::CallContext&, const sdk::UserId&) {
    return 0;
}

sdk::Result<int> BillingPersonalData::erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) {
    const auto scoped = sdk::on_behalf_of(context, tenant);
    int touched = 0;
    const auto done = database_.transaction(scoped, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        touched = 0;
        // Nothing is taken for somebody who is gone.
        if (auto done = tx.execute(scoped,
                                   "UPDATE billing_provider_runs SET state = 'ending', next_try_at = 0 WHERE tenant_id "
                                   "= :tenant AND state = 'active'",
                                   {});
            !done)
            return done.error();
        for (const auto* statement : {"DELETE FROM billing_methods WHERE tenant_id = :tenant",
                                      "DELETE FROM billing_setups WHERE tenant_id = :tenant",
                                      "DELETE FROM billing_seen_cards WHERE tenant_id = :tenant",
                                      "DELETE FROM billing_chosen_plans WHERE tenant_id = :tenant",
                                      "DELETE FROM billing_counted_values WHERE tenant_id = :tenant"}) {
            const auto gone = tx.execute(scoped, statement, {});
            if (!gone) return gone.error();
            touched += static_cast<int>(*gone);
        }
        return sdk::ok();
    });
    if (!done) return done.error();
    return touched;
}

}  // namespace whatsflow::billing
