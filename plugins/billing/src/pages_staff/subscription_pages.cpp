#include "subscription_pages.hpp"

#include "approval_pages.hpp"
#include "subscription_commands.hpp"
#include "tenant_names.hpp"

#include "core/explain.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <algorithm>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kSubscriptionsShown = 50;
constexpr int kSubscriptionsAPiece = 500;
constexpr const char* kSubscriptionsPath = "/subscriptions";

ListShape subscription_list(const StaffOffice& office, const sdk::Request& request) {
    ListShape shape{kSubscriptionsPath,
                    "subscriptions",
                    {"plan", "tenant", "state", "overdue", "#quantity", "period_end"},
                    {{"state", {"incomplete", "trialing", "active", "past_due", "suspended", "paused", "canceled"}},
                     {"overdue", {"notice", "limited", "suspended"}}},
                    true,
                    "calendar"};
    ListChoice plans{"plan", {}};
    if (const auto catalogue = office.desk.catalogue(request.context))
        for (const auto& plan : (*catalogue)->plans) plans.values.push_back(plan.code);
    shape.choices.push_back(std::move(plans));
    return shape;
}

SubscriptionFilter filter_in(const sdk::Request& request, const ListShape& shape) {
    SubscriptionFilter filter;
    filter.state = chosen(request, shape.choices[0]);
    filter.overdue = chosen(request, shape.choices[1]);
    filter.plan = chosen(request, shape.choices[2]);
    if (const auto tenant = request.query.get("tenant"); is_id(tenant)) filter.tenant = TenantId{tenant};
    return filter;
}

/// Its name; the code of a plan that is no longer there.
std::string plan_name(const StaffOffice& office, const sdk::Request& request, const std::string& code) {
    const auto catalogue = office.desk.catalogue(request.context);
    const auto* plan = catalogue ? (*catalogue)->find_plan(code) : nullptr;
    return plan == nullptr ? code : plan->name;
}

json subscription_row(const StaffOffice& office, const sdk::Request& request, TenantNames& names,
                      const SubscriptionRow& row) {
    const auto path = std::string(kSubscriptionsPath) + "/" + row.id.text();
    return {
        {"id", row.id.text()},
        {"row_label", row.plan},
        {"menu", false},
        {"cells",
         {cell(plan_name(office, request, row.plan),
               {{"cell_path", path}, {"is_row_link", true}, {"cell_sub", office.word(request.locale, row.interval)}}),
          names.cell_of(row.tenant), status_cell(office, request.locale, to_text(row.state)),
          row.overdue == OverdueLevel::none ? cell("") : status_cell(office, request.locale, to_text(row.overdue)),
          cell(std::to_string(row.quantity), {{"is_number", true}}), cell(row.period.to.text())}}};
}

sdk::Result<sdk::Response> list_subscriptions(const StaffOffice& office, const sdk::Request& request) {
    const auto shape = subscription_list(office, request);
    const auto slice =
        office.back_office.subscriptions(over_all(request, "billing.subscriptions.list"), filter_in(request, shape),
                                         request.query.get("after"), kSubscriptionsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows) rows.push_back(subscription_row(office, request, names, row));
    return sdk::page("billing/staff_list", list_model(office, request, shape, std::move(rows), slice->next));
}

sdk::Result<sdk::Response> export_subscriptions(const StaffOffice& office, const sdk::Request& request) {
    const auto filter = filter_in(request, subscription_list(office, request));
    return csv_of("subscriptions.csv",
                  {"id", "tenant", "plan", "interval", "quantity", "state", "overdue", "currency", "started_on",
                   "period_from", "period_to", "trial_end", "cancel_at"},
                  [&office, filter, context = over_all(request, "billing.subscriptions.export")](
                      const std::string& after, std::string& lines) -> sdk::Result<std::string> {
                      auto open = context;
                      open.deadline = sdk::CallContext::Deadline::max();
                      const auto slice = office.back_office.subscriptions(open, filter, after, kSubscriptionsAPiece);
                      if (!slice) return slice.error();
                      for (const auto& row : slice->rows)
                          lines += csv_line(
                              {row.id.text(), row.tenant.text(), row.plan, row.interval, std::to_string(row.quantity),
                               std::string(to_text(row.state)), std::string(to_text(row.overdue)), row.currency,
                               row.started_on.text(), row.period.from.text(), row.period.to.text(),
                               row.trial_end ? row.trial_end->text() : "", row.cancel_at ? row.cancel_at->text() : ""});
                      return slice->next;
                  });
}

