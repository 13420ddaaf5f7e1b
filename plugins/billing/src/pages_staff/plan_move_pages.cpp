#include "plan_move_pages.hpp"

#include "approval_pages.hpp"
#include "tenant_names.hpp"

#include <algorithm>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kMovesPath = "/billing-config/moves";
constexpr int kMovesShown = 50;
constexpr int kExceptionsShown = 100;

std::string plan_path(const std::string& code) {
    return "/billing-config/plans/" + sdk::encode_url(code);
}

std::string title_of_move(const StaffOffice& office, const sdk::Request& request, const MoveWanted& wanted) {
    const auto catalogue = office.desk.catalogue(request.context);
    const auto* plan = catalogue ? (*catalogue)->find_plan(wanted.plan) : nullptr;
    return office.text(request.locale, "move_of",
                       {{"name", plan == nullptr ? wanted.plan : plan->name},
                        {"from", std::to_string(wanted.from)},
                        {"to", std::to_string(wanted.to)}});
}

json move_cell(const std::string& text, bool number = false, const json& path = false) {
    return {{"text", text}, {"is_number", number}, {"path", path}};
}

json column_of(const StaffOffice& office, const std::string& locale, const char* name, bool number = false) {
    return {{"label", office.text(locale, "columns." + std::string(name))}, {"is_number", number}};
}

bool is_at_work(MoveState state) {
    return state == MoveState::running || state == MoveState::undoing;
}

const char* tone_of_move(MoveState state) {
    return is_at_work(state) ? "busy" : state == MoveState::done ? "good" : "idle";
}

std::optional<std::int64_t> version_in(const sdk::Fields& form, const char* name) {
    return read_count(form.get(name), 1, 1'000'000);
}

/// What decides whether a second person is asked: as with a price, what is at stake each period.
const MoneyMoved* largest_stake(const StaffOffice& office, const MovePreview& preview) {
    for (const auto& each : preview.money)
        if (needs_second_person(office.settings.second_person_above, std::abs(each.after - each.before), each.currency))
            return &each;
    return nullptr;
}

json money_table(const StaffOffice& office, const std::string& locale, const MovePreview& preview) {
    json rows = json::array();
    for (const auto& each : preview.money)
        rows.push_back(
            {{"cells",
              {move_cell(each.currency + ", " + office.word(locale, each.interval)),
               move_cell(std::to_string(each.subscriptions), true), move_cell(money(each.before, each.currency), true),
               move_cell(money(each.after, each.currency), true),
               move_cell(money(each.after - each.before, each.currency), true)}}});
    return {{"caption", office.text(locale, "move_money")},
            {"columns",
             {column_of(office, locale, "what"), column_of(office, locale, "subscribers", true),
              column_of(office, locale, "before", true), column_of(office, locale, "after", true),
              column_of(office, locale, "change", true)}},
            {"rows", std::move(rows)}};
}

json sample_table(const StaffOffice& office, const sdk::Request& request, const MovePreview& preview) {
    const auto& locale = request.locale;
    TenantNames names(office, request);
    json rows = json::array();
    for (const auto& each : preview.sample)
        rows.push_back(
            {{"cells",
              {move_cell(names.name_of(each.tenant), false, "/subscriptions/" + each.id.text()),
               move_cell(money(each.before, each.currency), true), move_cell(money(each.after, each.currency), true),
               move_cell(each.agreed                 ? office.text(locale, "price_stays")
                         : each.before == each.after ? std::string("–")
                                                     : each.on.text())}}});
    return {{"caption", office.text(locale, "move_sample")},
            {"columns",
             {column_of(office, locale, "tenant"), column_of(office, locale, "before", true),
              column_of(office, locale, "after", true), column_of(office, locale, "price_from")}},
            {"rows", std::move(rows)}};
}

