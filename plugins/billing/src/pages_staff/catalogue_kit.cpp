#include "catalogue_kit.hpp"

#include "store/entities.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

/// Says each kind of entry in words.
class Describer {
public:
    Describer(const StaffOffice& office, const std::string& locale) : office_(office), locale_(locale) {}

    Described operator()(const Plan& plan) {
        add("name", plan.name);
        add("for_sale", yes_no(!plan.retired));
        add("trial_days", std::to_string(plan.trial_days));
        add("trial_needs_method", yes_no(plan.trial_needs_payment_method));
        add_limits("limit_of", plan.limits);
        if (plan.trial_limits) add_limits("trial_limit_of", *plan.trial_limits);
        for (const auto& [code, included] : plan.features)
            said_.emplace_back(say("feature_of", {{"feature", code}}), yes_no(included));
        add_prices(plan.prices);
        return said_;
    }
    Described operator()(const AddOn& add_on) {
        add("name", add_on.name);
        add_limits("adds_to", add_on.adds_to_limits);
        add("for_holders", yes_no(add_on.for_holders));
        add_prices(add_on.prices);
        return said_;
    }
    Described operator()(const Meter& meter) {
        add("name", meter.name);
        add("reset", office_.word(locale_, to_text(meter.reset)));
        add("aggregation", office_.word(locale_, "aggregations." + std::string(to_text(meter.aggregation))));
        add("limit_kind", office_.word(locale_, to_text(meter.policy.kind)));
        add("grace_percent", std::to_string(meter.policy.grace_percent));
        add("warn_at", joined(meter.policy.warn_at_percent));
        if (!meter.overage) {
            add("overage", office_.word(locale_, "none"));
            return said_;
        }
        add("overage", office_.word(locale_, to_text(meter.overage->model)));
        add("unit_amount", meter.overage->unit_amount.text());
        for (const auto& tier : meter.overage->tiers)
            said_.emplace_back(say("tier_up_to", {{"count", tier.up_to ? std::to_string(*tier.up_to) : "∞"}}),
                               tier.unit_amount.text());
        add("package_size", std::to_string(meter.overage->package_size));
        add("free_units", std::to_string(meter.overage->free_units));
        return said_;
    }
    Described operator()(const Coupon& coupon) {
        add("worth", coupon.percent ? coupon.percent->text() + " %"
                                    : coupon.currency + " " + std::to_string(coupon.amount.value_or(0)));
        add("duration", office_.word(locale_, to_text(coupon.duration.kind)) +
                            (coupon.duration.kind == CouponDuration::Kind::periods
                                 ? " (" + std::to_string(coupon.duration.periods) + ")"
                                 : ""));
        add("first_purchase_only", yes_no(coupon.first_purchase_only));
        add("once_per_tenant", yes_no(coupon.once_per_tenant));
        std::string plans;
        for (const auto& plan : coupon.plans) plans += (plans.empty() ? "" : ", ") + plan;
        add("plans", plans);
        add("from", coupon.from ? coupon.from->text() : "");
        add("until", coupon.until ? coupon.until->text() : "");
        add("max_redemptions", coupon.max_redemptions ? std::to_string(*coupon.max_redemptions) : "");
        return said_;
    }
    Described operator()(const TaxRate& rate) {
        add("country", rate.country);
        add("name", rate.name);
        add("percent", rate.percent.text());
        add("inclusive", yes_no(rate.inclusive));
        add("from", rate.from.text());
        add("until", rate.until ? rate.until->text() : "");
        add("reverse_charge", yes_no(rate.reverse_charge_for_businesses));
        return said_;
    }
    Described operator()(const DunningPolicy& policy) {
        const auto days = [](const std::optional<int>& day) { return day ? std::to_string(*day) : std::string(); };
        add("retry_days", joined(policy.retry_days));
        add("limited_after", days(policy.limited_after));
        add("suspended_after", days(policy.suspended_after));
        add("canceled_after", days(policy.canceled_after));
        add("blocks_billing", yes_no(policy.blocks_billing));
        return said_;
    }

private:
    std::string say(const std::string& key, const std::vector<std::pair<std::string, std::string>>& values = {}) const {
        return office_.text(locale_, "fields." + key, values);
    }
    void add(const char* key, std::string value) {
        said_.emplace_back(say(key), value.empty() ? std::string("–") : std::move(value));
    }
    std::string yes_no(bool value) const { return office_.word(locale_, value ? "yes" : "no"); }
    static std::string joined(const std::vector<int>& numbers) {
        std::string text;
        for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
        return text;
    }
    void add_limits(const char* key, const Limits& limits) {
        for (const auto& [meter, most] : limits)
            said_.emplace_back(say(key, {{"meter", meter}}),
                               most ? std::to_string(*most) : office_.word(locale_, "unlimited"));
    }
    void add_prices(const std::vector<Price>& prices) {
        for (const auto& price : prices)
            for (const auto& version : price.versions)
                said_.emplace_back(
                    say("price_of", {{"currency", price.currency},
                                     {"interval", office_.word(locale_, price.interval.text())},
                                     {"version", std::to_string(version.version)}}),
                    money(version.amount, price.currency) + ", " +
                        office_.text(locale_, version.existing_from ? "price_for_all" : "price_for_new",
                                     {{"from", version.from.text()},
                                      {"existing_from", version.existing_from ? version.existing_from->text() : ""}}));
    }