struct Shown {
    SubscriptionRow row;
    Account account;
};

sdk::Result<Shown> subscription_asked_for(const StaffOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    const auto context = over_all(request, "billing.subscriptions.one");
    const auto row = office.back_office.subscription(context, SubscriptionId{id});
    if (!row) return row.error();
    if (!*row) return nothing_there();
    auto account = office.desk.account(context, (*row)->tenant);
    if (!account) return account.error();
    return Shown{**row, std::move(*account)};
}

json facts_of(const StaffOffice& office, const sdk::Request& request, const Shown& shown) {
    const auto& row = shown.row;
    const auto label = [&](const char* name) { return office.text(request.locale, "columns." + std::string(name)); };
    json facts{
        fact(label("tenant"), TenantNames(office, request).name_of(row.tenant),
             {{"fact_path", "/tenants/" + row.tenant.text()}}),
        fact(label("plan"), plan_name(office, request, row.plan) + ", " + office.word(request.locale, row.interval)),
        fact(label("quantity"), std::to_string(row.quantity)),
        fact(label("state"), office.word(request.locale, to_text(row.state)),
             {{"fact_status", std::string(to_text(row.state))}}),
        fact(label("overdue"), office.word(request.locale, to_text(row.overdue))),
        fact(label("started_on"), row.started_on.text()),
        fact(label("period"), row.period.from.text() + " – " + row.period.to.text()),
        fact(label("credit"), money(shown.account.credit_balance(), shown.account.profile.currency))};
    const auto& tax = shown.account.profile.tax;
    facts.push_back(fact(label("taxed_in"), tax.country + (tax.region.empty() ? "" : "-" + tax.region) +
                                                (tax.tax_id.empty() ? "" : ", " + tax.tax_id)));
    if (row.trial_end) facts.push_back(fact(label("trial_end"), row.trial_end->text()));
    if (row.cancel_at) facts.push_back(fact(label("cancel_at"), row.cancel_at->text()));
    const auto* live = shown.account.live_subscription();
    if (live != nullptr && live->id == row.id) {
        facts.push_back(fact(label("price"), money(live->base().unit_price, row.currency)));
        if (live->provider_run)
            facts.push_back(fact(label("renewals"), office.text(request.locale, "taken_by",
                                                                {{"provider", live->provider_run->provider},
                                                                 {"run", live->provider_run->reference}})));
        if (live->scheduled)
            facts.push_back(
                fact(label("scheduled"), live->scheduled->plan + ", " + live->scheduled->effective_on.text()));
    }
    return facts;
}

using Choices = std::vector<std::pair<std::string, std::string>>;

json actions_for(const StaffOffice& office, const sdk::Request& request, const Shown& shown) {
    json forms = json::array();
    const auto* live = shown.account.live_subscription();
    if (live == nullptr || live->id != shown.row.id || !request.identity->may(kSubscriptionsBasic)) return forms;
    const auto path = std::string(kSubscriptionsPath) + "/" + shown.row.id.text() + "/preview/";
    const auto& locale = request.locale;
    const auto add = [&](const char* action, const auto& fill) {
        StaffForm form(office, request, path + action, std::string("actions.") + action);
        fill(form);
        form.line("reason", "", false, "reason");
        forms.push_back(form.model());
    };
    const bool manages = request.identity->may(kSubscriptionsManage);
    const Choices whens{{"period_end", office.word(locale, "period_end")}, {"now", office.word(locale, "now")}};
    if (live->state == SubscriptionState::trialing)
        add("extend_trial", [](StaffForm& form) { form.line("days", "7"); });
    if (live->cancel_at) {
        add("uncancel", [](StaffForm&) {});
    } else {
        add("cancel", [&](StaffForm& form) {
            form.choice("when", manages ? whens : Choices{whens.front()}, "period_end").dangerous();
        });
    }
    if (!manages) return forms;
    if (const auto catalogue = office.desk.catalogue(request.context)) {
        Choices plans, intervals;
        for (const auto& plan : (*catalogue)->plans) {
            if (!plan.retired) plans.emplace_back(plan.code, plan.name);
            for (const auto& price : plan.prices) {
                const auto text = price.interval.text();
                const std::pair<std::string, std::string> choice{text, office.word(locale, text)};
                if (std::ranges::find(intervals, choice) == intervals.end()) intervals.push_back(choice);
            }
        }
        add("change_plan", [&](StaffForm& form) {
            form.choice("plan", plans, live->plan())
                .choice("interval", intervals, live->base().interval.text())
                .choice("when", {{"automatic", office.word(locale, "automatic")}, whens[0], whens[1]}, "automatic")
                .line("amount", "", true, "amount");
        });
    }
    add("custom_price", [&](StaffForm& form) { form.line("amount", "").choice("when", whens, "period_end"); });
    add("credit", [](StaffForm& form) { form.line("amount", "", false, "credit").day("expires_on", "", true); });
    add("tax_details", [&](StaffForm& form) {
        const auto& tax = shown.account.profile.tax;
        form.line("country", tax.country)
            .line("region", tax.region, true, "region")
            .line("tax_id", tax.tax_id, true, "tax_id")
            .check("business", tax.business);
    });
    if (live->state == SubscriptionState::paused)
        add("resume", [](StaffForm&) {});
    else
        add("pause", [&](StaffForm& form) { form.choice("when", whens, "period_end"); });
    return forms;
}

