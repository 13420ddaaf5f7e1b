#include "new_subscription.hpp"

#include "catalogue_kit.hpp"
#include "tenant_names.hpp"

#include "core/explain.hpp"

#include <algorithm>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kNewPath = "/subscriptions/new";

struct Customer {
    TenantId tenant;
    Account account;
};

sdk::Result<Customer> customer_in(const StaffOffice& office, const sdk::Request& request, const std::string& tenant) {
    if (!is_id(tenant)) return nothing_there();
    auto account = office.desk.account(over_all(request, "billing.subscriptions.new"), TenantId{tenant});
    if (!account) return account.error();
    return Customer{TenantId{tenant}, std::move(*account)};
}

json page_of(const StaffOffice& office, const sdk::Request& request, const Customer& customer, json forms) {
    const auto& locale = request.locale;
    auto model = header(office.text(locale, "actions.subscribe"), TenantNames(office, request).name_of(customer.tenant),
                        office.text(locale, "subscriptions_title"), "/subscriptions");
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = {fact(office.text(locale, "columns.currency"), customer.account.profile.currency),
                      fact(office.text(locale, "columns.credit"),
                           money(customer.account.credit_balance(), customer.account.profile.currency))};
    model["forms"] = std::move(forms);
    model["tables"] = json::array();
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return model;
}

sdk::Result<sdk::Response> show_new(const StaffOffice& office, const sdk::Request& request) {
    const auto customer = customer_in(office, request, request.query.get("tenant"));
    if (!customer) return customer.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    std::vector<std::pair<std::string, std::string>> plans, intervals;
    for (const auto& plan : (*catalogue)->plans) plans.emplace_back(plan.code, plan.name);
    for (const auto* each : {"month", "year", "quarter"})
        intervals.emplace_back(each, office.word(request.locale, each));
    auto form = StaffForm(office, request, kNewPath, "actions.subscribe")
                    .choice("plan", plans, "")
                    .choice("interval", intervals, "month")
                    .line("quantity", "1")
                    .line("amount", "", true, "amount")
                    .check("trial", true)
                    .line("reason", "", false, "reason")
                    .hidden("tenant", customer->tenant.text())
                    .hidden("key", sdk::make_uuid())
                    .model();
    return sdk::page("billing/staff_detail", page_of(office, request, *customer, json::array({std::move(form)})));
}

sdk::Result<Subscribe> subscribe_in(const sdk::Fields& form, const Customer& customer) {
    Subscribe wanted;
    wanted.plan = form.get("plan");
    const auto interval = read_interval(form.get("interval"));
    if (wanted.plan.empty() || !interval) return bad_input("Choose a plan and an interval.");
    wanted.interval = *interval;
    const auto quantity = read_count(form.get("quantity"), 1, kLargestQuantity);
    if (!quantity) return bad_input("Write the quantity as a whole number.");
    wanted.quantity = *quantity;
    wanted.trial = form.get("trial") == "on";
    if (const auto text = form.get("amount"); !text.empty()) {
        wanted.amount = read_money(text, customer.account.profile.currency);
        if (!wanted.amount) return bad_input("Write the price as a number, such as 29.00.");
    }
    return wanted;
}

json preview_tables(const StaffOffice& office, const sdk::Request& request, const Customer& customer,
                    const Preview& seen) {
    const auto label = [&](const char* name) { return office.text(request.locale, "columns." + std::string(name)); };
    json rows = json::array();
    const auto add = [&](const std::string& text, Amount amount) {
        rows.push_back(
            {{"cells",
              {{{"text", text}, {"is_number", false}, {"path", false}},
               {{"text", money(amount, customer.account.profile.currency)}, {"is_number", true}, {"path", false}}}}});
    };
    for (const auto& invoice : seen.invoices)
        for (const auto& line : invoice.lines) add(explain(customer.account, invoice, line), line.net());
    add(label("due_now"), seen.due_now);
    if (seen.next_renewal)
        add(label("next_renewal") + ", " + seen.next_renewal->issued_on.text(), seen.next_renewal->total);
    return {{{"caption", office.text(request.locale, "preview_title")},
             {"columns",
              {{{"label", label("line")}, {"is_number", false}}, {{"label", label("amount")}, {"is_number", true}}}},
             {"rows", std::move(rows)}}};
}

sdk::Result<sdk::Response> subscribe_tenant(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto customer = customer_in(office, request, form->get("tenant"));
    if (!customer) return customer.error();
    const auto wanted = subscribe_in(*form, *customer);
    if (!wanted) return wanted.error();
    const auto context = over_all(request, "billing.subscriptions.new");
    const auto& currency = customer->account.profile.currency;
    if (wanted->amount && needs_second_person(office.settings.second_person_above, *wanted->amount, currency))
        return sdk::fail("billing.too_much_at_once", office.text(request.locale, "price_too_much"));
    const Request command{*wanted, form->get("key").substr(0, 100), {}, std::nullopt, false};
    if (form->get("confirmed") != "yes") {
        const auto seen = office.desk.preview(context, customer->tenant, command);
        if (!seen) return seen.error();
        StaffForm confirm(office, request, kNewPath, "actions.confirm");
        for (const auto& [name, value] : form->entries())
            if (name != "csrf_token" && name != "confirmed") confirm.hidden(name, value);
        confirm.hidden("confirmed", "yes");
        auto model = page_of(office, request, *customer, json::array({confirm.model()}));
        model["lead"] = office.text(request.locale, "preview_lead");
        model["tables"] = preview_tables(office, request, *customer, *seen);
        return sdk::page("billing/staff_detail", std::move(model));
    }
    const auto done = office.desk.act(context, customer->tenant, command, by_staff(request, *reason));
    if (!done) return done.error();
    const auto* live = done->account.live_subscription();
    return sdk::redirect_to(live == nullptr ? std::string("/subscriptions?done=applied")
                                            : "/subscriptions/" + live->id.text() + "?done=applied");
}

}  // namespace

sdk::Result<void> register_new_subscription(const StaffOffice& office) {
    return StaffRoutes(office)
        .get(kNewPath, kSubscriptionsManage, "A subscription that staff begins", &show_new)
        .post(kNewPath, kSubscriptionsManage, "Shows it, and begins it", &subscribe_tenant)
        .done();
}

}  // namespace whatsflow::billing::staff
