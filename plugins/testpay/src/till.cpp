#include "till.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::testpay {
namespace {

using sdk::CallContext;
using sdk::Result;

constexpr const char* kCheckoutColumns =
    "SELECT id, kind, state, reference, amount, currency, description, customer, keeps_method, return_url, cancel_url, "
    "notify_url, method_token, created_at FROM testpay_checkouts ";
constexpr const char* kPaymentColumns =
    "SELECT id, reference, status, amount, refunded, currency, code, created_at FROM testpay_payments ";

Checkout checkout_in(const sdk::Row& row) {
    return {row.text("id"),
            row.text("kind"),
            row.text("state"),
            row.text("reference"),
            {row.integer("amount"), row.text("currency")},
            row.text("description"),
            row.text("customer"),
            row.boolean("keeps_method"),
            row.text("return_url"),
            row.text("cancel_url"),
            row.text("notify_url"),
            row.text("method_token"),
            row.instant("created_at")};
}

Payment payment_in(const sdk::Row& row) {
    return {row.text("id"),           row.text("reference"),
            row.text("status"),       {row.integer("amount"), row.text("currency")},
            row.integer("refunded"),  row.text("code"),
            row.instant("created_at")};
}

Result<std::int64_t> insert_payment(sdk::SqlExecutor& where, const CallContext& context, const std::string& operation,
                                    const Payment& payment) {
    return where.execute(context,
                         "INSERT INTO testpay_payments (id, operation, reference, status, amount, refunded, currency, "
                         "code, created_at) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)",
                         {payment.id, operation, payment.reference, payment.status, payment.amount.minor,
                          payment.amount.currency, payment.code, payment.created_at});
}

Result<std::int64_t> move_state(sdk::SqlExecutor& where, const CallContext& context, const std::string& id,
                                const std::string& from, const std::string& to) {
    return where.execute(context, "UPDATE testpay_checkouts SET state = ? WHERE id = ? AND state = ?", {to, id, from});
}

}  // namespace

sdk::PaymentRecord Payment::record() const {
    sdk::PaymentRecord record;
    record.payment_id = id;
    record.reference = reference;
    record.amount = amount;
    record.created_at = created_at;
    record.code = code;
    record.status = status == "succeeded"  ? sdk::PaymentStatus::succeeded
                    : status == "pending"  ? sdk::PaymentStatus::pending
                    : status == "disputed" ? sdk::PaymentStatus::disputed
                                           : sdk::PaymentStatus::failed;
    if (refunded > 0) {
        record.refunded = sdk::Money{refunded, amount.currency};
        if (record.status == sdk::PaymentStatus::succeeded)
            record.status =
                refunded >= amount.minor ? sdk::PaymentStatus::refunded : sdk::PaymentStatus::partially_refunded;
    }
    return record;
}

Result<Checkout> Till::open(const CallContext& context, const std::string& operation, Checkout checkout) {
    checkout.id = sdk::make_uuid();
    checkout.state = "open";
    checkout.created_at = clock_.now();
    const auto added = database_.execute(
        context,
        "INSERT INTO testpay_checkouts (id, operation, kind, state, reference, amount, currency, description, "
        "customer, "
        "keeps_method, return_url, cancel_url, notify_url, method_token, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {checkout.id, operation, checkout.kind, checkout.state, checkout.reference, checkout.amount.minor,
         checkout.amount.currency, checkout.description.substr(0, 300), checkout.customer, checkout.keeps_method,
         checkout.return_url, checkout.cancel_url, checkout.notify_url, checkout.method_token, checkout.created_at});
    if (added) return checkout;
    if (added.error().code != "database.duplicate") return added.error();
    const auto row = database_.query_one(context, std::string(kCheckoutColumns) + "WHERE operation = ?", {operation});
    if (!row) return row.error();
    if (!*row) return added.error();
    return checkout_in(**row);
}

Result<std::optional<Checkout>> Till::find_checkout(const CallContext& context, const std::string& id) {
    const auto row = database_.query_one(context, std::string(kCheckoutColumns) + "WHERE id = ?", {id});
    if (!row) return row.error();
    return *row ? std::optional(checkout_in(**row)) : std::nullopt;
}