json history_of(const StaffOffice& office, const sdk::Request& request, const TenantId& tenant) {
    json entries = json::array();
    const auto trail = sdk::find_service<sdk::AuditTrail>(office.host);
    if (!trail) return entries;
    const auto page = trail.call(&sdk::AuditTrail::entries, over_all(request, "billing.subscriptions.history"),
                                 sdk::AuditTrail::Filter{.tenant = tenant}, sdk::ListWindow{.after = {}, .limit = 30});
    if (!page) return entries;
    for (const auto& row : page->rows) {
        const auto action = row.value("action", "");
        if (!action.starts_with("billing.")) continue;
        const auto reason = row.value("reason", "");
        entries.push_back({{"icon", "history"},
                           {"who", row.value("actor_label", "")},
                           {"text", office.word(request.locale, action)},
                           {"at", row.value("at", std::int64_t{0})},
                           {"detail", reason.empty() ? json(false) : json(reason)},
                           {"entry_path", false}});
    }
    return entries;
}

sdk::Result<sdk::Response> show_subscription(const StaffOffice& office, const sdk::Request& request) {
    const auto shown = subscription_asked_for(office, request);
    if (!shown) return shown.error();
    const auto& locale = request.locale;
    auto model =
        header(plan_name(office, request, shown->row.plan), TenantNames(office, request).name_of(shown->row.tenant),
               office.text(locale, "subscriptions_title"), kSubscriptionsPath);
    model["facts"] = facts_of(office, request, *shown);
    model["facts_title"] = office.text(locale, "details");
    model["forms"] = actions_for(office, request, *shown);
    fold(model["forms"]);
    model["entries"] = history_of(office, request, shown->row.tenant);
    model["has_entries"] = !model["entries"].empty();
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    model["tables"] = json::array();
    return sdk::page("billing/staff_detail", std::move(model));
}

/// The command that the form asks for, if this person may give it.
sdk::Result<Request> request_in(const sdk::Request& request, const sdk::Fields& form, const Account& account) {
    auto reason = reason_in(form);
    if (!reason) return reason.error();
    auto command = command_in(request.parameters.get("action"), form, account);
    if (!command) return command.error();
    Request wanted{std::move(*command), form.get("key"), {}, {}};
    if (const auto version = read_count(form.get("version"), 0, INT64_MAX)) wanted.expected_version = *version;
    return wanted;
}

bool may_not(const sdk::Request& request, const Command& command) {
    return !is_basic(command) && !request.identity->may(kSubscriptionsManage);
}

sdk::Response refused(const StaffOffice& office, const sdk::Request& request) {
    return sdk::problem(403, "billing.forbidden", office.text(request.locale, "forbidden"));
}

