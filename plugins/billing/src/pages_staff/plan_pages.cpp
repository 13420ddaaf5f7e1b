#include "plan_pages.hpp"

#include "catalogue_kit.hpp"
#include "plan_move_pages.hpp"
#include "price_form.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kPlansPath = "/billing-config";

std::string path_of(const std::string& code) {
    return "/billing-config/plans/" + sdk::encode_url(code);
}

/// What new subscribers pay by the month in each currency: `USD 29.00, LKR 8,900.00`.
std::string monthly_prices(const Plan& plan, LocalDate today) {
    std::string text;
    for (const auto& price : plan.prices) {
        if (!(price.interval == Interval{})) continue;
        const auto* version = version_for_new(price, today);
        if (version != nullptr) text += (text.empty() ? "" : ", ") + money(version->amount, price.currency);
    }
    return text;
}

sdk::Result<sdk::Response> list_plans(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto today = local_date(office.host.clock().now(), "UTC");
    std::vector<json> rows;
    for (const auto& plan : (*catalogue)->plans)
        rows.push_back({{"id", plan.code},
                        {"row_label", plan.name},
                        {"menu", false},
                        {"cells",
                         {cell(plan.name, {{"cell_path", path_of(plan.code)}, {"is_row_link", true}}),
                          cell(plan.code, {{"is_code", true}}), cell(monthly_prices(plan, today)),
                          cell(std::to_string(plan.trial_days), {{"is_number", true}}),
                          status_cell(office, request.locale, plan.retired ? "retired" : "active")}}});
    const ListShape shape{kPlansPath, "plans", {"plan", "code_of", "monthly", "#trial_days", "state"},
                          {},         false,   "tag"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, kPlansPath);
    if (request.identity->may(kCatalogueManage))
        model["forms"] = json::array({StaffForm(office, request, "/billing-config/plans", "actions.new_plan")
                                          .line("code", "", false, "code")
                                          .line("name", "")
                                          .line("reason", "", false, "reason")
                                          .model()});
    return sdk::page("billing/staff_list", std::move(model));
}

struct ShownPlan {
    std::shared_ptr<const Catalogue> catalogue;
    Plan plan;
};

sdk::Result<ShownPlan> plan_asked_for(const StaffOffice& office, const sdk::Request& request) {
    auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* plan = (*catalogue)->find_plan(request.parameters.get("code"));
    if (plan == nullptr) return nothing_there();
    return ShownPlan{*catalogue, *plan};
}

std::set<std::string> features_of(const Catalogue& catalogue) {
    std::set<std::string> features;
    for (const auto& plan : catalogue.plans)
        for (const auto& [feature, included] : plan.features) features.insert(feature);
    return features;
}

std::string limit_text(const Limits& limits, const std::string& meter) {
    const auto found = limits.find(meter);
    return found == limits.end() || !found->second ? std::string{} : std::to_string(*found->second);
}

json edit_form(const StaffOffice& office, const sdk::Request& request, const ShownPlan& shown) {
    const auto& plan = shown.plan;
    StaffForm form(office, request, path_of(plan.code), "actions.edit_plan");
    form.line("name", plan.name)
        .check("for_sale", !plan.retired)
        .line("trial_days", std::to_string(plan.trial_days))
        .check("trial_needs_method", plan.trial_needs_payment_method);
    const auto& locale = request.locale;
    for (const auto& meter : shown.catalogue->meters)
        form.named_line("limit-" + meter.code, office.text(locale, "fields.limit_of", {{"meter", meter.name}}),
                        limit_text(plan.limits, meter.code))
            .hint("limit");
    for (const auto& meter : shown.catalogue->meters)
        if (meter.reset == MeterReset::period)
            form.named_line("trial-" + meter.code,
                            office.text(locale, "fields.trial_limit_of", {{"meter", meter.name}}),
                            plan.trial_limits ? limit_text(*plan.trial_limits, meter.code) : std::string{})
                .hint("trial_limit");
    for (const auto& feature : features_of(*shown.catalogue)) {
        const auto found = plan.features.find(feature);
        form.named_check("feature-" + feature, office.text(locale, "fields.feature_of", {{"feature", feature}}),
                         found != plan.features.end() && found->second);
    }
    return form.line("new_feature", "", true, "new_feature").line("reason", "", false, "reason").model();
}

