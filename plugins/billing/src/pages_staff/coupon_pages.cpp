#include "coupon_pages.hpp"

#include "catalogue_kit.hpp"

#include "store/entities.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kCouponsPath = "/coupons";
constexpr const char* kGiftsPath = "/coupons/gifts";

}  // namespace

json coupon_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path) {
    json tabs = json::array();
    for (const auto& [key, tab_path] :
         {std::pair{"coupons", kCouponsPath}, {"gifts", kGiftsPath}, {"referrals", "/coupons/referrals"}})
        tabs.push_back({{"label", office.text(request.locale, std::string(key) + "_title")},
                        {"tab_path", tab_path},
                        {"is_current", path == tab_path},
                        {"count", false}});
    return {{"tabs_label", office.text(request.locale, "coupons_title")}, {"tabs", std::move(tabs)}};
}

namespace {

std::string worth_of(const Coupon& coupon) {
    return coupon.percent ? coupon.percent->text() + " %" : money(coupon.amount.value_or(0), coupon.currency);
}

bool is_over(const Coupon& coupon, LocalDate today) {
    return coupon.until && *coupon.until <= today;
}

json coupon_form(const StaffOffice& office, const sdk::Request& request) {
    const auto& locale = request.locale;
    std::vector<std::pair<std::string, std::string>> durations;
    for (const auto* each : {"once", "periods", "forever"}) durations.emplace_back(each, office.word(locale, each));
    return StaffForm(office, request, kCouponsPath, "actions.new_coupon")
        .line("code", "", false, "coupon_code")
        .line("percent", "", true, "percent_or_amount")
        .line("amount", "", true)
        .line("currency", "", true, "currency_of_amount")
        .choice("duration", durations, "once")
        .line("periods", "3", true)
        .check("first_purchase_only", false)
        .check("once_per_tenant", true)
        .line("plans", "", true, "plans")
        .day("from", "", true)
        .day("until", "", true)
        .hint("until")
        .line("max_redemptions", "", true, "max_redemptions")
        .line("reason", "", false, "reason")
        .model();
}

sdk::Result<sdk::Response> list_coupons(const StaffOffice& office, const sdk::Request& request) {
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto& locale = request.locale;
    std::vector<json> rows;
    std::vector<std::pair<std::string, std::string>> running;
    for (const auto& coupon : (*catalogue)->coupons) {
        const auto used = office.back_office.coupon_redemptions(request.context, coupon.code);
        if (!used) return used.error();
        auto count = std::to_string(*used);
        if (coupon.max_redemptions) count += " / " + std::to_string(*coupon.max_redemptions);
        rows.push_back({{"id", coupon.code},
                        {"row_label", coupon.code},
                        {"menu", false},
                        {"cells",
                         {cell(coupon.code, {{"is_code", true}}), cell(worth_of(coupon), {{"is_number", true}}),
                          cell(office.word(locale, to_text(coupon.duration.kind))), cell(count, {{"is_number", true}}),
                          cell(coupon.until ? coupon.until->text() : ""),
                          status_cell(office, locale, is_over(coupon, today) ? "retired" : "active")}}});
        if (!is_over(coupon, today)) running.emplace_back(coupon.code, coupon.code);
    }
    const ListShape shape{kCouponsPath, "coupons", {"code_of", "#worth", "duration", "#redeemed", "until", "state"},
                          {},           false,     "percent"};
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = coupon_areas(office, request, kCouponsPath);
    if (!request.identity->may(kCatalogueManage)) return sdk::page("billing/staff_list", std::move(model));
    model["forms"].push_back(coupon_form(office, request));
    if (!running.empty())
        model["forms"].push_back(StaffForm(office, request, "/coupons/end", "actions.end_coupon")
                                     .choice("coupon", running, "")
                                     .line("reason", "", false, "reason")
                                     .dangerous()
                                     .model());
    fold(model["forms"]);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<void> read_worth(const sdk::Fields& form, Coupon& coupon) {
    const auto percent = form.get("percent"), amount = form.get("amount");
    if (percent.empty() == amount.empty()) return bad_input("Give either a percentage or an amount.");
    if (!percent.empty()) {
        const auto read = read_decimal(percent);
        if (!read || read->zero() || read->digits > 100 * read->denominator())
            return bad_input("Write a percentage above 0, up to 100.");
        coupon.percent = *read;
        return sdk::ok();
    }
    coupon.currency = form.get("currency");
    if (coupon.currency.size() != 3 || !is_code(coupon.currency, true))
        return bad_input("An amount needs its currency, such as USD.");
    coupon.amount = read_money(amount, coupon.currency);
    if (!coupon.amount || *coupon.amount == 0) return bad_input("Write the amount as a number, such as 10.00.");
    return sdk::ok();
}

sdk::Result<void> read_window(const sdk::Fields& form, Coupon& coupon) {
    for (const auto& [name, into] : {std::pair{"from", &coupon.from}, {"until", &coupon.until}}) {
        const auto text = form.get(name);
        if (text.empty()) continue;
        *into = read_date(text);
        if (!*into) return bad_input("Choose days of the calendar.");
    }
    if (coupon.from && coupon.until && *coupon.until <= *coupon.from)
        return bad_input("The coupon ends before it begins.");
    const auto most = form.get("max_redemptions");
    if (most.empty()) return sdk::ok();
    const auto count = read_count(most, 1, 1'000'000'000);
    if (!count) return bad_input("Write the most redemptions as a whole number.");
    coupon.max_redemptions = *count;
    return sdk::ok();
}

sdk::Result<Coupon> coupon_in(const sdk::Fields& form, const Catalogue& catalogue) {
    Coupon coupon;
    coupon.code = form.get("code");
    if (!is_code(coupon.code, true)) return bad_input("A coupon's code has capitals, digits, _ and -.");
    if (catalogue.find_coupon(coupon.code) != nullptr) return bad_input("There is a coupon of this code already.");
    if (auto done = read_worth(form, coupon); !done) return done.error();
    const auto duration = form.get("duration");
    coupon.duration.kind = duration == "forever"   ? CouponDuration::Kind::forever
                           : duration == "periods" ? CouponDuration::Kind::periods
                                                   : CouponDuration::Kind::once;
    if (coupon.duration.kind == CouponDuration::Kind::periods) {
        const auto periods = read_count(form.get("periods"), 1, 1'200);
        if (!periods) return bad_input("Write how many periods as a whole number.");
        coupon.duration.periods = static_cast<int>(*periods);
    }
    coupon.first_purchase_only = form.get("first_purchase_only") == "on";
    coupon.once_per_tenant = form.get("once_per_tenant") == "on";
    auto plans = form.get("plans");
    while (!plans.empty()) {
        const auto comma = plans.find(',');
        auto plan = plans.substr(0, comma);
        plans = comma == std::string::npos ? std::string{} : plans.substr(comma + 1);
        std::erase(plan, ' ');
        if (catalogue.find_plan(plan) == nullptr) return bad_input("Name plans by their codes, with commas between.");
        coupon.plans.push_back(plan);
    }
    if (auto done = read_window(form, coupon); !done) return done.error();
    return coupon;
}

sdk::Result<sdk::Response> make_coupon(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto coupon = coupon_in(*form, **catalogue);
    if (!coupon) return coupon.error();
    return propose(office, request, *form,
                   {office.text(request.locale, "actions.new_coupon"), office.text(request.locale, "coupons_title"),
                    kCouponsPath, kCouponsPath, std::nullopt, *coupon});
}

sdk::Result<sdk::Response> end_coupon(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto catalogue = office.desk.catalogue(request.context);
    if (!catalogue) return catalogue.error();
    const auto* coupon = (*catalogue)->find_coupon(form->get("coupon"));
    if (coupon == nullptr) return bad_input("Choose a coupon.");
    auto ended = *coupon;
    ended.until = local_date(office.host.clock().now(), "UTC");
    Proposal proposal{office.text(request.locale, "actions.end_coupon"),
                      office.text(request.locale, "coupons_title"),
                      kCouponsPath,
                      "/coupons/end",
                      *coupon,
                      ended};
    proposal.consequences = {{office.text(request.locale, "effect"), office.text(request.locale, "effect_of_end")}};
    return propose(office, request, *form, proposal);
}

json gift_form(const StaffOffice& office, const sdk::Request& request) {
    return StaffForm(office, request, kGiftsPath, "actions.sell_gifts")
        .line("amount", "", false, "price")
        .line("currency", "", false, "currency")
        .line("count", "1")
        .day("expires_on", "", true)
        .line("reason", "", false, "reason")
        .model();
}

sdk::Response gifts_page(const StaffOffice& office, const sdk::Request& request, json codes) {
    const auto& locale = request.locale;
    auto model = header(office.text(locale, "gifts_title"), office.text(locale, "gifts_lead"),
                        office.text(locale, "coupons_title"), kCouponsPath);
    model["areas"] = coupon_areas(office, request, kGiftsPath);
    model["has_codes"] = !codes.empty();
    model["codes"] = std::move(codes);
    model["codes_title"] = office.text(locale, "gifts_made");
    model["codes_text"] = office.text(locale, "gifts_once");
    model["forms"] =
        request.identity->may(kCatalogueManage) ? json::array({gift_form(office, request)}) : json::array();
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_gifts", std::move(model)).header("Cache-Control", "no-store");
}

sdk::Result<sdk::Response> show_gifts(const StaffOffice& office, const sdk::Request& request) {
    return gifts_page(office, request, json::array());
}

/// The codes are on this one page and nowhere else: only their hashes are kept.
sdk::Result<sdk::Response> sell_gifts(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto currency = form->get("currency");
    if (currency.size() != 3 || !is_code(currency, true)) return bad_input("Write the currency as three capitals.");
    const auto value = read_money(form->get("amount"), currency);
    if (!value || *value == 0) return bad_input("Write the value as a number, such as 50.00.");
    const auto count = read_count(form->get("count"), 1, 1'000);
    if (!count) return bad_input("Make 1 to 1,000 codes at once.");
    std::optional<LocalDate> expires;
    if (const auto text = form->get("expires_on"); !text.empty()) {
        expires = read_date(text);
        if (!expires || *expires <= local_date(office.host.clock().now(), "UTC"))
            return bad_input("Choose a later day for the codes to expire.");
    }
    if (needs_second_person(office.settings.second_person_above, *value * *count, currency))
        return sdk::fail("billing.too_much_at_once", office.text(request.locale, "gifts_too_much"));
    const auto made = office.back_office.sell_gifts(request.context, *value, currency, static_cast<int>(*count),
                                                    expires, by_staff(request, *reason));
    if (!made) return made.error();
    json codes = json::array();
    for (const auto& code : *made) codes.push_back({{"code", code}});
    return gifts_page(office, request, std::move(codes));
}

}  // namespace

sdk::Result<void> register_coupon_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin, "money", "billing.staff.coupons_title", "percent", kCouponsPath,
                                     kCatalogueRead,   145};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kCouponsPath, kCatalogueRead, "Coupons and how often they were used", &list_coupons)
        .post(kCouponsPath, kCatalogueManage, "Publishes a coupon", &make_coupon)
        .post("/coupons/end", kCatalogueManage, "Ends a coupon", &end_coupon)
        .get(kGiftsPath, kCatalogueRead, "Gift codes", &show_gifts)
        .post(kGiftsPath, kCatalogueManage, "Makes gift codes", &sell_gifts)
        .done();
}

}  // namespace whatsflow::billing::staff
