#include "referral_pages.hpp"

#include "coupon_pages.hpp"
#include "invoice_pages.hpp"
#include "tenant_names.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kReferralsPath = "/coupons/referrals";
constexpr int kReferralsShown = 50;
constexpr int kReferralsAPiece = 500;

ListShape referral_list() {
    return {kReferralsPath,
            "referrals",
            {"came", "brought_by", "state", "why", "since", "#came_reward", "#brought_reward"},
            {{"referral", {"pending", "rewarded", "reversed", "refused", "lapsed"}}},
            true,
            "users"};
}

/// The colour of a state.
const char* tone_of_referral(const std::string& state) {
    return state == "rewarded" ? "good" : state == "pending" ? "busy" : state == "lapsed" ? "idle" : "warn";
}

json reward_cell(const sdk::Money& reward) {
    return reward.minor == 0 ? cell("–", {{"is_number", true}}) : money_cell(reward.minor, reward.currency);
}

/// The reason of the state, and the invoice that decides it where there is one.
json why_cell(const StaffOffice& office, const sdk::Request& request, const ReferralRow& row) {
    const bool by_card = row.state == "refused" && row.reason == "card";
    const auto why = office.text(request.locale, "referral_why." + (by_card ? "refused_card" : row.state));
    return row.invoice.empty() ? cell(why) : cell(why, {{"cell_path", "/invoices/" + row.invoice.text()}});
}

sdk::Result<sdk::Response> list_referrals(const StaffOffice& office, const sdk::Request& request) {
    const auto shape = referral_list();
    const auto slice =
        office.back_office.referrals(over_all(request, "billing.referrals.list"), chosen(request, shape.choices[0]),
                                     request.query.get("after"), kReferralsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back({{"id", row.came.text()},
                        {"row_label", names.name_of(row.came)},
                        {"menu", false},
                        {"cells",
                         {names.cell_of(row.came), names.cell_of(row.brought_by),
                          cell(office.word(request.locale, row.state), {{"cell_status", tone_of_referral(row.state)}}),
                          why_cell(office, request, row), cell("", {{"cell_at", sdk::to_micros(row.began_at)}}),
                          reward_cell(row.came_reward), reward_cell(row.brought_reward)}}});
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["areas"] = coupon_areas(office, request, kReferralsPath);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> export_referrals(const StaffOffice& office, const sdk::Request& request) {
    return csv_of(
        "referrals.csv",
        {"came", "brought_by", "state", "began_at", "invoice", "came_reward", "came_currency", "brought_reward",
         "brought_currency", "reason"},
        [&office, state = chosen(request, referral_list().choices[0]),
         context = over_all(request, "billing.referrals.export")](const std::string& after,
                                                                  std::string& lines) -> sdk::Result<std::string> {
            auto open = context;
            open.deadline = sdk::CallContext::Deadline::max();
            const auto slice = office.back_office.referrals(open, state, after, kReferralsAPiece);
            if (!slice) return slice.error();
            for (const auto& row : slice->rows)
                lines += csv_line({row.came.text(), row.brought_by.text(), row.state, sdk::to_rfc3339(row.began_at),
                                   row.invoice.text(), std::to_string(row.came_reward.minor), row.came_reward.currency,
                                   std::to_string(row.brought_reward.minor), row.brought_reward.currency, row.reason});
            return slice->next;
        });
}

}  // namespace

sdk::Result<void> register_referral_pages(const StaffOffice& office) {
    return StaffRoutes(office)
        .get(kReferralsPath, kSubscriptionsRead, "Who recommended whom", &list_referrals)
        .get("/coupons/referrals.csv", kSubscriptionsRead, "The same as a file", &export_referrals)
        .done();
}

}  // namespace whatsflow::billing::staff
