/// \file
/// One connection to the database, used by one thread at a time.
///
/// Two kinds exist, SqliteSession and MysqlSession; the pool keeps them and the server
/// runs statements on them. A session keeps its prepared statements, owns their variables,
/// and knows by itself whether it can still be used.
#pragma once

#include "data/driver_error.hpp"

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/database.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace whatsflow::data {

using Deadline = sdk::CallContext::Deadline;

/// A value or the driver's refusal; becomes an sdk::Result where the error is logged.
template <class T>
class Outcome {
public:
    Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Outcome(DriverError error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }
    T& operator*() { return std::get<0>(state_); }
    const DriverError& error() const { return std::get<1>(state_); }

private:
    std::variant<T, DriverError> state_;
};

/// The number of an Outcome's error for an answer of more rows than the limit.
inline constexpr int kTooManyRows = -1;

class Session {
public:
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;

    /// `values` need only live as long as the call.
    virtual Outcome<std::vector<sdk::Row>> query(std::string_view sql, const sdk::DbValues& values,
                                                 std::size_t row_limit, Deadline deadline) = 0;
    virtual Outcome<std::int64_t> execute(std::string_view sql, const sdk::DbValues& values, Deadline deadline) = 0;

    /// A statement that is not worth preparing: set-up, BEGIN, DDL. No placeholders, one statement.
    virtual Outcome<std::int64_t> run(const std::string& sql, Deadline deadline) = 0;

    /// Costs no round trip: false when the other end has visibly closed the connection.
    virtual bool looks_alive() const noexcept = 0;
    /// Asks the database; false when it does not answer.
    virtual bool ping(Deadline deadline) = 0;
    /// True between BEGIN and COMMIT or ROLLBACK, as the driver sees it.
    virtual bool in_transaction() const noexcept = 0;
    /// An error has shown that this session cannot be used any more.
    bool lost() const noexcept { return lost_; }

    /// For work that may take hours, such as adding an index; the session is not lent again.
    virtual void lift_time_limit() { give_up(); }

    virtual sdk::Dialect dialect() const noexcept = 0;

protected:
    /// Remembers whether the session survives; every error of a driver passes here.
    DriverError noted(DriverError error) {
        lost_ = lost_ || error.session_lost;
        return error;
    }
    void give_up() noexcept { lost_ = true; }

private:
    bool lost_ = false;
};

}  // namespace whatsflow::data
