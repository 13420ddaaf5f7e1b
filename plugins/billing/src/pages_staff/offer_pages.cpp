#include "offer_pages.hpp"

#include "catalogue_kit.hpp"
#include "overage_form.hpp"
#include "price_form.hpp"

#include "../metrics/limit_trial.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kAddOnsPath = "/billing-config/add-ons";
constexpr const char* kMetersPath = "/billing-config/meters";
constexpr const char* kTaxesPath = "/billing-config/taxes";
constexpr int kDaysTried = 30;
constexpr int kPeriodsTried = 50'000;

json offer_row(std::vector<json> cells) {
    return {{"id", ""}, {"row_label", ""}, {"menu", false}, {"cells", std::move(cells)}};
}

json lead_cell(const std::string& name, const std::string& path) {
    return cell(name, {{"cell_path", path}, {"is_row_link", true}});
}

/// A page of one thing: what it is on the left, what can be published on the right.
sdk::Response offer_page(const StaffOffice& office, const sdk::Request& request, const CatalogueEntry& entry,
                         const std::string& name, const std::string& back_label, const std::string& back_path,
                         json forms) {
    auto model = header(name, "", back_label, back_path);
    model["facts_title"] = office.text(request.locale, "details");
    model["facts"] = json::array();
    for (const auto& [term, value] : describe(office, request.locale, entry))
        model["facts"].push_back(fact(term, value));
    model["forms"] = std::move(forms);
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["tables"] = json::array();
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

sdk::Result<sdk::Response> list_add_ons(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    std::vector<json> rows;
    for (const auto& add_on : (*catalogue)->add_ons) {
        std::string limits;
        for (const auto& [meter, most] : add_on.adds_to_limits)
            limits += (limits.empty() ? "" : ", ") + meter + " +" + (most ? std::to_string(*most) : "∞");
        rows.push_back(offer_row({lead_cell(add_on.name, std::string(kAddOnsPath) + "/" + add_on.code),
                                  cell(add_on.code, {{"is_code", true}}), cell(limits),
                                  cell(std::to_string(add_on.prices.size()), {{"is_number", true}})}));
    }
    const ListShape shape{kAddOnsPath, "add_ons", {"name", "code_of", "adds", "#prices"}, {}, false, "package"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, kAddOnsPath);
    if (request.identity->may(kCatalogueManage))
        model["forms"] = json::array({StaffForm(office, request, kAddOnsPath, "actions.new_add_on")
                                          .line("code", "", false, "code")
                                          .line("name", "")
                                          .line("meter", "", false, "meter")
                                          .line("adds", "1")
                                          .line("reason", "", false, "reason")
                                          .model()});
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> make_add_on(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    AddOn add_on;
    add_on.code = form->get("code");
    if (!is_code(add_on.code)) return bad_input("An add-on's code has small letters, digits, _ and -.");
    if ((*catalogue)->find_add_on(add_on.code) != nullptr) return bad_input("There is an add-on of this code already.");
    const auto name = read_line(*form, "name", 60);
    if (!name || name->empty()) return bad_input("Give the add-on a name of at most 60 characters.");
    add_on.name = *name;
    if ((*catalogue)->find_meter(form->get("meter")) == nullptr) return bad_input("There is no such meter.");
    const auto adds = read_count(form->get("adds"), 1, 1'000'000'000);
    if (!adds) return bad_input("Write how much one of it adds as a whole number.");
    add_on.adds_to_limits[form->get("meter")] = *adds;
    return propose(office, request, *form,
                   {office.text(request.locale, "actions.new_add_on"), office.text(request.locale, "add_ons_title"),
                    kAddOnsPath, kAddOnsPath, std::nullopt, add_on});
}

json add_on_form(const StaffOffice& office, const sdk::Request& request, const Catalogue& catalogue,
                 const AddOn& add_on) {
    StaffForm form(office, request, std::string(kAddOnsPath) + "/" + add_on.code, "actions.edit_add_on");
    form.line("name", add_on.name);
    for (const auto& meter : catalogue.meters) {
        const auto found = add_on.adds_to_limits.find(meter.code);
        const bool adds = found != add_on.adds_to_limits.end() && found->second;
        form.named_line("adds-" + meter.code, office.text(request.locale, "fields.adds_to", {{"meter", meter.name}}),
                        adds ? std::to_string(*found->second) : std::string{});
    }
    return form.check("for_holders", false).line("reason", "", false, "reason").model();
}

sdk::Result<sdk::Response> edit_add_on(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* add_on = (*catalogue)->find_add_on(request.parameters.get("code"));
    if (add_on == nullptr) return nothing_there();
    auto after = *add_on;
    const auto name = read_line(*form, "name", 60);
    if (!name || name->empty()) return bad_input("Give the add-on a name of at most 60 characters.");
    after.name = *name;
    after.for_holders = form->get("for_holders") == "on";
    for (const auto& meter : (*catalogue)->meters) {
        const auto text = form->get("adds-" + meter.code);
        const auto adds = read_count(text, 1, 1'000'000'000);
        if (!text.empty() && !adds) return bad_input("Write how much one of it adds as a whole number, or nothing.");
        if (adds)
            after.adds_to_limits[meter.code] = *adds;
        else
            after.adds_to_limits.erase(meter.code);
    }
    const auto path = std::string(kAddOnsPath) + "/" + add_on->code;
    return propose(
        office, request, *form,
        {office.text(request.locale, "edit_of", {{"name", add_on->name}}), add_on->name, path, path, *add_on, after});
}

sdk::Result<sdk::Response> show_add_on(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* add_on = (*catalogue)->find_add_on(request.parameters.get("code"));
    if (add_on == nullptr) return nothing_there();
    json forms = json::array();
    if (request.identity->may(kCatalogueManage)) {
        forms.push_back(price_form(office, request, std::string(kAddOnsPath) + "/" + add_on->code + "/price"));
        forms.push_back(add_on_form(office, request, **catalogue, *add_on));
        fold(forms);
    }
    return offer_page(office, request, *add_on, add_on->name, office.text(request.locale, "add_ons_title"), kAddOnsPath,
                      std::move(forms));
}

sdk::Result<sdk::Response> price_add_on(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* add_on = (*catalogue)->find_add_on(request.parameters.get("code"));
    if (add_on == nullptr) return nothing_there();
    return propose_price(office, request, *form,
                         {add_on->code, add_on->name, std::string(kAddOnsPath) + "/" + add_on->code, *add_on,
                          add_on->prices, [each = *add_on](std::vector<Price> prices) {
                              auto next = each;
                              next.prices = std::move(prices);
                              return CatalogueEntry{std::move(next)};
                          }});
}

sdk::Result<sdk::Response> list_meters(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto word = [&](std::string_view each) { return office.word(request.locale, each); };
    std::vector<json> rows;
    for (const auto& meter : (*catalogue)->meters)
        rows.push_back(offer_row({lead_cell(meter.name, std::string(kMetersPath) + "/" + meter.code),
                                  cell(meter.code, {{"is_code", true}}),
                                  cell(word(meter.reset == MeterReset::period ? "period" : "never")),
                                  cell(meter.overage ? word(to_text(meter.overage->model)) : word("none"))}));
    const ListShape shape{kMetersPath, "meters", {"name", "code_of", "reset", "overage"}, {}, false, "gauge"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, kMetersPath);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> show_meter(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* meter = (*catalogue)->find_meter(request.parameters.get("code"));
    if (meter == nullptr) return nothing_there();
    json forms = json::array();
    if (request.identity->may(kCatalogueManage))
        forms.push_back(meter_form(office, request, std::string(kMetersPath) + "/" + meter->code, *meter));
    return offer_page(office, request, *meter, meter->name, office.text(request.locale, "meters_title"), kMetersPath,
                      std::move(forms));
}

/// The meter as it is and as it shall be, on the periods that ended in the last month.
sdk::Result<void> try_limit(const StaffOffice& office, const sdk::Request& request, const Meter& before,
                            const Meter& after, Proposal& proposal) {
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto used = office.finance.used(over_all(request, "billing.limits.trial"), before.code,
                                          today.plus_days(-kDaysTried), today, kPeriodsTried);
    if (!used) return used.error();
    const auto now = tried_on(before, *used), then = tried_on(after, *used);
    const auto& locale = request.locale;
    const auto compare = [&](const char* what, const std::string& was, const std::string& will) {
        proposal.consequences.emplace_back(office.text(locale, what),
                                           office.text(locale, "now_and_then", {{"now", was}, {"then", will}}));
    };
    proposal.consequences = {{office.text(locale, "effect"), office.text(locale, "effect_at_once")},
                             {office.text(locale, "tried_on_periods"), std::to_string(now.counters)}};
    compare("would_warn", std::to_string(now.warned), std::to_string(then.warned));
    compare("would_stop", std::to_string(now.stopped), std::to_string(then.stopped));
    compare("would_refuse", std::to_string(now.refused), std::to_string(then.refused));
    auto costs = now.overage;
    costs.insert(then.overage.begin(), then.overage.end());
    for (const auto& [currency, amount] : costs) {
        const auto cost_in = [&currency = currency](const LimitOutcome& outcome) {
            const auto found = outcome.overage.find(currency);
            return money(found == outcome.overage.end() ? 0 : found->second, currency);
        };
        compare("would_cost", cost_in(now), cost_in(then));
    }
    return sdk::ok();
}

/// The rate on what was invoiced in the last month.
sdk::Result<void> try_tax(const StaffOffice& office, const sdk::Request& request, const TaxRate& rate,
                          Proposal& proposal) {
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto sums = office.finance.taxed(over_all(request, "billing.tax.trial"), rate.country,
                                           today.plus_days(-kDaysTried), today.plus_days(1));
    if (!sums) return sums.error();
    for (const auto& each : *sums)
        proposal.consequences.emplace_back(
            office.text(request.locale, "would_tax", {{"count", std::to_string(each.invoices)}}),
            office.text(
                request.locale, "now_and_then",
                {{"now", money(each.tax, each.currency)}, {"then", money(tax_at(rate, each.amount), each.currency)}}));
    return sdk::ok();
}

sdk::Result<sdk::Response> edit_meter(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* meter = (*catalogue)->find_meter(request.parameters.get("code"));
    if (meter == nullptr) return nothing_there();
    const auto after = meter_in(*form, *meter);
    if (!after) return after.error();
    const auto path = std::string(kMetersPath) + "/" + meter->code;
    Proposal proposal{office.text(request.locale, "edit_of", {{"name", meter->name}}),
                      meter->name,
                      path,
                      path,
                      CatalogueEntry{*meter},
                      CatalogueEntry{*after}};
    if (auto tried = try_limit(office, request, *meter, *after, proposal); !tried) return tried.error();
    return propose(office, request, *form, proposal);
}

std::string rate_key(const TaxRate& rate) {
    return rate.country + ":" + rate.name + ":" + rate.from.text();
}

sdk::Result<sdk::Response> list_taxes(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    std::vector<json> rows;
    std::vector<std::pair<std::string, std::string>> running;
    for (const auto& rate : (*catalogue)->tax_rates) {
        rows.push_back(
            offer_row({cell(rate.country), cell(rate.name), cell(rate.percent.text() + " %", {{"is_number", true}}),
                       cell(office.word(request.locale, rate.inclusive ? "yes" : "no")), cell(rate.from.text()),
                       cell(rate.until ? rate.until->text() : "")}));
        if (!rate.until) running.emplace_back(rate_key(rate), rate.country + ", " + rate.name);
    }
    const ListShape shape{kTaxesPath, "taxes", {"country", "name", "#percent", "inclusive", "from", "until"},
                          {},         false,   "percent"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, kTaxesPath);
    if (request.identity->may(kCatalogueManage)) {
        const auto today = local_date(office.host.clock().now(), "UTC").text();
        model["forms"].push_back(StaffForm(office, request, kTaxesPath, "actions.new_tax")
                                     .line("country", "", false, "country")
                                     .line("name", "VAT")
                                     .line("percent", "")
                                     .check("inclusive", false)
                                     .check("reverse_charge", false)
                                     .day("from", today)
                                     .line("reason", "", false, "reason")
                                     .model());
        if (!running.empty())
            model["forms"].push_back(StaffForm(office, request, std::string(kTaxesPath) + "/end", "actions.end_tax")
                                         .choice("rate", running, "")
                                         .day("until", "")
                                         .line("reason", "", false, "reason")
                                         .model());
        fold(model["forms"]);
    }
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> make_tax(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    TaxRate rate;
    rate.country = form->get("country");
    if (rate.country.size() != 2 || !is_code(rate.country, true))
        return bad_input("Write the country as two capitals, such as LK.");
    const auto name = read_line(*form, "name", 20);
    if (!name || name->empty() || name->find(':') != std::string::npos)
        return bad_input("Give the tax a short name, such as VAT.");
    rate.name = *name;
    const auto percent = read_decimal(form->get("percent"));
    if (!percent || percent->digits > 100 * percent->denominator()) return bad_input("Write 0 to 100 percent.");
    rate.percent = *percent;
    rate.inclusive = form->get("inclusive") == "on";
    rate.reverse_charge_for_businesses = form->get("reverse_charge") == "on";
    const auto from = read_date(form->get("from"));
    if (!from) return bad_input("Choose the first day.");
    rate.from = *from;
    Proposal proposal{office.text(request.locale, "actions.new_tax"),
                      office.text(request.locale, "taxes_title"),
                      kTaxesPath,
                      kTaxesPath,
                      std::nullopt,
                      rate};
    proposal.consequences = {{office.text(request.locale, "effect"), office.text(request.locale, "effect_of_tax")}};
    if (auto tried = try_tax(office, request, rate, proposal); !tried) return tried.error();
    return propose(office, request, *form, proposal);
}

sdk::Result<sdk::Response> end_tax(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto until = read_date(form->get("until"));
    for (const auto& rate : (*catalogue)->tax_rates) {
        if (rate_key(rate) != form->get("rate")) continue;
        if (!until || *until <= rate.from) return bad_input("Choose a day after the rate's first one.");
        auto ended = rate;
        ended.until = *until;
        return propose(office, request, *form,
                       {office.text(request.locale, "actions.end_tax"), office.text(request.locale, "taxes_title"),
                        kTaxesPath, std::string(kTaxesPath) + "/end", rate, ended});
    }
    return bad_input("Choose a rate.");
}

sdk::Result<sdk::Response> list_providers(const StaffOffice& office, const sdk::Request& request) {
    const auto providers = office.desk.providers(request.context);
    if (!providers) return providers.error();
    std::vector<json> rows;
    for (const auto& provider : *providers) {
        std::string missing;
        for (const auto& each : provider.info.missing_settings) missing += (missing.empty() ? "" : ", ") + each;
        rows.push_back(
            offer_row({lead_cell(provider.info.name, "/plugins/" + provider.id),
                       status_cell(office, request.locale, missing.empty() ? "ready" : "not_ready"),
                       cell(office.word(request.locale, provider.info.live ? "live" : "sandbox")), cell(missing),
                       cell(office.host.site_url(sdk::Site::api) + "/webhooks/" + provider.id, {{"is_code", true}})}));
    }
    const ListShape shape{"/billing-config/providers",
                          "providers",
                          {"provider", "state", "mode", "missing", "notices_to"},
                          {},
                          false,
                          "credit-card"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = catalogue_areas(office, request, "/billing-config/providers");
    return sdk::page("billing/staff_list", std::move(model));
}

}  // namespace

sdk::Result<void> register_offer_pages(const StaffOffice& office) {
    return StaffRoutes(office)
        .get(kAddOnsPath, kCatalogueRead, "Add-ons", &list_add_ons)
        .post(kAddOnsPath, kCatalogueManage, "Publishes an add-on", &make_add_on)
        .get("/billing-config/add-ons/{code}", kCatalogueRead, "One add-on", &show_add_on)
        .post("/billing-config/add-ons/{code}", kCatalogueManage, "Publishes another version of an add-on",
              &edit_add_on)
        .post("/billing-config/add-ons/{code}/price", kCatalogueManage, "Publishes a price of an add-on", &price_add_on)
        .get(kMetersPath, kCatalogueRead, "Meters with their limits", &list_meters)
        .get("/billing-config/meters/{code}", kCatalogueRead, "One meter", &show_meter)
        .post("/billing-config/meters/{code}", kCatalogueManage, "Publishes another version of a meter", &edit_meter)
        .get(kTaxesPath, kCatalogueRead, "Tax rates", &list_taxes)
        .post(kTaxesPath, kCatalogueManage, "Publishes a tax rate", &make_tax)
        .post("/billing-config/taxes/end", kCatalogueManage, "Ends a tax rate", &end_tax)
        .get("/billing-config/providers", kCatalogueRead, "Payment providers and their state", &list_providers)
        .done();
}

}  // namespace whatsflow::billing::staff
