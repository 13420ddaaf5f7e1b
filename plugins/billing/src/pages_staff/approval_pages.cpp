#include "approval_pages.hpp"

#include "catalogue_kit.hpp"
#include "draft_pages.hpp"
#include "plan_move_pages.hpp"
#include "subscription_commands.hpp"

#include "store/entities.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kApprovalsPath = "/approvals";
constexpr int kApprovalsShown = 50;

std::string path_of_approval(const std::string& id) {
    return std::string(kApprovalsPath) + "/" + id;
}

sdk::Result<sdk::Response> list_approvals(const StaffOffice& office, const sdk::Request& request) {
    const ListShape shape{kApprovalsPath,
                          "approvals",
                          {"what", "#amount", "asked_by", "asked_at", "state"},
                          {{"state", {"waiting", "approved", "done", "refused"}}},
                          false,
                          "shield-check"};
    const auto slice = office.approvals.list(request.context, chosen(request, shape.choices[0]),
                                             request.query.get("after"), kApprovalsShown);
    if (!slice) return slice.error();
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back({{"id", row.id},
                        {"row_label", row.title},
                        {"menu", false},
                        {"cells",
                         {cell(row.title, {{"cell_path", path_of_approval(row.id)}, {"is_row_link", true}}),
                          money_cell(row.amount, row.currency), cell(row.asked_label),
                          cell("", {{"cell_at", sdk::to_micros(row.asked_at)}}),
                          status_cell(office, request.locale, to_text(row.state))}}});
    return sdk::page("billing/staff_list", list_model(office, request, shape, std::move(rows), slice->next));
}

sdk::Result<Approval> approval_asked_for(const StaffOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    auto found = office.approvals.find(request.context, id);
    if (!found) return found.error();
    if (!*found) return nothing_there();
    return std::move(**found);
}

/// Agreeing to a refund takes the right to refund, agreeing to a price that to publish one.
const char* permission_for(const Approval& approval) {
    if (approval.kind == "refund" || approval.kind == "draft_adjustment") return kPaymentsManage;
    return approval.kind == "price" || approval.kind == "plan_move" ? kCatalogueManage : kSubscriptionsManage;
}

