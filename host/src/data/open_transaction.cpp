#include "data/open_transaction.hpp"

namespace whatsflow::data {
namespace {

thread_local OpenTransaction* innermost = nullptr;

}  // namespace

OpenTransaction::OpenTransaction(DatabaseServer& server, Session& session)
    : server_(server), session_(session), outer_(innermost) {
    innermost = this;
}

OpenTransaction::~OpenTransaction() {
    innermost = outer_;
    // A session that cannot roll back is still in its transaction: the pool throws it away.
    if (!committed_ && session_.in_transaction()) (void)session_.run("ROLLBACK", Deadline::max());
}

bool OpenTransaction::is_open_here(const DatabaseServer& server) noexcept {
    for (const auto* open = innermost; open != nullptr; open = open->outer_)
        if (&open->server_ == &server) return true;
    return false;
}

template <class T>
sdk::Result<T> OpenTransaction::answer(const sdk::CallContext& context, std::string_view sql, Outcome<T> outcome) {
    if (outcome) return std::move(*outcome);
    if (!lost_ && (outcome.error().transaction_lost || !session_.in_transaction())) lost_ = outcome.error();
    return server_.refused(context, outcome.error(), sql);
}

sdk::Result<std::vector<sdk::Row>> OpenTransaction::query(const sdk::CallContext& context, std::string_view sql,
                                                          const sdk::DbValues& values) {
    // After a loss the session would run what follows on its own, outside any transaction.
    if (lost_) return lost_->to_sdk();
    const auto call = server_.scope_.admit(context, sql, values);
    if (!call) return call.error();
    return answer(context, sql, server_.measured(context, sql, [&] {
        return session_.query(call->sql(), call->values(), kMaxRows, context.deadline);
    }));
}

sdk::Result<std::int64_t> OpenTransaction::execute(const sdk::CallContext& context, std::string_view sql,
                                                   const sdk::DbValues& values) {
    if (lost_) return lost_->to_sdk();
    const auto call = server_.scope_.admit(context, sql, values);
    if (!call) return call.error();
    return answer(context, sql, server_.measured(context, sql, [&] {
        return session_.execute(call->sql(), call->values(), context.deadline);
    }));
}

sdk::Result<void> OpenTransaction::commit(const sdk::CallContext& context) {
    // A deadline must not decide a commit half-way: the driver finishes what it began.
    const auto done = session_.run("COMMIT", Deadline::max());
    if (!done) return server_.refused(context, done.error(), "COMMIT");
    committed_ = true;
    return sdk::ok();
}

}  // namespace whatsflow::data