Result<bool> Till::move(const CallContext& context, const std::string& id, const std::string& from,
                        const std::string& to) {
    const auto moved = move_state(database_, context, id, from, to);
    if (!moved) return moved.error();
    return *moved == 1;
}

Result<std::optional<Payment>> Till::pay(const CallContext& context, const Checkout& checkout,
                                         const std::string& status) {
    Payment payment{"tpp_" + sdk::make_uuid(), checkout.reference, status, checkout.amount, 0, {}, clock_.now()};
    bool was_done = false;
    const auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> Result<void> {
        const auto moved = move_state(tx, context, checkout.id, checkout.state, "done");
        if (!moved) return moved.error();
        was_done = *moved == 0;
        if (was_done) return sdk::ok();
        const auto added = insert_payment(tx, context, "checkout/" + checkout.id, payment);
        return added ? sdk::ok() : Result<void>(added.error());
    });
    if (!done) return done.error();
    return was_done ? std::nullopt : std::optional(payment);
}

Result<std::pair<Payment, bool>> Till::record(const CallContext& context, const std::string& operation,
                                              const Payment& payment) {
    auto added = payment;
    added.id = "tpp_" + sdk::make_uuid();
    added.created_at = clock_.now();
    const auto done = insert_payment(database_, context, operation, added);
    if (done) return std::pair{added, true};
    if (done.error().code != "database.duplicate") return done.error();
    const auto row = database_.query_one(context, std::string(kPaymentColumns) + "WHERE operation = ?", {operation});
    if (!row) return row.error();
    if (!*row) return done.error();
    return std::pair{payment_in(**row), false};
}

Result<std::optional<Payment>> Till::find_payment(const CallContext& context, const std::string& id) {
    const auto row = database_.query_one(context, std::string(kPaymentColumns) + "WHERE id = ?", {id});
    if (!row) return row.error();
    return *row ? std::optional(payment_in(**row)) : std::nullopt;
}

Result<std::optional<Payment>> Till::find_by_reference(const CallContext& context, const std::string& reference) {
    const auto rows = database_.query(
        context, std::string(kPaymentColumns) + "WHERE reference = ? ORDER BY created_at DESC, id DESC LIMIT 50",
        {reference});
    if (!rows) return rows.error();
    for (const auto& row : *rows)
        if (row.text("status") == "succeeded") return std::optional(payment_in(row));
    return rows->empty() ? std::nullopt : std::optional(payment_in(rows->front()));
}

Result<void> Till::mark(const CallContext& context, const std::string& payment, const std::string& status) {
    const auto done =
        database_.execute(context, "UPDATE testpay_payments SET status = ? WHERE id = ?", {status, payment});
    return done ? sdk::ok() : Result<void>(done.error());
}

Result<std::optional<std::pair<std::string, bool>>> Till::refund(const CallContext& context,
                                                                 const std::string& operation,
                                                                 const std::string& payment, std::int64_t amount) {
    using Refund = std::optional<std::pair<std::string, bool>>;
    const auto id = "tpr_" + sdk::make_uuid();
    bool too_much = false;
    const auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> Result<void> {
        const auto added = tx.execute(
            context,
            "INSERT INTO testpay_refunds (id, operation, payment_id, amount, created_at) VALUES (?, ?, ?, ?, ?)",
            {id, operation, payment, amount, clock_.now()});
        if (!added) return added.error();
        const auto taken = tx.execute(context,
                                      "UPDATE testpay_payments SET refunded = refunded + ? "
                                      "WHERE id = ? AND refunded + ? <= amount AND status = 'succeeded'",
                                      {amount, payment, amount});
        if (!taken) return taken.error();
        too_much = *taken == 0;
        return too_much ? Result<void>(sdk::fail("testpay.too_much", "More than what is left.")) : sdk::ok();
    });
    if (done) return Refund({id, true});
    if (too_much) return Refund{};
    if (done.error().code != "database.duplicate") return done.error();
    const auto row = database_.query_one(context, "SELECT id FROM testpay_refunds WHERE operation = ?", {operation});
    if (!row) return row.error();
    if (!*row) return done.error();
    return Refund({(*row)->text("id"), false});
}

}  // namespace whatsflow::testpay
