#include "plan_mover.hpp"

#include "store/entities.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

constexpr int kMovedAtOnce = 100;
constexpr int kReadAtOnce = 1000;
constexpr std::size_t kSampleRows = 10;
constexpr const char* kNotOver = "state IN ('trialing', 'active', 'past_due', 'suspended', 'paused')";
constexpr const char* kMoveColumns =
    "SELECT id, plan, from_version, to_version, with_price, state, total, moved, skipped, undone, kept, reached, "
    "asked_by, asked_label, reason, begun_at FROM billing_plan_moves WHERE ";

PlanMove move_from(const sdk::Row& row) {
    PlanMove move;
    move.id = row.text("id");
    move.wanted = {row.text("plan"), row.integer("from_version"), row.integer("to_version"), row.boolean("with_price")};
    for (const auto state : {MoveState::running, MoveState::done, MoveState::undoing, MoveState::undone})
        if (to_text(state) == row.text("state")) move.state = state;
    move.total = row.integer("total");
    move.moved = row.integer("moved");
    move.skipped = row.integer("skipped");
    move.undone = row.integer("undone");
    move.kept = row.integer("kept");
    move.reached = row.text("reached");
    move.asked_by = row.text("asked_by");
    move.asked_label = row.text("asked_label");
    move.reason = row.text("reason");
    move.begun_at = row.instant("begun_at");
    return move;
}

/// Who asked for it, for the audit log of each tenant.
By asked_for(const PlanMove& move) {
    return {{.kind = "staff", .id = move.asked_by, .label = move.asked_label}, move.reason};
}

/// Counts in the move's row, if it still goes this way. The row of the subscription is of the same
/// transaction: a move that was stopped leaves it alone.
sdk::Result<void> count_in(sdk::Transaction& tx, const sdk::CallContext& own, const PlanMove& move, const char* counter,
                           const std::string& subscription) {
    const auto counted = tx.execute(own,
                                    std::string("UPDATE billing_plan_moves SET ") + counter + " = " + counter +
                                        " + 1, reached = ? WHERE id = ? AND state = ?",
                                    {subscription, move.id, std::string(to_text(move.state))});
    if (!counted) return counted.error();
    if (*counted == 0) return sdk::fail("billing.move_stopped", "The move has been stopped.");
    return sdk::ok();
}

/// The price of the version for somebody who pays in this currency at this rhythm.
const PriceVersion* price_for(const Plan& plan, const std::string& currency, const std::string& interval,
                              LocalDate today) {
    const auto rhythm = read_interval(interval);
    const auto* price = rhythm ? find_price(plan.prices, currency, *rhythm) : nullptr;
    return price == nullptr ? nullptr : version_for_new(*price, today);
}

bool is_refusal(const sdk::Error& error) {
    return error.code.starts_with("billing.") && error.code != "billing.raced" &&
           error.code != "billing.move_stopped" && error.code != "billing.provider_runs_on";
}

}  // namespace

sdk::Result<std::vector<PlanVersionRow>> PlanMover::versions(const sdk::CallContext& context, const std::string& plan) {
    const auto history = store::history(host_.database(), context, "plan", plan);
    if (!history) return history.error();
    const auto counted = host_.database().query(
        sdk::across_tenants(context, "billing.plan_versions"),
        std::string("SELECT plan_version, COUNT(*) AS n FROM billing_subscriptions WHERE plan = ? AND ") + kNotOver +
            " GROUP BY plan_version",
        {plan});
    if (!counted) return counted.error();
    std::vector<PlanVersionRow> rows;
    for (const auto& each : *history) {
        PlanVersionRow row{each.version, each.made_at, each.made_by, 0};
        for (const auto& count : *counted)
            if (count.integer("plan_version") == each.version) row.subscriptions = count.integer("n");
        rows.push_back(std::move(row));
    }
    return rows;
}

sdk::Result<const Plan*> PlanMover::plan_at(const Catalogue& catalogue, const MoveWanted& wanted) const {
    if (wanted.from == wanted.to) return sdk::fail("billing.no_change", "Choose two different versions.");
    const auto known = catalogue.published.find(wanted.plan);
    const auto has = [&](std::int64_t version) {
        return known != catalogue.published.end() &&
               std::ranges::find(known->second, version, &PublishedPlan::version) != known->second.end();
    };
    if (!has(wanted.from) || !has(wanted.to))
        return sdk::fail("billing.unknown_version", "The plan has no such version.");
    return catalogue.find_plan(wanted.plan, wanted.to);
}