sdk::Result<sdk::Response> show_preview(const StaffOffice& office, const sdk::Request& request, const sdk::Fields& form,
                                        const MoveWanted& wanted, const MovePreview& preview) {
    const auto& locale = request.locale;
    auto model = header(title_of_move(office, request, wanted), office.text(locale, "preview_lead"), wanted.plan,
                        plan_path(wanted.plan));
    model["facts_title"] = office.text(locale, "consequences");
    model["facts"] = {fact(office.text(locale, "subscribers"), std::to_string(preview.subscriptions)),
                      fact(office.text(locale, "price_agreed"), std::to_string(preview.agreed)),
                      fact(office.text(locale, "effect"),
                           office.text(locale, wanted.with_price ? "effect_of_move_and_price" : "effect_of_move"))};
    if (largest_stake(office, preview) != nullptr)
        model["facts"].push_back(
            fact(office.text(locale, "second_person"), office.text(locale, "second_person_needed")));
    model["tables"] = json::array();
    if (preview.subscriptions > 0) {
        model["tables"].push_back(money_table(office, locale, preview));
        model["tables"].push_back(sample_table(office, request, preview));
        StaffForm confirm(office, request, plan_path(wanted.plan) + "/move", "actions.begin_move");
        for (const auto& [name, value] : form.entries())
            if (name != "csrf_token" && name != "confirmed") confirm.hidden(name, value);
        confirm.hidden("confirmed", "yes");
        model["forms"] = json::array({confirm.model()});
    } else {
        model["forms"] = json::array();
    }
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

json payload_of(const MoveWanted& wanted) {
    return {{"plan", wanted.plan}, {"from", wanted.from}, {"to", wanted.to}, {"with_price", wanted.with_price}};
}

sdk::Result<sdk::Response> move_subscribers(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    MoveWanted wanted;
    wanted.plan = request.parameters.get("code");
    const auto from = version_in(*form, "from_version"), to = version_in(*form, "to_version");
    if (!from || !to) return bad_input("Choose the version they are on and the one they shall be on.");
    wanted.from = *from;
    wanted.to = *to;
    wanted.with_price = form->get("with_price") == "on";
    const auto preview = office.moves.preview(request.context, wanted);
    if (!preview) return preview.error();
    if (form->get("confirmed") != "yes") return show_preview(office, request, *form, wanted, *preview);
    if (const auto* stake = largest_stake(office, *preview)) {
        Approval asked;
        asked.kind = "plan_move";
        asked.title = title_of_move(office, request, wanted);
        asked.page = plan_path(wanted.plan);
        asked.currency = stake->currency;
        asked.amount = std::abs(stake->after - stake->before);
        asked.payload = payload_of(wanted);
        return ask_second_person(office, request, asked, *reason);
    }
    const auto id = office.moves.begin(request.context, wanted, by_staff(request, *reason));
    if (!id) return id.error();
    return sdk::redirect_to(std::string(kMovesPath) + "/" + *id + "?done=begun");
}

sdk::Result<sdk::Response> list_moves(const StaffOffice& office, const sdk::Request& request) {
    const auto slice = office.moves.list(request.context, {}, request.query.get("after"), kMovesShown);
    if (!slice) return slice.error();
    std::vector<json> rows;
    for (const auto& move : slice->rows)
        rows.push_back(
            {{"id", move.id},
             {"row_label", move.wanted.plan},
             {"menu", false},
             {"cells",
              {cell(title_of_move(office, request, move.wanted),
                    {{"cell_path", std::string(kMovesPath) + "/" + move.id}, {"is_row_link", true}}),
               cell(office.word(request.locale, to_text(move.state)), {{"cell_status", tone_of_move(move.state)}}),
               cell(std::to_string(move.moved) + " / " + std::to_string(move.total), {{"is_number", true}}),
               cell(move.asked_label), cell("", {{"cell_at", sdk::to_micros(move.begun_at)}})}}});
    const ListShape shape{kMovesPath, "moves", {"what", "state", "#moved", "asked_by", "asked_at"},
                          {},         false,   "arrow-left-right"};
    return sdk::page("billing/staff_list", list_model(office, request, shape, std::move(rows), slice->next));
}

json exceptions_table(const StaffOffice& office, const sdk::Request& request, const PlanMove& move) {
    const auto& locale = request.locale;
    const auto found = office.moves.exceptions(request.context, move.id, kExceptionsShown);
    if (!found || found->empty()) return json::array();
    TenantNames names(office, request);
    json rows = json::array();
    for (const auto& each : *found)
        rows.push_back(
            {{"cells",
              {move_cell(names.name_of(each.tenant), false, "/subscriptions/" + each.id.text()),
               move_cell(office.word(locale, "move_" + each.state)), move_cell(office.word(locale, each.why))}}});
    return json::array({{{"caption", office.text(locale, "move_exceptions")},
                         {"columns",
                          {column_of(office, locale, "tenant"), column_of(office, locale, "state"),
                           column_of(office, locale, "reason")}},
                         {"rows", std::move(rows)}}});
}

sdk::Result<PlanMove> move_asked_for(const StaffOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    auto found = office.moves.find(request.context, id);
    if (!found) return found.error();
    if (!*found) return nothing_there();
    return std::move(**found);
}

sdk::Result<sdk::Response> show_move(const StaffOffice& office, const sdk::Request& request) {
    const auto move = move_asked_for(office, request);
    if (!move) return move.error();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    auto model =
        header(title_of_move(office, request, move->wanted), "", office.text(locale, "moves_title"), kMovesPath);
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = {
        fact(label("state"), office.word(locale, to_text(move->state)), {{"fact_status", tone_of_move(move->state)}}),
        fact(label("moved"), std::to_string(move->moved) + " / " + std::to_string(move->total)),
        fact(label("skipped"), std::to_string(move->skipped)),
        fact(office.text(locale, "effect"),
             office.text(locale, move->wanted.with_price ? "effect_of_move_and_price" : "effect_of_move")),
        fact(label("asked_by"), move->asked_label),
        fact(label("reason"), move->reason),
        fact(label("plan"), move->wanted.plan, {{"fact_path", plan_path(move->wanted.plan)}})};
    const bool back = move->state == MoveState::undoing || move->state == MoveState::undone;
    if (back) {
        model["facts"].push_back(
            fact(label("undone"), std::to_string(move->undone) + " / " + std::to_string(move->moved)));
        model["facts"].push_back(fact(label("kept"), std::to_string(move->kept)));
    }
    model["forms"] = json::array();
    if (!back && request.identity->may(kCatalogueManage))
        model["forms"].push_back(
            StaffForm(office, request, std::string(kMovesPath) + "/" + move->id + "/undo", "actions.undo_move")
                .line("reason", "", false, "reason")
                .dangerous()
                .model());
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["tables"] = exceptions_table(office, request, *move);
    model["notice"] = is_at_work(move->state) ? done_notice(office, request) : json(false);
    model["csrf_token"] = request.csrf_token;
    auto page = sdk::page("billing/staff_detail", std::move(model));
    // Also without scripts the page follows what happens.
    if (is_at_work(move->state)) page.header("Refresh", "3");
    return page;
}

sdk::Result<sdk::Response> undo_move(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto move = move_asked_for(office, request);
    if (!move) return move.error();
    if (auto done = office.moves.undo(request.context, move->id, by_staff(request, *reason)); !done)
        return done.error();
    return sdk::redirect_to(std::string(kMovesPath) + "/" + move->id + "?done=applied");
}

}  // namespace