sdk::Result<sdk::Response> show_approval(const StaffOffice& office, const sdk::Request& request) {
    const auto approval = approval_asked_for(office, request);
    if (!approval) return approval.error();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    auto model = header(approval->title, "", office.text(locale, "approvals_title"), kApprovalsPath);
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = {fact(label("about"), approval->title, {{"fact_path", approval->page}}),
                      fact(label("amount"), money(approval->amount, approval->currency)),
                      fact(label("asked_by"), approval->asked_label), fact(label("reason"), approval->reason),
                      fact(label("state"), office.word(locale, to_text(approval->state)),
                           {{"fact_status", std::string(to_text(approval->state))}})};
    if (!approval->decided_label.empty()) {
        model["facts"].push_back(fact(label("decided_by"), approval->decided_label));
        model["facts"].push_back(fact(label("reason"), approval->decision_reason));
    }
    model["forms"] = json::array();
    const auto path = path_of_approval(approval->id);
    const bool may = request.identity->may(permission_for(*approval));
    const bool own = sdk::actor_of(request).id == approval->asked_by;
    if (approval->state == ApprovalState::waiting && may && !own)
        model["forms"].push_back(
            StaffForm(office, request, path + "/agree", "actions.agree").line("reason", "", false, "reason").model());
    if (approval->state == ApprovalState::waiting && may)
        model["forms"].push_back(
            StaffForm(office, request, path + "/refuse", own ? "actions.take_back" : "actions.refuse")
                .line("reason", "", false, "reason")
                .dangerous()
                .model());
    if (approval->state == ApprovalState::approved && may)
        model["forms"].push_back(StaffForm(office, request, path + "/carry-out", "actions.carry_out")
                                     .line("reason", "", false, "reason")
                                     .model());
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["tables"] = json::array();
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

sdk::Error moved_meanwhile() {
    return sdk::fail("billing.version_conflict",
                     "It has been changed since this was asked for. Refuse this and ask again.");
}

/// What has a price, with its code.
template <class Priced>
sdk::Result<std::pair<CatalogueEntry, std::string>> read_entry(const Approval& approval) {
    auto entry = store::read<Priced>(approval.payload.value("entry", json::object()).dump());
    if (!entry) return entry.error();
    const auto code = entry->code;
    return std::pair{CatalogueEntry{*std::move(entry)}, code};
}

sdk::Result<void> carry_out_price(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                  const By& by) {
    const auto kind = approval.payload.value("kind", std::string{});
    const auto entry = kind == "add_on" ? read_entry<AddOn>(approval) : read_entry<Plan>(approval);
    if (!entry) return entry.error();
    const auto history = office.back_office.catalogue_history(request.context, kind, entry->second);
    if (!history) return history.error();
    const auto current = history->empty()
                             ? json(nullptr)
                             : std::visit([](const auto& each) { return store::write(each); }, history->front().entry);
    if (current == approval.payload.value("entry", json::object())) return sdk::ok();  // done, only not noted
    if (current != approval.payload.value("base", json(nullptr))) return moved_meanwhile();
    const auto done = office.back_office.publish(request.context, entry->first, by);
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> carry_out_refund(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                   const By& by) {
    const Refund refund{InvoiceId{approval.payload.value("invoice", std::string{})},
                        approval.payload.value("amount", Amount{0}), approval.payload.value("credit_note", true)};
    const auto done = office.desk.act(over_all(request, "billing.approvals.refund"),
                                      TenantId{approval.payload.value("tenant", std::string{})},
                                      {refund, "approval-" + approval.id, {}, {}}, by);
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> carry_out_agreed_price(const StaffOffice& office, const sdk::Request& request,
                                         const Approval& approval, const By& by) {
    const TenantId tenant{approval.payload.value("tenant", std::string{})};
    const auto context = over_all(request, "billing.approvals.price");
    const auto account = office.desk.account(context, tenant);
    if (!account) return account.error();
    sdk::Fields form;
    const auto fields = approval.payload.value("fields", json::object());
    for (const auto& [name, value] : fields.items())
        if (value.is_string()) form.add(name, value.get<std::string>());
    auto command = command_in(approval.payload.value("action", std::string{}), form, *account);
    if (!command) return command.error();
    const auto done = office.desk.act(context, tenant, {*std::move(command), "approval-" + approval.id, {}, {}}, by);
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> carry_out(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                            const By& by) {
    auto done = approval.kind == "refund"             ? carry_out_refund(office, request, approval, by)
                : approval.kind == "price"            ? carry_out_price(office, request, approval, by)
                : approval.kind == "plan_move"        ? carry_out_move(office, request, approval, by)
                : approval.kind == "agreed_price"     ? carry_out_agreed_price(office, request, approval, by)
                : approval.kind == "draft_adjustment" ? carry_out_adjustment(office, request, approval, by)
                                                      : sdk::fail("billing.unreadable", "Nobody knows how to do this.");
    if (!done) return done;
    return office.approvals.mark_done(request.context, approval.id);
}

enum class Decision { agree, refuse, carry_out };

sdk::Result<sdk::Response> decide(const StaffOffice& office, const sdk::Request& request, Decision decision) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto approval = approval_asked_for(office, request);
    if (!approval) return approval.error();
    if (!request.identity->may(permission_for(*approval)))
        return sdk::problem(403, "billing.forbidden", office.text(request.locale, "forbidden"));
    const auto by = by_staff(request, *reason);
    if (decision == Decision::carry_out) {
        if (approval->state != ApprovalState::approved)
            return sdk::fail("billing.already_decided", "There is nothing left to do here.");
    } else if (auto done = office.approvals.decide(request.context, approval->id, decision == Decision::agree, by);
               !done) {
        return done.error();
    }
    const auto path = path_of_approval(approval->id);
    if (decision == Decision::refuse) return sdk::redirect_to(path + "?done=applied");
    if (auto done = carry_out(office, request, *approval, by); !done) return done.error();
    return sdk::redirect_to(path + "?done=applied");
}

StaffHandler deciding(Decision decision) {
    return [decision](const StaffOffice& office, const sdk::Request& request) {
        return decide(office, request, decision);
    };
}

}  // namespace

sdk::Result<sdk::Response> ask_second_person(const StaffOffice& office, const sdk::Request& request,
                                             const Approval& wanted, const std::string& reason) {
    const auto asked = office.approvals.ask(request.context, wanted, by_staff(request, reason));
    if (!asked) return asked.error();
    return sdk::redirect_to(path_of_approval(*asked) + "?done=asked");
}

sdk::Result<void> register_approval_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin,   "money", "billing.staff.approvals_title", "shield-check", kApprovalsPath,
        kSubscriptionsRead, 155};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kApprovalsPath, kSubscriptionsRead, "What waits for a second person", &list_approvals)
        .get("/approvals/{id}", kSubscriptionsRead, "One request for a second person", &show_approval)
        .post("/approvals/{id}/agree", kSubscriptionsManage, "Agrees, and does it", deciding(Decision::agree))
        .post("/approvals/{id}/refuse", kSubscriptionsManage, "Refuses, or takes back", deciding(Decision::refuse))
        .post("/approvals/{id}/carry-out", kSubscriptionsManage, "Does what was agreed to",
              deciding(Decision::carry_out))
        .done();
}

}  // namespace whatsflow::billing::staff