    const StaffOffice& office_;
    std::string locale_;
    Described said_;
};

json table_cell(const std::string& text) {
    return {{"text", text}, {"is_number", false}, {"path", false}};
}

/// What is different, line by line.
json difference(const Described& before, const Described& after) {
    json rows = json::array();
    const auto value_in = [](const Described& all, const std::string& name) -> std::string {
        for (const auto& [each, value] : all)
            if (each == name) return value;
        return "–";
    };
    for (const auto& [name, value] : after)
        if (const auto old = value_in(before, name); old != value)
            rows.push_back({{"cells", {table_cell(name), table_cell(old), table_cell(value)}}});
    for (const auto& [name, value] : before)
        if (value_in(after, name) == "–" && value != "–")
            rows.push_back({{"cells", {table_cell(name), table_cell(value), table_cell("–")}}});
    return rows;
}

json written(const CatalogueEntry& entry) {
    return std::visit([](const auto& each) { return store::write(each); }, entry);
}

constexpr const char* kEntryKinds[] = {"plan", "add_on", "meter", "coupon", "tax_rate", "dunning"};

sdk::Result<sdk::Response> publish_or_ask(const StaffOffice& office, const sdk::Request& request,
                                          const Proposal& proposal, const std::string& reason) {
    const auto by = by_staff(request, reason);
    if (!needs_second_person(office.settings.second_person_above, proposal.amount, proposal.currency)) {
        const auto done = office.back_office.publish(request.context, proposal.after, by);
        if (!done) return done.error();
        return sdk::redirect_to(proposal.back_path + "?done=published");
    }
    Approval wanted;
    wanted.kind = proposal.kind;
    wanted.title = proposal.title;
    wanted.page = proposal.back_path;
    wanted.currency = proposal.currency;
    wanted.amount = proposal.amount;
    wanted.payload = {{"kind", kEntryKinds[proposal.after.index()]}, {"entry", written(proposal.after)}};
    // What it was made from: when that has changed meanwhile, agreeing to it must not undo the change.
    wanted.payload["base"] = proposal.before ? written(*proposal.before) : json(nullptr);
    const auto asked = office.approvals.ask(request.context, wanted, by);
    if (!asked) return asked.error();
    return sdk::redirect_to("/approvals/" + *asked + "?done=asked");
}

}  // namespace

