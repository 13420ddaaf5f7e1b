#include "data/open_transaction.hpp"

#include <algorithm>
#include <iterator>

namespace whatsflow::data {
namespace {

thread_local OpenTransaction* innermost = nullptr;

/// Powers of two, so that few different statements are prepared.
std::size_t rows_at_once(std::size_t left) {
    std::size_t count = 64;
    while (count > left) count /= 2;
    return count;
}

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

void OpenTransaction::insert_late(std::string_view into, sdk::DbValues row) {
    for (auto& [known, rows] : late_)
        if (known == into) return rows.push_back(std::move(row));
    late_.emplace_back(into, std::vector<sdk::DbValues>{}).second.push_back(std::move(row));
}

sdk::Result<void> OpenTransaction::write_late_rows(const sdk::CallContext& context) {
    for (auto& [into, rows] : late_) {
        std::string marks = "(?";
        for (std::size_t i = 1; i < rows.front().size(); ++i) marks += ", ?";
        marks += ")";
        for (std::size_t from = 0; from < rows.size();) {
            const auto until = from + rows_at_once(rows.size() - from);
            std::string sql = "INSERT INTO " + std::string(into) + " VALUES ";
            sdk::DbValues values;
            for (bool first = true; from < until; ++from, first = false) {
                sql += first ? marks : ", " + marks;
                std::ranges::move(rows[from], std::back_inserter(values));
            }
            if (auto done = execute(context, sql, values); !done) return done.error();
        }
    }
    late_.clear();
    return sdk::ok();
}

sdk::Result<void> OpenTransaction::commit(const sdk::CallContext& context) {
    // A deadline must not decide a commit half-way: the driver finishes what it began.
    const auto done = session_.run("COMMIT", Deadline::max());
    if (!done) return server_.refused(context, done.error(), "COMMIT");
    committed_ = true;
    return sdk::ok();
}

}  // namespace whatsflow::data
