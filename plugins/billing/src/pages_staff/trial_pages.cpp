#include "trial_pages.hpp"

#include "tenant_names.hpp"

#include <algorithm>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kTrialsPath = "/trials";
constexpr int kTrialsShown = 50;
constexpr int kTrialsAPiece = 500;
constexpr std::size_t kMostExtended = 200;

ListShape trial_list(const StaffOffice& office, const sdk::Request& request) {
    ListShape shape{kTrialsPath,
                    "trials",
                    {"tenant", "plan", "state", "trial_end", "#days_left"},
                    {{"trial", {"running", "ending", "converted", "expired"}}},
                    true,
                    "clock"};
    ListChoice plans{"plan", {}};
    if (const auto catalogue = office.desk.catalogue(request.context))
        for (const auto& plan : (*catalogue)->plans) plans.values.push_back(plan.code);
    shape.choices.push_back(std::move(plans));
    if (const auto typed = request.query.get("q"); !typed.empty() && typed.size() <= 100)
        shape.kept = "q=" + sdk::encode_url(typed);
    return shape;
}

TrialFilter trials_wanted(const StaffOffice& office, const sdk::Request& request, const ListShape& shape) {
    TrialFilter filter;
    filter.today = local_date(office.host.clock().now(), "UTC");
    filter.standing = read_trial_standing(chosen(request, shape.choices[0]));
    filter.plan = chosen(request, shape.choices[1]);
    if (!shape.kept.empty()) filter.tenants = tenants_called(office, request, request.query.get("q"));
    return filter;
}

/// The colour that says whether somebody should look.
const char* tone_of(TrialStanding standing) {
    switch (standing) {
        case TrialStanding::running: return "busy";
        case TrialStanding::ending: return "warn";
        case TrialStanding::converted: return "good";
        case TrialStanding::expired: break;
    }
    return "idle";
}

std::string name_of_plan(const StaffOffice& office, const sdk::Request& request, const std::string& code) {
    const auto catalogue = office.desk.catalogue(request.context);
    const auto* plan = catalogue ? (*catalogue)->find_plan(code) : nullptr;
    return plan == nullptr ? code : plan->name;
}

json trial_row(const StaffOffice& office, const sdk::Request& request, TenantNames& names, const TrialRow& row,
               LocalDate today) {
    const auto& each = row.subscription;
    const bool runs = row.standing == TrialStanding::running || row.standing == TrialStanding::ending;
    const auto end = each.trial_end.value_or(today);
    return {
        {"id", each.id.text()},
        {"row_label", names.name_of(each.tenant)},
        {"menu", false},
        {"cells",
         {cell(names.name_of(each.tenant), {{"cell_path", "/subscriptions/" + each.id.text()}, {"is_row_link", true}}),
          cell(name_of_plan(office, request, each.plan)),
          cell(office.word(request.locale, to_text(row.standing)), {{"cell_status", tone_of(row.standing)}}),
          cell(end.text()),
          cell(runs ? std::to_string(std::max(0, days_between(today, end))) : "–", {{"is_number", true}})}}};
}

sdk::Result<sdk::Response> list_trials(const StaffOffice& office, const sdk::Request& request) {
    const auto shape = trial_list(office, request);
    const auto filter = trials_wanted(office, request, shape);
    const auto slice = office.back_office.trials(over_all(request, "billing.trials.list"), filter,
                                                 request.query.get("after"), kTrialsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows) rows.push_back(trial_row(office, request, names, row, filter.today));
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    auto& table = model["table"];
    table["filters"]["search"] = {{"value", request.query.get("q")},
                                  {"placeholder", office.text(request.locale, "trials_search")}};
    if (request.identity->may(kSubscriptionsBasic) && !slice->rows.empty()) {
        json choices = json::array();
        for (const auto* days : {"3", "7", "14", "30"})
            choices.push_back(
                {{"value", days}, {"label", office.text(request.locale, "trials_extend", {{"days", days}})}});
        table["bulk"] = {{"bulk_id", "trials"}, {"bulk_path", "/trials/extend"}, {"choices", std::move(choices)}};
    }
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> export_trials(const StaffOffice& office, const sdk::Request& request) {
    const auto filter = trials_wanted(office, request, trial_list(office, request));
    return csv_of("trials.csv", {"id", "tenant", "plan", "standing", "started_on", "trial_end"},
                  [&office, filter, context = over_all(request, "billing.trials.export")](
                      const std::string& after, std::string& lines) -> sdk::Result<std::string> {
                      auto open = context;
                      open.deadline = sdk::CallContext::Deadline::max();
                      const auto slice = office.back_office.trials(open, filter, after, kTrialsAPiece);
                      if (!slice) return slice.error();
                      for (const auto& [row, standing] : slice->rows)
                          lines += csv_line({row.id.text(), row.tenant.text(), row.plan, std::string(to_text(standing)),
                                             row.started_on.text(), row.trial_end ? row.trial_end->text() : ""});
                      return slice->next;
                  });
}

/// More days for those that were ticked. Who is in no trial any more is left as he is.
sdk::Result<sdk::Response> extend_trials(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto days = read_count(form->get("bulk_action"), 1, 365);
    if (!days) return bad_input("Choose by how many days.");
    const auto context = over_all(request, "billing.trials.extend");
    std::size_t seen = 0;
    for (const auto& [name, id] : form->entries()) {
        if (name != "id" || !is_id(id) || ++seen > kMostExtended) continue;
        const auto row = office.back_office.subscription(context, SubscriptionId{id});
        if (!row) return row.error();
        if (!*row || (*row)->state != SubscriptionState::trialing) continue;
        const auto done = office.desk.act(context, (*row)->tenant, {ExtendTrial{static_cast<int>(*days)}, {}, {}, {}},
                                          by_staff(request, office.text("en", "trials_extended")));
        if (!done && !done.error().code.starts_with("billing.")) return done.error();
    }
    if (seen == 0) return bad_input("Tick at least one trial.");
    return sdk::redirect_to(std::string(kTrialsPath) + "?done=applied");
}

}  // namespace

sdk::Result<void> register_trial_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin,   "money", "billing.staff.trials_title", "clock", kTrialsPath,
                                     kSubscriptionsRead, 105};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kTrialsPath, kSubscriptionsRead, "Trials, filtered and searched", &list_trials)
        .get("/trials.csv", kSubscriptionsRead, "Trials as a file", &export_trials)
        .post("/trials/extend", kSubscriptionsBasic, "More days for some trials", &extend_trials)
        .done();
}

}  // namespace whatsflow::billing::staff