void add_versions(const StaffOffice& office, const sdk::Request& request, const std::string& plan, json& model) {
    const auto versions = office.moves.versions(request.context, plan);
    if (!versions || versions->empty()) return;
    const auto& locale = request.locale;
    json rows = json::array();
    std::vector<std::pair<std::string, std::string>> numbers;
    const PlanVersionRow* oldest = nullptr;
    for (const auto& each : *versions) {
        const auto number = std::to_string(each.version);
        rows.push_back({{"cells",
                         {move_cell(number), move_cell(local_date(each.made_at, "UTC").text()), move_cell(each.made_by),
                          move_cell(std::to_string(each.subscriptions), true)}}});
        numbers.emplace_back(number, office.text(locale, "version_with",
                                                 {{"version", number}, {"count", std::to_string(each.subscriptions)}}));
        if (each.subscriptions > 0) oldest = &each;
    }
    model["tables"].push_back({{"caption", office.text(locale, "versions_title")},
                               {"columns",
                                {column_of(office, locale, "version"), column_of(office, locale, "from"),
                                 column_of(office, locale, "made_by"), column_of(office, locale, "subscribers", true)}},
                               {"rows", std::move(rows)}});
    if (versions->size() < 2 || !request.identity->may(kCatalogueManage)) return;
    model["forms"].push_back(
        StaffForm(office, request, plan_path(plan) + "/move", "actions.move_subscribers")
            .choice("from_version", numbers, std::to_string(oldest == nullptr ? 1 : oldest->version))
            .choice("to_version", numbers, numbers.front().first)
            .check("with_price", false)
            .hint("with_price")
            .line("reason", "", false, "reason")
            .model());
}

sdk::Result<void> carry_out_move(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                 const By& by) {
    const auto& asked = approval.payload;
    const auto begun = office.moves.begin(request.context,
                                          {asked.value("plan", std::string{}), asked.value("from", std::int64_t{0}),
                                           asked.value("to", std::int64_t{0}), asked.value("with_price", false)},
                                          by);
    if (!begun) return begun.error();
    return sdk::ok();
}

sdk::Result<void> register_plan_move_pages(const StaffOffice& office) {
    return StaffRoutes(office)
        .post("/billing-config/plans/{code}/move", kCatalogueManage,
              "Moves subscribers to another version of a plan, shown first", &move_subscribers)
        .get(kMovesPath, kCatalogueRead, "Moves of subscribers between versions", &list_moves)
        .get("/billing-config/moves/{id}", kCatalogueRead, "How far a move is", &show_move)
        .post("/billing-config/moves/{id}/undo", kCatalogueManage, "Takes a move back", &undo_move)
        .done();
}

}  // namespace whatsflow::billing::staff
