/// \file
/// A database for tests that lets something happen between two statements: somebody else comes
/// first, or the way ends in a fault.
///
///     database->once_after("FROM billing_gift_codes", [&] { redeem_for_another_tenant(); });
///     database->throw_before_change(3);  // the third change inside a transaction
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace whatsflow::billing::testing {

/// What was thrown on purpose.
struct Interruption : std::runtime_error {
    Interruption() : std::runtime_error("interrupted by the test") {}
};

/// [one thread] Everything else is the database behind it.
class InterruptedDatabase final : public sdk::Database {
public:
    explicit InterruptedDatabase(std::shared_ptr<sdk::Database> whole) : whole_(std::move(whole)) {}

    /// Once: after the next question outside a transaction that has these words was answered, and before
    /// the answer is used.
    void once_after(std::string words, std::function<void()> happens) {
        words_ = std::move(words);
        happens_ = std::move(happens);
    }
    /// Once: instead of the n-th change inside a transaction, counted from 1 and from now on.
    void throw_before_change(int n) { changes_left_ = n; }
    /// Once: instead of the next change outside a transaction that has these words.
    void throw_before(std::string words) { last_words_ = std::move(words); }
    /// Whether what was to be thrown still waits.
    bool waits() const { return changes_left_ > 0; }
    void leave_alone() { changes_left_ = 0; }

    sdk::Result<std::vector<sdk::Row>> query(const sdk::CallContext& context, std::string_view sql,
                                             const sdk::DbValues& values) override {
        auto rows = whole_->query(context, sql, values);
        if (happens_ && sql.find(words_) != std::string_view::npos) std::exchange(happens_, nullptr)();
        return rows;
    }
    sdk::Result<std::int64_t> execute(const sdk::CallContext& context, std::string_view sql,
                                      const sdk::DbValues& values) override {
        if (!last_words_.empty() && sql.find(last_words_) != std::string_view::npos) {
            last_words_.clear();
            throw Interruption();
        }
        return whole_->execute(context, sql, values);
    }
    sdk::Dialect dialect() const noexcept override { return whole_->dialect(); }
    sdk::Result<void> transaction(const sdk::CallContext& context,
                                  const std::function<sdk::Result<void>(sdk::Transaction&)>& body) override {
        return whole_->transaction(context, [&](sdk::Transaction& tx) {
            Inside inside(*this, tx);
            return body(inside);
        });
    }

private:
    class Inside final : public sdk::Transaction {
    public:
        Inside(InterruptedDatabase& outside, sdk::Transaction& whole) : outside_(outside), whole_(whole) {}

        sdk::Result<std::vector<sdk::Row>> query(const sdk::CallContext& context, std::string_view sql,
                                                 const sdk::DbValues& values) override {
            return whole_.query(context, sql, values);
        }
        sdk::Result<std::int64_t> execute(const sdk::CallContext& context, std::string_view sql,
                                          const sdk::DbValues& values) override {
            if (outside_.changes_left_ > 0 && --outside_.changes_left_ == 0) throw Interruption();
            return whole_.execute(context, sql, values);
        }
        sdk::Dialect dialect() const noexcept override { return whole_.dialect(); }
        void after_commit(std::function<void()> action) override { whole_.after_commit(std::move(action)); }

    private:
        InterruptedDatabase& outside_;
        sdk::Transaction& whole_;
    };

    std::shared_ptr<sdk::Database> whole_;
    std::string words_, last_words_;
    std::function<void()> happens_;
    int changes_left_ = 0;
};

}  // namespace whatsflow::billing::testing