sdk::Result<MovePreview> PlanMover::preview(const sdk::CallContext& context, const MoveWanted& wanted) {
    const auto catalogue = transitions_.catalogue().get(context);
    if (!catalogue) return catalogue.error();
    const auto plan = plan_at(**catalogue, wanted);
    if (!plan) return plan.error();
    const auto today = local_date(host_.clock().now(), "UTC");
    MovePreview preview;
    std::string after;
    for (bool more = true; more;) {
        const auto rows = host_.database().query(
            sdk::across_tenants(context, "billing.plan_move_preview"),
            std::string("SELECT s.id AS id, s.tenant_id AS tenant_id, s.body AS body, a.currency AS currency FROM "
                        "billing_subscriptions s JOIN billing_accounts a ON a.tenant_id = s.tenant_id WHERE s.plan = ? "
                        "AND s.plan_version = ? AND s.id > ? AND s.") +
                kNotOver + " ORDER BY s.id LIMIT " + std::to_string(kReadAtOnce),
            {wanted.plan, wanted.from, after});
        if (!rows) return rows.error();
        more = static_cast<int>(rows->size()) == kReadAtOnce;
        for (const auto& row : *rows) {
            after = row.text("id");
            const auto subscription = store::read<Subscription>(row.text("body"));
            if (!subscription || subscription->items.empty()) continue;
            const auto& base = subscription->base();
            const auto& currency = row.text("currency");
            MoveSample sample{TenantId{row.text("tenant_id")},
                              subscription->id,
                              currency,
                              base.unit_price * base.quantity,
                              base.unit_price * base.quantity,
                              subscription->period().to,
                              base.custom_price};
            const auto* price = wanted.with_price && !base.custom_price
                                    ? price_for(**plan, currency, base.interval.text(), today)
                                    : nullptr;
            if (price != nullptr) sample.after = price->amount * base.quantity;
            ++preview.subscriptions;
            preview.agreed += base.custom_price ? 1 : 0;
            auto money = std::ranges::find_if(preview.money, [&](const MoneyMoved& each) {
                return each.currency == currency && each.interval == base.interval.text();
            });
            if (money == preview.money.end())
                money = preview.money.insert(preview.money.end(), MoneyMoved{currency, base.interval.text()});
            ++money->subscriptions;
            money->before = sum(money->before, sample.before);
            money->after = sum(money->after, sample.after);
            if (preview.sample.size() < kSampleRows) preview.sample.push_back(std::move(sample));
        }
    }
    return preview;
}

sdk::Result<void> PlanMover::call_worker(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                         const std::string& id, const std::string& leg) {
    const auto made = host_.jobs().enqueue(
        where, context, {.kind = "billing.move_subscribers", .payload = {{"move", id}}, .unique_key = id + ":" + leg});
    if (!made) return made.error();
    return sdk::ok();
}

sdk::Result<std::string> PlanMover::begin(const sdk::CallContext& context, const MoveWanted& wanted, const By& by) {
    const auto shown = preview(context, wanted);
    if (!shown) return shown.error();
    const auto id = sdk::make_uuid();
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        // The row of the catalogue's revision is the lock of whoever moves or publishes.
        if (auto locked = tx.execute(context, "UPDATE billing_catalogue_revision SET revision = revision WHERE id = 1");
            !locked)
            return locked.error();
        const auto other = tx.query_one(
            context, "SELECT id FROM billing_plan_moves WHERE plan = ? AND state IN ('running', 'undoing') LIMIT 1",
            {wanted.plan});
        if (!other) return other.error();
        if (*other)
            return sdk::fail("billing.move_running", "Subscribers of this plan are being moved already; wait for it.");
        const auto made = tx.execute(
            context,
            "INSERT INTO billing_plan_moves (id, plan, from_version, to_version, with_price, state, total, moved, "
            "skipped, undone, kept, reached, asked_by, asked_label, reason, begun_at) VALUES (?, ?, ?, ?, ?, "
            "'running', ?, 0, 0, 0, 0, '', ?, ?, ?, ?)",
            {id, wanted.plan, wanted.from, wanted.to, wanted.with_price, shown->subscriptions, by.actor.id,
             by.actor.label.substr(0, 200), by.reason, host_.clock().now()});
        if (!made) return made.error();
        if (auto called = call_worker(tx, context, id, "forward"); !called) return called;
        return host_.audit().append(tx, context, by.actor,
                                    {.action = "billing.plan_move_begun",
                                     .subject = {"plan", wanted.plan, wanted.plan},
                                     .before = {{"version", wanted.from}},
                                     .after = {{"version", wanted.to},
                                               {"with_price", wanted.with_price},
                                               {"subscriptions", shown->subscriptions},
                                               {"move", id}},
                                     .reason = by.reason});
    });
    if (!done) return done.error();
    return id;
}

