/// \file
/// A transaction between BEGIN and COMMIT, as statements: POCO's own leaves autocommit off
/// behind it, and the next plain write on that session is lost.
#pragma once

#include "data/database_server.hpp"
#include "data/late_rows.hpp"

namespace whatsflow::data {

/// On one thread, on the stack of DatabaseServer::attempt. Rolls back unless committed.
class OpenTransaction final : public sdk::Transaction, public LateRows {
public:
    OpenTransaction(DatabaseServer& server, Session& session);
    OpenTransaction(const OpenTransaction&) = delete;
    OpenTransaction& operator=(const OpenTransaction&) = delete;
    ~OpenTransaction() override;

    sdk::Result<std::vector<sdk::Row>> query(const sdk::CallContext& context, std::string_view sql,
                                             const sdk::DbValues& values = {}) override;
    sdk::Result<std::int64_t> execute(const sdk::CallContext& context, std::string_view sql,
                                      const sdk::DbValues& values = {}) override;
    sdk::Dialect dialect() const noexcept override { return session_.dialect(); }
    void after_commit(std::function<void()> action) override { actions_.push_back(std::move(action)); }
    void insert_late(std::string_view into, sdk::DbValues row) override;

    [[nodiscard]] sdk::Result<void> write_late_rows(const sdk::CallContext& context);
    [[nodiscard]] sdk::Result<void> commit(const sdk::CallContext& context);
    [[nodiscard]] std::vector<std::function<void()>> take_actions() { return std::move(actions_); }
    /// The refusal after which the database itself rolled back, if there was one.
    [[nodiscard]] const std::optional<DriverError>& lost() const noexcept { return lost_; }

    /// Does the calling thread have a transaction of this server open?
    [[nodiscard]] static bool is_open_here(const DatabaseServer& server) noexcept;

private:
    template <class T>
    sdk::Result<T> answer(const sdk::CallContext& context, std::string_view sql, Outcome<T> outcome);

    DatabaseServer& server_;
    Session& session_;
    std::vector<std::function<void()>> actions_;
    std::vector<std::pair<std::string_view, std::vector<sdk::DbValues>>> late_;  // by where they go
    std::optional<DriverError> lost_;
    bool committed_ = false;
    OpenTransaction* outer_;  // of another server, on the same thread
};

}  // namespace whatsflow::data
