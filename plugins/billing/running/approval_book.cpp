#include "approval_book.hpp"

#include "src/desk.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

constexpr const char* kApprovalColumns =
    "SELECT id, kind, title, page, payload, currency, amount, state, asked_by, asked_label, reason, asked_at, "
    "decided_label, decision_reason, decided_at FROM billing_approvals WHERE ";

sdk::Result<Approval> approval_from(const sdk::Row& row) {
    Approval made;
    made.id = row.text("id");
    made.kind = row.text("kind");
    made.title = row.text("title");
    made.page = row.text("page");
    made.payload = nlohmann::json::parse(row.text("payload"), nullptr, false);
    if (!made.payload.is_object()) return sdk::fail("billing.unreadable", "A stored request cannot be read.");
    made.currency = row.text("currency");
    made.amount = row.integer("amount");
    made.state = read_approval_state(row.text("state")).value_or(ApprovalState::refused);
    made.asked_by = row.text("asked_by");
    made.asked_label = row.text("asked_label");
    made.reason = row.text("reason");
    made.asked_at = row.instant("asked_at");
    made.decided_label = row.text("decided_label");
    made.decision_reason = row.text("decision_reason");
    if (const auto at = row.maybe_integer("decided_at")) made.decided_at = sdk::from_micros(*at);
    return made;
}

}  // namespace

sdk::Result<std::string> ApprovalBook::ask(const sdk::CallContext& context, const Approval& wanted, const By& by) {
    const auto id = sdk::make_uuid();
    auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto made = tx.execute(
            context,
            "INSERT INTO billing_approvals (id, kind, title, page, payload, currency, amount, state, asked_by, "
            "asked_label, reason, asked_at, decided_by, decided_label, decision_reason) VALUES (?, ?, ?, ?, ?, ?, ?, "
            "'waiting', ?, ?, ?, ?, '', '', '')",
            {id, wanted.kind, wanted.title, wanted.page, wanted.payload.dump(), wanted.currency, wanted.amount,
             by.actor.id, by.actor.label, by.reason, host_.clock().now()});
        if (!made) return made.error();
        return host_.audit().append(
            tx, context, by.actor,
            {.action = "billing.approval_asked",
             .subject = {"approval", id, wanted.title},
             .after = {{"kind", wanted.kind}, {"amount", wanted.amount}, {"currency", wanted.currency}},
             .reason = by.reason});
    });
    if (!done) return done.error();
    return id;
}

sdk::Result<std::optional<Approval>> ApprovalBook::find(const sdk::CallContext& context, const std::string& id) {
    const auto row = host_.database().query_one(context, std::string(kApprovalColumns) + "id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<Approval>{};
    auto made = approval_from(**row);
    if (!made) return made.error();
    return std::optional(*std::move(made));
}

sdk::Result<Slice<Approval>> ApprovalBook::list(const sdk::CallContext& context, const std::string& state,
                                                const std::string& after, int limit) {
    const auto most = std::clamp(limit, 1, 500);
    std::string sql = std::string(kApprovalColumns) + "id < ?";
    sdk::DbValues values{after.empty() ? std::string("~") : after};
    if (!state.empty()) {
        sql += " AND state = ?";
        values.emplace_back(state);
    }
    const auto rows =
        host_.database().query(context, sql + " ORDER BY id DESC LIMIT " + std::to_string(most + 1), values);
    if (!rows) return rows.error();
    Slice<Approval> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == most) {
            slice.next = slice.rows.back().id;
            break;
        }
        auto made = approval_from(row);
        if (!made) return made.error();
        slice.rows.push_back(*std::move(made));
    }
    return slice;
}

sdk::Result<void> ApprovalBook::decide(const sdk::CallContext& context, const std::string& id, bool agreed,
                                       const By& by) {
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto row = tx.query_one(context, std::string(kApprovalColumns) + "id = ?", {id});
        if (!row) return row.error();
        if (!*row) return sdk::fail("billing.not_found", "There is no such request.");
        // Refusing one's own request takes it back: only agreeing needs the other person.
        if (agreed && (*row)->text("asked_by") == by.actor.id)
            return sdk::fail("billing.own_request", "You asked for this. Somebody else has to agree to it.");
        const auto changed = tx.execute(
            context,
            "UPDATE billing_approvals SET state = ?, decided_by = ?, decided_label = ?, decision_reason = ?, "
            "decided_at = ? WHERE id = ? AND state = 'waiting'",
            {agreed ? "approved" : "refused", by.actor.id, by.actor.label, by.reason, host_.clock().now(), id});
        if (!changed) return changed.error();
        if (*changed == 0) return sdk::fail("billing.already_decided", "Somebody has decided this already.");
        return host_.audit().append(tx, context, by.actor,
                                    {.action = agreed ? "billing.approval_given" : "billing.approval_refused",
                                     .subject = {"approval", id, (*row)->text("title")},
                                     .before = {{"asked_by", (*row)->text("asked_label")}},
                                     .reason = by.reason});
    });
}

sdk::Result<void> ApprovalBook::mark_done(const sdk::CallContext& context, const std::string& id) {
    const auto changed = host_.database().execute(
        context, "UPDATE billing_approvals SET state = 'done' WHERE id = ? AND state = 'approved'", {id});
    if (!changed) return changed.error();
    return sdk::ok();
}

}  // namespace whatsflow::billing