json catalogue_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path) {
    struct Area {
        const char* key;
        const char* path;
        const char* permission;
    };
    constexpr Area kAreas[] = {{"plans", "/billing-config", kCatalogueRead},
                               {"add_ons", "/billing-config/add-ons", kCatalogueRead},
                               {"meters", "/billing-config/meters", kCatalogueRead},
                               {"taxes", "/billing-config/taxes", kCatalogueRead},
                               {"dunning", "/billing-config/dunning", kCatalogueRead},
                               {"providers", "/billing-config/providers", kCatalogueRead},
                               {"notices", "/billing-config/notices", kPaymentsRead},
                               {"parked", "/billing-config/parked", kSubscriptionsRead}};
    json tabs = json::array();
    for (const auto& [key, tab_path, permission] : kAreas) {
        if (!request.identity->may(permission)) continue;
        tabs.push_back({{"label", office.text(request.locale, std::string(key) + "_title")},
                        {"tab_path", tab_path},
                        {"is_current", path == tab_path},
                        {"count", false}});
    }
    return {{"tabs_label", office.text(request.locale, "catalogue_title")}, {"tabs", std::move(tabs)}};
}

Described describe(const StaffOffice& office, const std::string& locale, const CatalogueEntry& entry) {
    Describer describer(office, locale);
    return std::visit(describer, entry);
}

sdk::Result<sdk::Response> propose(const StaffOffice& office, const sdk::Request& request, const sdk::Fields& form,
                                   const Proposal& proposal) {
    const auto reason = reason_in(form);
    if (!reason) return reason.error();
    if (proposal.before && *proposal.before == proposal.after)
        return sdk::fail("billing.no_change", office.text(request.locale, "no_change"));
    if (form.get("confirmed") == "yes") return publish_or_ask(office, request, proposal, *reason);
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    auto model = header(proposal.title, office.text(locale, "preview_lead"), proposal.back_label, proposal.back_path);
    const auto before = proposal.before ? describe(office, locale, *proposal.before) : Described{};
    model["facts_title"] = office.text(locale, "consequences");
    model["facts"] = json::array();
    for (const auto& [name, value] : proposal.consequences) model["facts"].push_back(fact(name, value));
    if (needs_second_person(office.settings.second_person_above, proposal.amount, proposal.currency))
        model["facts"].push_back(
            fact(office.text(locale, "second_person"), office.text(locale, "second_person_needed")));
    if (model["facts"].empty())
        model["facts"].push_back(fact(office.text(locale, "effect"), office.text(locale, "effect_at_once")));
    model["tables"] = {{{"caption", office.text(locale, "preview_title")},
                        {"columns",
                         {{{"label", label("what")}, {"is_number", false}},
                          {{"label", label("before")}, {"is_number", false}},
                          {{"label", label("after")}, {"is_number", false}}}},
                        {"rows", difference(before, describe(office, locale, proposal.after))}}};
    StaffForm confirm(office, request, proposal.action_path, "actions.publish");
    for (const auto& [name, value] : form.entries())
        if (name != "csrf_token" && name != "confirmed") confirm.hidden(name, value);
    confirm.hidden("confirmed", "yes");
    model["forms"] = json::array({confirm.model()});
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

bool is_code(std::string_view text, bool capitals) {
    if (text.empty() || text.size() > 60) return false;
    for (const char c : text) {
        const bool letter = capitals ? (c >= 'A' && c <= 'Z') : (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
    }
    return true;
}

std::optional<std::string> read_line(const sdk::Fields& form, std::string_view name, std::size_t most) {
    auto text = form.get(name);
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return std::string{};
    text = text.substr(first, text.find_last_not_of(' ') - first + 1);
    if (text.size() > most) return std::nullopt;
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    return text;
}

std::optional<std::vector<int>> read_numbers(std::string_view text, int least, int most) {
    std::vector<int> numbers;
    while (!text.empty()) {
        const auto comma = text.find(',');
        auto part = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        const auto number = read_count(part, least, most);
        if (!number || (!numbers.empty() && *number <= numbers.back())) return std::nullopt;
        numbers.push_back(static_cast<int>(*number));
    }
    return numbers;
}

}  // namespace whatsflow::billing::staff
