#include "document_check.hpp"

namespace whatsflow::billing {
namespace {

constexpr int kRowsAtOnce = 200;
constexpr std::size_t kToldAtMost = 50;

/// What reports add up stands in columns beside the line itself: both say the same.
sdk::Result<void> check_columns(sdk::Host& host, const sdk::CallContext& context, const TenantId& tenant,
                                const Invoice& invoice, DocumentCheck& check) {
    const auto row = host.database().query_one(
        sdk::on_behalf_of(context, tenant),
        "SELECT COALESCE(SUM(amount), 0) AS amount FROM billing_invoice_lines WHERE tenant_id = :tenant AND "
        "invoice_id = ?",
        {invoice.id.text()});
    if (!row) return row.error();
    const auto stored = *row ? (*row)->integer("amount") : 0;
    Amount said = 0;
    for (const auto& line : invoice.lines) said += line.amount;
    if (stored != said)
        check.findings.push_back(
            {tenant,
             {invoice.number,
              {},
              "reports add up " + std::to_string(stored) + ", the lines say " + std::to_string(said)}});
    return sdk::ok();
}

sdk::Result<void> check_account(sdk::Host& host, Teller& teller, const sdk::CallContext& context,
                                const TenantId& tenant, DocumentCheck& check) {
    const auto keep = [&](std::vector<Discrepancy> found) {
        for (auto& each : found) check.findings.push_back({tenant, std::move(each)});
    };
    ++check.accounts;
    std::string after;
    do {
        const auto slice = teller.invoices(context, tenant, after, kRowsAtOnce);
        if (!slice) return slice.error();
        for (const auto& row : slice->rows) {
            const auto account = teller.with_invoice(context, tenant, row.id);
            if (!account) return account.error();
            if (!*account) continue;
            for (const auto& invoice : (*account)->invoices) {
                if (invoice.id != row.id) continue;  // open ones come along with each
                ++check.invoices;
                keep(verify(**account, invoice));
                if (auto done = check_columns(host, context, tenant, invoice, check); !done) return done;
            }
            for (const auto& note : (*account)->credit_notes) {
                if (note.invoice != row.id) continue;
                ++check.credit_notes;
                keep(verify(**account, note));
            }
        }
        after = slice->next;
    } while (!after.empty());
    return sdk::ok();
}

}  // namespace

sdk::Result<DocumentCheck> check_documents(sdk::Host& host, Teller& teller, const sdk::CallContext& context,
                                           const std::optional<TenantId>& only) {
    DocumentCheck check;
    if (only) {
        if (auto done = check_account(host, teller, context, *only, check); !done) return done.error();
        return check;
    }
    std::string after;
    for (;;) {
        const auto rows = host.database().query(sdk::across_tenants(context, "billing.verify"),
                                                "SELECT tenant_id FROM billing_accounts WHERE tenant_id > ? ORDER BY "
                                                "tenant_id LIMIT " +
                                                    std::to_string(kRowsAtOnce),
                                                {after});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            after = row.text("tenant_id");
            if (auto done = check_account(host, teller, context, TenantId{after}, check); !done) return done.error();
        }
        if (rows->size() < static_cast<std::size_t>(kRowsAtOnce)) return check;
    }
}

sdk::Command verify_command(sdk::Host& host, Teller& teller, Books& books) {
    sdk::Command command;
    command.name = "billing verify";
    command.summary = "Computes every invoice and credit note again, and adds up the ledger";
    command.options = {{"--tenant", "T", "only the documents of this tenant"}};
    command.run = [&](const sdk::CallContext& context,
                      const sdk::CommandArguments& arguments) -> sdk::Result<sdk::CommandOutput> {
        std::optional<TenantId> only;
        if (const auto tenant = arguments.find("--tenant")) only = TenantId{*tenant};
        const auto check = check_documents(host, teller, context, only);
        if (!check) return check.error();
        const auto balance = books.trial_balance(context);
        if (!balance) return balance.error();
        std::string told;
        for (std::size_t i = 0; i < check->findings.size() && i < kToldAtMost; ++i) {
            const auto& [tenant, found] = check->findings[i];
            told += "\n  " + found.document + " of " + tenant.text() + ": " + found.what;
        }
        if (!balance->balanced) told += "\n  the ledger does not add up to nothing";
        if (!told.empty())
            return sdk::fail(
                "billing.documents_differ",
                std::to_string(check->findings.size()) + " things do not follow from what the documents say:" + told);
        return sdk::CommandOutput{{{"accounts", check->accounts},
                                   {"invoices", check->invoices},
                                   {"credit_notes", check->credit_notes},
                                   {"ledger", "adds up"}},
                                  {},
                                  {}};
    };
    return command;
}

}  // namespace whatsflow::billing
