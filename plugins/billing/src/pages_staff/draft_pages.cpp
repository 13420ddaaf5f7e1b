#include "draft_pages.hpp"

#include "approval_pages.hpp"
#include "invoice_pages.hpp"
#include "tenant_names.hpp"

#include <algorithm>
#include <cstdlib>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kDraftsPath = "/drafts";
constexpr int kDraftsShown = 50;

std::string path_of_draft(const DraftId& id) {
    return std::string(kDraftsPath) + "/" + id.text();
}

sdk::Result<sdk::Response> list_drafts(const StaffOffice& office, const sdk::Request& request) {
    ListShape shape{kDraftsPath, "drafts", {"draft", "tenant", "period_from", "final_on"}, {}, false, "receipt-text"};
    const auto typed = request.query.get("q").substr(0, 100);
    DraftFilter filter;
    if (!typed.empty()) {
        filter.tenants = tenants_called(office, request, typed);
        shape.kept = "q=" + sdk::encode_url(typed);
    }
    const auto slice = office.back_office.drafts(over_all(request, "billing.drafts.list"), filter,
                                                 request.query.get("after"), kDraftsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows) {
        const auto label = office.text(request.locale, "draft_of", {{"day", row.day.text()}});
        rows.push_back({{"id", row.id.text()},
                        {"row_label", label},
                        {"menu", false},
                        {"cells",
                         {cell(label, {{"cell_path", path_of_draft(row.id)}, {"is_row_link", true}}),
                          names.cell_of(row.tenant), cell(row.day.text()), cell(row.finalise_on.text())}}});
    }
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["table"]["filters"] = {
        {"search", {{"value", typed}, {"placeholder", office.text(request.locale, "trials_search")}}},
        {"choices_of", json::array()},
        {"dates", json::array()},
        {"kept", json::array()},
        {"clear_path", typed.empty() ? json(false) : json(kDraftsPath)},
        {"export_path", false},
        {"shown_columns", json::array()},
        {"views", json::array()}};
    return sdk::page("billing/staff_list", std::move(model));
}

struct ShownDraft {
    TenantId tenant;
    Account account;
    WaitingDraft draft;
};

sdk::Result<ShownDraft> draft_asked_for(const StaffOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    const auto context = over_all(request, "billing.drafts.one");
    const auto row = office.back_office.draft(context, DraftId{id});
    if (!row) return row.error();
    if (!*row) return nothing_there();
    auto account = office.desk.account(context, (*row)->tenant);
    if (!account) return account.error();
    const auto found = std::ranges::find(account->waiting_drafts, DraftId{id}, &WaitingDraft::id);
    if (found == account->waiting_drafts.end()) return nothing_there();
    const auto draft = *found;
    return ShownDraft{(*row)->tenant, *std::move(account), draft};
}

std::string plan_of(const ShownDraft& shown) {
    for (const auto& each : shown.account.subscriptions)
        if (each.id == shown.draft.subscription) return each.plan() + ", " + std::string(to_text(each.state));
    return shown.draft.subscription.text();
}

/// A form a thing that staff does; what an adjustment takes back bears its words.
json draft_forms(const StaffOffice& office, const sdk::Request& request, const ShownDraft& shown) {
    json forms = json::array();
    if (!request.identity->may(kPaymentsManage)) return forms;
    const auto path = path_of_draft(shown.draft.id) + "/";
    const auto add = [&](StaffForm form) {
        form.line("reason", "", false, "reason").hidden("key", sdk::make_uuid());
        forms.push_back(form.model());
    };
    add(StaffForm(office, request, path + "adjust", "actions.adjust_draft")
            .line("amount", "", false, "adjustment")
            .line("note", "", false, "note"));
    for (const auto& adjustment : shown.draft.adjustments) {
        auto form = StaffForm(office, request, path + "drop", "actions.drop_adjustment")
                        .hidden("adjustment", adjustment.id.text());
        form.dangerous();
        add(std::move(form));
        forms.back()["panel_text"] =
            adjustment.reason + ": " + money(adjustment.amount, shown.account.profile.currency);
    }
    add(StaffForm(office, request, path + "finalise", "actions.finalise_draft"));
    fold(forms);
    return forms;
}