json plan_history(const StaffOffice& office, const sdk::Request& request, const std::string& kind,
                  const std::string& code) {
    json entries = json::array();
    const auto versions = office.back_office.catalogue_history(request.context, kind, code);
    if (!versions) return entries;
    for (const auto& version : *versions)
        entries.push_back(
            {{"icon", "history"},
             {"who", version.made_by},
             {"text", office.text(request.locale, "version_of", {{"version", std::to_string(version.version)}})},
             {"at", sdk::to_micros(version.made_at)},
             {"detail", false},
             {"entry_path", false}});
    return entries;
}

sdk::Result<sdk::Response> show_plan(const StaffOffice& office, const sdk::Request& request) {
    const auto shown = plan_asked_for(office, request);
    if (!shown) return shown.error();
    const auto& locale = request.locale;
    auto model = header(shown->plan.name, "", office.text(locale, "plans_title"), kPlansPath);
    model["chip"] = shown->plan.code;
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = json::array();
    for (const auto& [name, value] : describe(office, locale, shown->plan)) model["facts"].push_back(fact(name, value));
    model["forms"] = json::array();
    model["tables"] = json::array();
    if (request.identity->may(kCatalogueManage)) {
        model["forms"].push_back(price_form(office, request, path_of(shown->plan.code) + "/price"));
        model["forms"].push_back(edit_form(office, request, *shown));
    }
    add_versions(office, request, shown->plan.code, model);
    fold(model["forms"]);
    model["entries"] = plan_history(office, request, "plan", shown->plan.code);
    model["has_entries"] = !model["entries"].empty();
    model["actions"] = json::array({{{"label", office.text(locale, "moves_title")},
                                     {"link_path", "/billing-config/moves"},
                                     {"action_path", false},
                                     {"opens", false},
                                     {"primary", false},
                                     {"danger", false},
                                     {"action_icon", false}}});
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

/// Empty is unlimited.
bool read_limit(const sdk::Fields& form, const std::string& field, const std::string& meter, Limits& limits) {
    const auto text = form.get(field);
    if (text.empty()) {
        if (limits.contains(meter)) limits[meter] = std::nullopt;
        return true;
    }
    const auto most = read_count(text, 0, 1'000'000'000'000);
    if (!most) return false;
    limits[meter] = *most;
    return true;
}

sdk::Result<Plan> edited(const sdk::Fields& form, const ShownPlan& shown) {
    auto plan = shown.plan;
    const auto name = read_line(form, "name", 60);
    if (!name || name->empty()) return bad_input("Give the plan a name of at most 60 characters.");
    plan.name = *name;
    plan.retired = form.get("for_sale") != "on";
    const auto days = read_count(form.get("trial_days"), 0, 365);
    if (!days) return bad_input("A trial has 0 to 365 days.");
    plan.trial_days = static_cast<int>(*days);
    plan.trial_needs_payment_method = form.get("trial_needs_method") == "on";
    Limits trial;
    for (const auto& meter : shown.catalogue->meters) {
        if (!read_limit(form, "limit-" + meter.code, meter.code, plan.limits))
            return bad_input("Write limits as whole numbers; empty means unlimited.");
        if (const auto text = form.get("trial-" + meter.code); !text.empty()) {
            const auto most = read_count(text, 0, 1'000'000'000'000);
            if (!most) return bad_input("Write limits of the trial as whole numbers; empty means those of the plan.");
            trial[meter.code] = *most;
        }
    }
    if (trial.empty()) {
        plan.trial_limits.reset();
    } else {
        plan.trial_limits = plan.limits;
        for (const auto& [meter, most] : trial) (*plan.trial_limits)[meter] = most;
    }
    for (const auto& feature : features_of(*shown.catalogue)) {
        const bool included = form.get("feature-" + feature) == "on";
        if (included || plan.features.contains(feature)) plan.features[feature] = included;
    }
    if (const auto feature = form.get("new_feature"); !feature.empty()) {
        if (!is_code(feature)) return bad_input("A feature's code has small letters, digits, _ and -.");
        plan.features[feature] = true;
    }
    return plan;
}

/// Everybody who is on the plan, whatever they pay.
sdk::Result<std::int64_t> subscribers_of(const StaffOffice& office, const sdk::Request& request, const Plan& plan) {
    std::int64_t count = 0;
    for (const auto& price : plan.prices) {
        const auto holders = office.finance.holders(request.context, plan.code, price.currency, price.interval.text());
        if (!holders) return holders.error();
        count += holders->subscriptions;
    }
    return count;
}

sdk::Result<sdk::Response> edit_plan(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto shown = plan_asked_for(office, request);
    if (!shown) return shown.error();
    auto plan = edited(*form, *shown);
    if (!plan) return plan.error();
    const auto subscribers = subscribers_of(office, request, shown->plan);
    if (!subscribers) return subscribers.error();
    const auto& locale = request.locale;
    Proposal proposal{office.text(locale, "edit_of", {{"name", shown->plan.name}}),
                      shown->plan.name,
                      path_of(shown->plan.code),
                      path_of(shown->plan.code),
                      CatalogueEntry{shown->plan},
                      CatalogueEntry{*std::move(plan)}};
    proposal.consequences = {{office.text(locale, "subscribers"), std::to_string(*subscribers)},
                             {office.text(locale, "effect"), office.text(locale, "effect_of_limits")}};
    return propose(office, request, *form, proposal);
}

sdk::Result<sdk::Response> make_plan(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    Plan plan;
    plan.code = form->get("code");
    if (!is_code(plan.code)) return bad_input("A plan's code has small letters, digits, _ and -.");
    if ((*catalogue)->find_plan(plan.code) != nullptr) return bad_input("There is a plan of this code already.");
    const auto name = read_line(*form, "name", 60);
    if (!name || name->empty()) return bad_input("Give the plan a name of at most 60 characters.");
    plan.name = *name;
    plan.retired = true;  // until it has limits and prices, and somebody puts it on sale
    const auto done = office.back_office.publish(request.context, plan, by_staff(request, *reason));
    if (!done) return done.error();
    return sdk::redirect_to(path_of(plan.code) + "?done=published");
}

sdk::Result<sdk::Response> price_plan(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto shown = plan_asked_for(office, request);
    if (!shown) return shown.error();
    return propose_price(office, request, *form,
                         {shown->plan.code, shown->plan.name, path_of(shown->plan.code), shown->plan,
                          shown->plan.prices, [plan = shown->plan](std::vector<Price> prices) {
                              auto next = plan;
                              next.prices = std::move(prices);
                              return CatalogueEntry{std::move(next)};
                          }});
}

}  // namespace

sdk::Result<void> register_plan_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin, "money", "billing.staff.catalogue_title", "tag", kPlansPath,
                                     kCatalogueRead,   140};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kPlansPath, kCatalogueRead, "Plans", &list_plans)
        .get("/billing-config/plans/{code}", kCatalogueRead, "One plan with its versions", &show_plan)
        .post("/billing-config/plans", kCatalogueManage, "Begins a plan", &make_plan)
        .post("/billing-config/plans/{code}", kCatalogueManage, "Publishes another version of a plan", &edit_plan)
        .post("/billing-config/plans/{code}/price", kCatalogueManage, "Publishes a price", &price_plan)
        .done();
}

}  // namespace whatsflow::billing::staff