sdk::Result<void> PlanMover::undo(const sdk::CallContext& context, const std::string& id, const By& by) {
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto turned = tx.execute(context,
                                       "UPDATE billing_plan_moves SET state = 'undoing', reached = '' WHERE id = ? AND "
                                       "state IN ('running', 'done')",
                                       {id});
        if (!turned) return turned.error();
        if (*turned == 0) return sdk::fail("billing.move_over", "There is nothing left to take back.");
        if (auto called = call_worker(tx, context, id, "back"); !called) return called;
        return host_.audit().append(tx, context, by.actor,
                                    {.action = "billing.plan_move_undone",
                                     .subject = {"plan_move", id},
                                     .after = {{"move", id}},
                                     .reason = by.reason});
    });
}

sdk::Result<std::optional<PlanMove>> PlanMover::find(const sdk::CallContext& context, const std::string& id) {
    const auto row = host_.database().query_one(context, std::string(kMoveColumns) + "id = ?", {id});
    if (!row) return row.error();
    return *row ? std::optional(move_from(**row)) : std::optional<PlanMove>{};
}

sdk::Result<Slice<PlanMove>> PlanMover::list(const sdk::CallContext& context, const std::string& plan,
                                             const std::string& after, int limit) {
    const int most = std::clamp(limit, 1, 500);
    std::string sql = std::string(kMoveColumns) + "id < ?";
    sdk::DbValues values{after.empty() ? std::string("~") : after};
    if (!plan.empty()) {
        sql += " AND plan = ?";
        values.emplace_back(plan);
    }
    const auto rows =
        host_.database().query(context, sql + " ORDER BY id DESC LIMIT " + std::to_string(most + 1), values);
    if (!rows) return rows.error();
    std::vector<PlanMove> moves;
    for (const auto& row : *rows) moves.push_back(move_from(row));
    return slice_of(std::move(moves), most, [](const PlanMove& move) { return move.id; });
}

sdk::Result<std::vector<MoveException>> PlanMover::exceptions(const sdk::CallContext& context, const std::string& id,
                                                              int limit) {
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.plan_move_exceptions"),
                                             "SELECT tenant_id, subscription_id, state, why FROM "
                                             "billing_plan_move_items WHERE move_id = ? AND state IN ('skipped', "
                                             "'kept') ORDER BY subscription_id LIMIT " +
                                                 std::to_string(std::clamp(limit, 1, 500)),
                                             {id});
    if (!rows) return rows.error();
    std::vector<MoveException> found;
    for (const auto& row : *rows)
        found.push_back({TenantId{row.text("tenant_id")}, SubscriptionId{row.text("subscription_id")},
                         row.text("state"), row.text("why")});
    return found;
}

sdk::Result<void> PlanMover::work(const sdk::CallContext& context, const std::string& id) {
    for (;;) {
        const auto move = find(context, id);
        if (!move) return move.error();
        const bool goes = *move && ((*move)->state == MoveState::running || (*move)->state == MoveState::undoing);
        if (!goes) return sdk::ok();
        if (context.remaining() < std::chrono::seconds{30})
            return call_worker(host_.database(), context, id, (*move)->reached);
        const auto more =
            (*move)->state == MoveState::running ? step_forward(context, **move) : step_back(context, **move);
        if (!more) {
            if (more.error().code == "billing.move_stopped") continue;  // it goes the other way now
            return more.error();
        }
        if (!*more)
            if (auto done = finish(context, **move); !done) return done;
    }
}

sdk::Result<void> PlanMover::finish(const sdk::CallContext& context, const PlanMove& move) {
    const auto over = move.state == MoveState::running ? MoveState::done : MoveState::undone;
    const auto done =
        host_.database().execute(context, "UPDATE billing_plan_moves SET state = ? WHERE id = ? AND state = ?",
                                 {std::string(to_text(over)), move.id, std::string(to_text(move.state))});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<bool> PlanMover::step_forward(const sdk::CallContext& context, const PlanMove& move) {
    const auto catalogue = transitions_.catalogue().get(context);
    if (!catalogue) return catalogue.error();
    const auto plan = plan_at(**catalogue, move.wanted);
    if (!plan) return plan.error();
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.move_subscribers"),
        std::string("SELECT s.id AS id, s.tenant_id AS tenant_id, s.period_unit AS period_unit, a.currency AS currency "
                    "FROM billing_subscriptions s JOIN billing_accounts a ON a.tenant_id = s.tenant_id WHERE s.plan = "
                    "? AND s.plan_version = ? AND s.id > ? AND s.") +
            kNotOver + " ORDER BY s.id LIMIT " + std::to_string(kMovedAtOnce),
        {move.wanted.plan, move.wanted.from, move.reached});
    if (!rows) return rows.error();
    const auto today = local_date(host_.clock().now(), "UTC");
    for (const auto& row : *rows) {
        if (context.remaining() < std::chrono::seconds{30}) return true;
        const auto* price =
            move.wanted.with_price ? price_for(**plan, row.text("currency"), row.text("period_unit"), today) : nullptr;
        if (auto done = move_one(context, move, row, price == nullptr ? std::nullopt : std::optional(price->version));
            !done)
            return done.error();
    }
    return static_cast<int>(rows->size()) == kMovedAtOnce;
}