sdk::Result<sdk::Response> show_draft(const StaffOffice& office, const sdk::Request& request) {
    const auto shown = draft_asked_for(office, request);
    if (!shown) return shown.error();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    TenantNames names(office, request);
    auto model = header(office.text(locale, "draft_of", {{"day", shown->draft.day.text()}}),
                        office.text(locale, "draft_lead", {{"day", shown->draft.finalise_on.text()}}),
                        office.text(locale, "drafts_title"), kDraftsPath);
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = {
        fact(label("tenant"), names.name_of(shown->tenant), {{"fact_path", "/tenants/" + shown->tenant.text()}}),
        fact(label("state"), office.word(locale, "draft"), {{"fact_status", "draft"}}),
        fact(label("subscription"), plan_of(*shown),
             {{"fact_path", "/subscriptions/" + shown->draft.subscription.text()}}),
        fact(label("period_from"), shown->draft.day.text()), fact(label("final_on"), shown->draft.finalise_on.text())};
    model["tables"] = json::array();
    const Request now{FinaliseDraft{shown->draft.id}, {}, {}, std::nullopt, false};
    const auto preview = office.desk.preview(over_all(request, "billing.drafts.preview"), shown->tenant, now);
    // A tax service that is silent hides the sums, and nothing else.
    if (!preview)
        model["facts"].push_back(fact(label("problem"), preview.error().message));
    else if (preview->invoices.empty())
        model["facts"].push_back(fact(label("total"), office.text(locale, "draft_of_nothing")));
    else
        model["tables"].push_back(lines_of(office, request, shown->account, preview->invoices.front()));
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["forms"] = draft_forms(office, request, *shown);
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

enum class DraftAction { adjust, drop, finalise };

sdk::Result<Command> draft_command(DraftAction action, const sdk::Fields& form, const ShownDraft& shown) {
    const auto& id = shown.draft.id;
    if (action == DraftAction::finalise) return Command{FinaliseDraft{id}};
    if (action == DraftAction::drop) return Command{DropAdjustment{id, LineId{form.get("adjustment")}}};
    const auto amount = read_money(form.get("amount"), shown.account.profile.currency, true);
    if (!amount || *amount == 0)
        return bad_input("Write the amount as a number, such as 10.00, or -10.00 to take it off.");
    return Command{AdjustDraft{id, *amount, form.get("note")}};
}

sdk::Result<sdk::Response> ask_to_adjust(const StaffOffice& office, const sdk::Request& request,
                                         const ShownDraft& shown, const AdjustDraft& adjust,
                                         const std::string& reason) {
    Approval wanted;
    wanted.kind = "draft_adjustment";
    wanted.title = office.text(request.locale, "adjustment_of", {{"day", shown.draft.day.text()}});
    wanted.page = path_of_draft(shown.draft.id);
    wanted.currency = shown.account.profile.currency;
    wanted.amount = adjust.amount;
    wanted.payload = {{"tenant", shown.tenant.text()},
                      {"draft", adjust.draft.text()},
                      {"amount", adjust.amount},
                      {"note", adjust.reason}};
    return ask_second_person(office, request, wanted, reason);
}

sdk::Result<sdk::Response> do_to_draft(const StaffOffice& office, const sdk::Request& request, DraftAction action) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto key = key_in(*form);
    if (!key) return key.error();
    const auto shown = draft_asked_for(office, request);
    if (!shown) return shown.error();
    auto command = draft_command(action, *form, *shown);
    if (!command) return command.error();
    const auto context = over_all(request, "billing.drafts.act");
    if (const auto* adjust = std::get_if<AdjustDraft>(&*command);
        adjust != nullptr && needs_second_person(office.settings.second_person_above, std::abs(adjust->amount),
                                                 shown->account.profile.currency)) {
        // What would be refused is refused now, not by the second person.
        const auto possible = office.desk.preview(context, shown->tenant, {*command, {}, {}, std::nullopt, false});
        if (!possible) return possible.error();
        return ask_to_adjust(office, request, *shown, *adjust, *reason);
    }
    const auto done =
        office.desk.act(context, shown->tenant, {*std::move(command), *key, {}, {}}, by_staff(request, *reason));
    if (!done) return done.error();
    if (action != DraftAction::finalise) return sdk::redirect_to(path_of_draft(shown->draft.id) + "?done=applied");
    return sdk::redirect_to(done->invoices.empty() ? std::string(kDraftsPath) + "?done=applied"
                                                   : "/invoices/" + done->invoices.front().text() + "?done=applied");
}

StaffHandler drafting(DraftAction action) {
    return [action](const StaffOffice& office, const sdk::Request& request) {
        return do_to_draft(office, request, action);
    };
}

}  // namespace

sdk::Result<void> carry_out_adjustment(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                       const By& by) {
    const AdjustDraft adjust{DraftId{approval.payload.value("draft", std::string{})},
                             approval.payload.value("amount", Amount{0}),
                             approval.payload.value("note", std::string{})};
    const auto done = office.desk.act(over_all(request, "billing.approvals.adjustment"),
                                      TenantId{approval.payload.value("tenant", std::string{})},
                                      {adjust, "approval-" + approval.id, {}, {}}, by);
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> register_draft_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin, "money", "billing.staff.drafts_title", "receipt-text", kDraftsPath, kPaymentsRead, 108};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kDraftsPath, kPaymentsRead, "Invoices that are not final yet", &list_drafts)
        .get("/drafts/{id}", kPaymentsRead, "One of them, as it would be now", &show_draft)
        .post("/drafts/{id}/adjust", kPaymentsManage, "Adds a charge or a reduction", drafting(DraftAction::adjust))
        .post("/drafts/{id}/drop", kPaymentsManage, "Takes one back", drafting(DraftAction::drop))
        .post_patiently("/drafts/{id}/finalise", kPaymentsManage, "Makes it final, and charges it",
                        drafting(DraftAction::finalise))
        .done();
}

}  // namespace whatsflow::billing::staff