sdk::Result<sdk::Response> preview_action(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto shown = subscription_asked_for(office, request);
    if (!shown) return shown.error();
    const auto wanted = request_in(request, *form, shown->account);
    if (!wanted) return wanted.error();
    if (may_not(request, wanted->command)) return refused(office, request);
    const auto seen =
        office.desk.preview(over_all(request, "billing.subscriptions.preview"), shown->row.tenant, *wanted);
    if (!seen) return seen.error();
    const auto& locale = request.locale;
    const auto& currency = shown->account.profile.currency;
    const auto action = request.parameters.get("action");
    const auto back = std::string(kSubscriptionsPath) + "/" + shown->row.id.text();
    auto model = header(office.text(locale, "actions." + action), office.text(locale, "preview_lead"),
                        plan_name(office, request, shown->row.plan), back);
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    model["facts_title"] = office.text(locale, "preview_title");
    model["facts"] = {fact(label("due_now"), money(seen->due_now, currency)),
                      fact(label("credit_added"), money(seen->credit_added, currency))};
    if (seen->next_renewal)
        model["facts"].push_back(fact(label("next_renewal"), money(seen->next_renewal->total, currency) + ", " +
                                                                 seen->next_renewal->issued_on.text()));
    json tables = json::array();
    for (const auto& invoice : seen->invoices) {
        json rows = json::array();
        for (const auto& line : invoice.lines)
            rows.push_back({{"cells",
                             {{{"text", explain(shown->account, invoice, line)}, {"is_number", false}, {"path", false}},
                              {{"text", money(line.net(), currency)}, {"is_number", true}, {"path", false}}}}});
        rows.push_back({{"cells",
                         {{{"text", label("total")}, {"is_number", false}, {"path", false}},
                          {{"text", money(invoice.total, currency)}, {"is_number", true}, {"path", false}}}}});
        tables.push_back(
            {{"caption", office.text(locale, "preview_title")},
             {"columns",
              {{{"label", label("line")}, {"is_number", false}}, {{"label", label("amount")}, {"is_number", true}}}},
             {"rows", std::move(rows)}});
    }
    StaffForm confirm(office, request, back + "/apply/" + action, "actions.confirm");
    for (const auto& name : action_fields())
        if (const auto value = form->get(name); !value.empty()) confirm.hidden(name, value);
    confirm.hidden("version", std::to_string(shown->account.profile.version)).hidden("key", sdk::make_uuid());
    if (action == "cancel") confirm.dangerous();
    model["tables"] = std::move(tables);
    model["forms"] = json::array({confirm.model()});
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

/// What an agreed price is about: the larger of what is paid now and what would be.
Amount price_at_stake(const Command& command, const Account& account) {
    const auto* change = std::get_if<ChangePlan>(&command);
    const auto* live = account.live_subscription();
    if (change == nullptr || !change->amount || live == nullptr) return 0;
    return std::max(*change->amount, live->base().unit_price);
}

sdk::Result<sdk::Response> ask_for_price(const StaffOffice& office, const sdk::Request& request,
                                         const sdk::Fields& form, const Shown& shown, Amount amount) {
    Approval wanted;
    wanted.kind = "agreed_price";
    wanted.title =
        office.text(request.locale, "price_for", {{"tenant", TenantNames(office, request).name_of(shown.row.tenant)}});
    wanted.page = std::string(kSubscriptionsPath) + "/" + shown.row.id.text();
    wanted.currency = shown.account.profile.currency;
    wanted.amount = amount;
    json fields = json::object();
    for (const auto& name : action_fields())
        if (const auto value = form.get(name); !value.empty()) fields[name] = value;
    wanted.payload = {{"tenant", shown.row.tenant.text()},
                      {"action", request.parameters.get("action")},
                      {"fields", std::move(fields)}};
    return ask_second_person(office, request, wanted, *reason_in(form));
}

sdk::Result<sdk::Response> apply_action(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto shown = subscription_asked_for(office, request);
    if (!shown) return shown.error();
    const auto wanted = request_in(request, *form, shown->account);
    if (!wanted) return wanted.error();
    if (may_not(request, wanted->command)) return refused(office, request);
    if (const auto amount = price_at_stake(wanted->command, shown->account);
        needs_second_person(office.settings.second_person_above, amount, shown->account.profile.currency))
        return ask_for_price(office, request, *form, *shown, amount);
    const auto done = office.desk.act(over_all(request, "billing.subscriptions.act"), shown->row.tenant, *wanted,
                                      by_staff(request, *reason_in(*form)));
    if (!done) return done.error();
    return sdk::redirect_to(std::string(kSubscriptionsPath) + "/" + shown->row.id.text() + "?done=applied");
}

}  // namespace

sdk::Result<void> register_subscription_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin,   "money", "billing.staff.subscriptions_title", "calendar", kSubscriptionsPath,
        kSubscriptionsRead, 100};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kSubscriptionsPath, kSubscriptionsRead, "Subscriptions, filtered", &list_subscriptions)
        .get("/subscriptions.csv", kSubscriptionsRead, "Subscriptions as a file", &export_subscriptions)
        .get("/subscriptions/{id}", kSubscriptionsRead, "One subscription", &show_subscription)
        .post("/subscriptions/{id}/preview/{action}", kSubscriptionsBasic, "Shows what an action would do",
              &preview_action)
        .post("/subscriptions/{id}/apply/{action}", kSubscriptionsBasic, "Does it", &apply_action)
        .done();
}

}  // namespace whatsflow::billing::staff