sdk::Result<void> PlanMover::move_one(const sdk::CallContext& context, const PlanMove& move, const sdk::Row& row,
                                      std::optional<int> price) {
    const auto subscription = row.text("id");
    const TenantId tenant{row.text("tenant_id")};
    const auto note = [&](sdk::Transaction& tx, const sdk::CallContext& own, const char* state, int before,
                          const std::string& why) -> sdk::Result<void> {
        const auto noted = tx.execute(own,
                                      "INSERT INTO billing_plan_move_items (move_id, subscription_id, tenant_id, "
                                      "state, price_before, why) VALUES (?, ?, :tenant, ?, ?, ?)",
                                      {move.id, subscription, state, before, why.substr(0, 80)});
        if (!noted) return noted.error();
        return count_in(tx, own, move, state, subscription);
    };
    Request request;
    request.command = MoveToPlanVersion{move.wanted.plan, move.wanted.from, move.wanted.to, price};
    request.key = "plan-move:" + move.id + ":" + subscription;
    const auto done =
        teller_.act_also(context, tenant, {request}, asked_for(move), {},
                         [&](sdk::Transaction& tx, const sdk::CallContext& own, const Step& step) {
                             const auto* live = step.account.live_subscription();
                             return note(tx, own, "moved", live == nullptr ? 0 : live->base().price_version, {});
                         });
    if (done) return sdk::ok();
    if (!is_refusal(done.error())) return done.error();
    const auto own = sdk::on_behalf_of(context, tenant);
    return host_.database().transaction(
        own, [&](sdk::Transaction& tx) { return note(tx, own, "skipped", 0, done.error().code); });
}

sdk::Result<bool> PlanMover::step_back(const sdk::CallContext& context, const PlanMove& move) {
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.move_subscribers_back"),
        "SELECT subscription_id, tenant_id, price_before FROM billing_plan_move_items WHERE move_id = ? AND state = "
        "'moved' AND subscription_id > ? ORDER BY subscription_id LIMIT " +
            std::to_string(kMovedAtOnce),
        {move.id, move.reached});
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        if (context.remaining() < std::chrono::seconds{30}) return true;
        if (auto done = move_back(context, move, row); !done) return done.error();
    }
    return static_cast<int>(rows->size()) == kMovedAtOnce;
}

sdk::Result<void> PlanMover::move_back(const sdk::CallContext& context, const PlanMove& move, const sdk::Row& row) {
    const auto subscription = row.text("subscription_id");
    const TenantId tenant{row.text("tenant_id")};
    const auto note = [&](sdk::Transaction& tx, const sdk::CallContext& own, const char* state,
                          const std::string& why) -> sdk::Result<void> {
        const auto noted = tx.execute(own,
                                      "UPDATE billing_plan_move_items SET state = ?, why = ? WHERE tenant_id = :tenant "
                                      "AND move_id = ? AND subscription_id = ? AND state = 'moved'",
                                      {state, why.substr(0, 80), move.id, subscription});
        if (!noted) return noted.error();
        return count_in(tx, own, move, state, subscription);
    };
    const auto before = static_cast<int>(row.integer("price_before"));
    Request request;
    request.command = MoveToPlanVersion{move.wanted.plan, move.wanted.to, move.wanted.from,
                                        move.wanted.with_price && before > 0 ? std::optional(before) : std::nullopt};
    request.key = "plan-move-back:" + move.id + ":" + subscription;
    const auto done = teller_.act_also(
        context, tenant, {request}, asked_for(move), {},
        [&](sdk::Transaction& tx, const sdk::CallContext& own, const Step&) { return note(tx, own, "undone", {}); });
    if (done) return sdk::ok();
    if (!is_refusal(done.error())) return done.error();
    const auto own = sdk::on_behalf_of(context, tenant);
    return host_.database().transaction(own,
                                        [&](sdk::Transaction& tx) { return note(tx, own, "kept", done.error().code); });
}

}  // namespace whatsflow::billing
