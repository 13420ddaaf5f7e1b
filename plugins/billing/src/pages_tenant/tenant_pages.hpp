/// \file
/// Billing's pages in the tenant's app, from the plan chooser to the PDF of an invoice.
///
/// Owners and admins hold `billing.manage`, also while the tenant is suspended: that is when paying
/// matters. Staff acting as somebody sees the pages and changes nothing.
#pragma once

#include "tenant_front.hpp"

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::billing {

/// Routes, navigation, permissions and what other pages show of billing. `desk` outlives them.
sdk::Result<void> register_tenant_pages(sdk::Host& host, Desk& desk, Seller seller = {});

// The pages, each in the file of its name.
using TenantAnswer = sdk::Result<sdk::Response>;
TenantAnswer show_overview(const TenantFront& front);
TenantAnswer redeem_code(const TenantFront& front);
TenantAnswer pay_invoice(const TenantFront& front);
TenantAnswer show_plans(const TenantFront& front);
TenantAnswer show_change(const TenantFront& front);
TenantAnswer confirm_plan(const TenantFront& front);
TenantAnswer show_add_ons(const TenantFront& front);
TenantAnswer show_add_on_change(const TenantFront& front);
TenantAnswer confirm_add_on_change(const TenantFront& front);
TenantAnswer show_methods(const TenantFront& front);
TenantAnswer add_method(const TenantFront& front);
TenantAnswer make_method_default(const TenantFront& front);
TenantAnswer remove_method(const TenantFront& front);
TenantAnswer show_invoices(const TenantFront& front);
TenantAnswer show_invoice(const TenantFront& front);      ///< `{id}` or `{id}.pdf`
TenantAnswer show_credit_note(const TenantFront& front);  ///< `{id}.pdf`
TenantAnswer show_cancel(const TenantFront& front);
TenantAnswer confirm_cancel(const TenantFront& front);
TenantAnswer keep_subscription(const TenantFront& front);
TenantAnswer pause_subscription(const TenantFront& front);
TenantAnswer resume_subscription(const TenantFront& front);
TenantAnswer show_history(const TenantFront& front);

// What is drawn on pages of others.
sdk::Result<sdk::View> usage_section(const TenantFront& front);
sdk::Result<sdk::View> plan_card(const TenantFront& front);
sdk::Result<sdk::View> billing_banner(const TenantFront& front);

/// {name, title, text, button, change_path} of the plan chosen before the sign-up, until there is a first
/// subscription; false where nothing was chosen or it is not sold to this tenant.
nlohmann::json chosen_plan_offer(const TenantFront& front, const Standing& standing);
/// Meters with their limits: [{meter_label, used_text, percent, tone, forecast, upgrade}].
nlohmann::json meters_of(const TenantFront& front, const Standing& standing);
/// The plan's price as sold to this tenant: `$29.00 per month`.
std::string price_line(const TenantFront& front, const Standing& standing, const Subscription& subscription);
/// `2 × Extra device`; empty without any.
std::string add_ons_line(const TenantFront& front, const Standing& standing, const Subscription& subscription);
/// A document's lines and sums, for preview and invoice alike.
/// Who sells and who buys, as a printed document names them.
sdk::DocumentParties parties_of(const TenantFront& front, const Account& account);
nlohmann::json document_model(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                              const Invoice& invoice);
/// Why a line is what it is, in the reader's language.
std::string why_charged(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                        const Invoice& invoice, const InvoiceLine& line);
sdk::Result<std::string> invoice_pdf(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                                     const Invoice& invoice);

}  // namespace whatsflow::billing
