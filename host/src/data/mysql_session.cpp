#include "data/mysql_session.hpp"

#include "data/mysql_statement.hpp"
#include "data/sql_text.hpp"
#include "data/statement_cache.hpp"

#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/MySQL/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <mysql/errmsg.h>
#include <mysql/ma_pvio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace whatsflow::data {
namespace {

using sdk::Milliseconds;

constexpr std::size_t kStatementsOfMysql = 128;  // the server keeps 16,382 for everybody
constexpr std::size_t kLoginSeconds = 5;
constexpr Milliseconds kGrace{2000};  // what a server that is alive needs to end a statement by itself
// The length of a statement is limited in steps, so that the limit is seldom sent anew.
constexpr std::array kLimits = {Milliseconds{100},  Milliseconds{500},    Milliseconds{1000},  Milliseconds{2000},
                                Milliseconds{5000}, Milliseconds{10'000}, Milliseconds{30'000}};

/// A server that vanished without a word is noticed within a minute.
void keep_watch(MYSQL* handle) {
    const auto socket = mysql_get_socket(handle);
    const auto set = [socket](int level, int option, int value) {
        ::setsockopt(socket, level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

/// How long an answer is waited for. The library takes this option before connecting only, and
/// POCO has no word for it, so it is set where the library keeps it; -1 is for ever.
void wait_for_answers(MYSQL* handle, Milliseconds longest) {
    if (handle->net.pvio != nullptr) handle->net.pvio->timeout[PVIO_READ_TIMEOUT] = static_cast<int>(longest.count());
}

class MysqlSession final : public Session {
public:
    MysqlSession(Poco::Data::Session session, Milliseconds statement_time)
        : session_(std::move(session)),
          handle_(Poco::Data::MySQL::Utility::handle(session_)),
          statement_time_(statement_time),
          statements_(kStatementsOfMysql, kMostStatementBytes) {
        keep_watch(handle_);
        wait_for_answers(handle_, statement_time + kGrace);
    }
    ~MysqlSession() override { statements_.clear(); }  // before POCO closes the connection they belong to

    Outcome<std::vector<sdk::Row>> query(std::string_view sql, const sdk::DbValues& values, std::size_t row_limit,
                                         Deadline deadline) override {
        auto rows = query_once(sql, values, row_limit, deadline);
        // Its table was altered since it was prepared; it is prepared anew now, and reading twice does no harm.
        if (!rows && rows.error().number == CR_NEW_STMT_METADATA && only_reads(sql))
            return query_once(sql, values, row_limit, deadline);
        return rows;
    }

    Outcome<std::int64_t> execute(std::string_view sql, const sdk::DbValues& values, Deadline deadline) override {
        auto statement = started(sql, values, deadline);
        if (!statement) return statement.error();
        return (*statement)->changed();
    }

    Outcome<std::int64_t> run(const std::string& sql, Deadline) override {
        if (mysql_real_query(handle_, sql.data(), static_cast<unsigned long>(sql.size())) != 0) return refusal();
        if (auto* answer = mysql_store_result(handle_)) {
            mysql_free_result(answer);
            return std::int64_t{0};
        }
        if (mysql_errno(handle_) != 0) return refusal();
        return static_cast<std::int64_t>(mysql_affected_rows(handle_));
    }

    bool looks_alive() const noexcept override {
        pollfd watch{static_cast<int>(mysql_get_socket(handle_)), POLLIN, 0};
        return ::poll(&watch, 1, 0) == 0;  // nobody speaks to an idle session but to end it
    }

    bool ping(Deadline deadline) override { return static_cast<bool>(run("SELECT 1", deadline)); }

    bool in_transaction() const noexcept override {
        // With autocommit off the next write would open one that nobody commits.
        return (handle_->server_status & SERVER_STATUS_IN_TRANS) != 0 ||
               (handle_->server_status & SERVER_STATUS_AUTOCOMMIT) == 0;
    }

    void lift_time_limit() override {
        (void)limit_to(Milliseconds{0});
        time_limit_lifted_ = true;
        Session::lift_time_limit();
    }

    sdk::Dialect dialect() const noexcept override { return sdk::Dialect::mysql; }

    [[nodiscard]] bool is_mariadb() const {
        return std::string_view(mysql_get_server_info(handle_)).find("MariaDB") != std::string_view::npos;
    }

    /// The server ends a statement that runs longer; 0 is no limit.
    std::optional<DriverError> limit_to(Milliseconds limit) {
        if (limit == limit_) return std::nullopt;
        const auto sql = is_mariadb() ? "SET SESSION max_statement_time=" +
                                            std::to_string(static_cast<double>(limit.count()) / 1000.0)
                                      : "SET SESSION max_execution_time=" + std::to_string(limit.count());
        wait_for_answers(handle_, limit.count() == 0 ? Milliseconds{-1} : limit + kGrace);
        const auto done = run(sql, Deadline::max());
        if (!done) return done.error();
        limit_ = limit;
        return std::nullopt;
    }

private:
    Outcome<std::vector<sdk::Row>> query_once(std::string_view sql, const sdk::DbValues& values, std::size_t row_limit,
                                              Deadline deadline) {
        auto statement = started(sql, values, deadline);
        if (!statement) return statement.error();
        auto rows = (*statement)->rows(row_limit);
        if (!rows) return spoiled(sql, rows.error());
        return rows;
    }

    [[nodiscard]] Milliseconds limit_for(Deadline deadline) const {
        if (deadline == Deadline::max()) return statement_time_;
        const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left >= statement_time_) return statement_time_;
        for (const auto limit : kLimits)
            if (limit >= left) return std::min(limit, statement_time_);
        return statement_time_;
    }

    Outcome<MysqlStatement*> started(std::string_view sql, const sdk::DbValues& values, Deadline deadline) {
        if (!time_limit_lifted_)
            if (const auto problem = limit_to(limit_for(deadline))) return *problem;
        auto* statement = statements_.find(sql);
        if (statement == nullptr) {
            auto made = std::make_unique<MysqlStatement>(mysql_stmt_init(handle_));
            if (made->handle() == nullptr) return noted(mysql_error(CR_OUT_OF_MEMORY, "out of memory"));
            if (mysql_stmt_prepare(made->handle(), sql.data(), static_cast<unsigned long>(sql.size())) != 0)
                return noted(mysql_error(mysql_stmt_errno(made->handle()), mysql_stmt_error(made->handle())));
            // The library keeps a variable for each placeholder.
            const auto bytes = sql.size() + made->placeholders() * sizeof(MYSQL_BIND);
            statement = &statements_.add(std::string(sql), std::move(made), bytes);
        }
        if (statement->placeholders() != values.size())
            return DriverError{Trouble::failed, 0,
                               "the statement has " + std::to_string(statement->placeholders()) +
                                   " placeholders and was given " + std::to_string(values.size()) + " values"};
        if (const auto problem = statement->start(values)) return spoiled(sql, *problem);
        return statement;
    }

    /// After an error a statement is prepared anew: the table may have changed under it.
    DriverError spoiled(std::string_view sql, DriverError error) {
        if (error.trouble != Trouble::duplicate) statements_.drop(sql);
        return noted(std::move(error));
    }

    DriverError refusal() { return noted(mysql_error(mysql_errno(handle_), mysql_error_text())); }
    [[nodiscard]] std::string mysql_error_text() const { return ::mysql_error(handle_); }

    Poco::Data::Session session_;
    MYSQL* handle_;
    Milliseconds statement_time_;
    Milliseconds limit_{-1};
    bool time_limit_lifted_ = false;
    StatementCache<MysqlStatement> statements_;
};

std::string connection_string(const DatabaseUrl& url) {
    return "host=" + url.host + ";port=" + std::to_string(url.port) + ";user=" + url.user +
           ";password=" + url.password + ";db=" + url.name +
           ";character-set=utf8mb4;auto-reconnect=false;compress=false;reset=true";
}

/// POCO composes `[Comment]: …\t[mysql_error]: …\t[mysql_errno]: 1045\t…` and code() is 0.
DriverError connect_error(const std::string& text) {
    constexpr std::string_view kField = "[mysql_errno]: ";
    unsigned number = CR_CONNECTION_ERROR;
    if (const auto at = text.find(kField); at != std::string::npos)
        number = static_cast<unsigned>(std::strtoul(text.c_str() + at + kField.size(), nullptr, 10));
    auto detail = text;
    constexpr std::string_view kWords = "[mysql_error]: ";
    if (const auto at = text.find(kWords); at != std::string::npos)
        detail = text.substr(at + kWords.size(), text.find('\t', at) - at - kWords.size());
    auto error = mysql_error(number, std::move(detail));
    error.session_lost = true;
    if (error.trouble == Trouble::failed) error.trouble = Trouble::unavailable;
    return error;
}

Outcome<std::unique_ptr<Session>> set_up(std::unique_ptr<MysqlSession> session, const MysqlOptions& options) {
    const auto seconds = std::max<std::int64_t>(1, options.lock_wait.count() / 1000);
    const std::string statements[] = {
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
        "NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES', time_zone='+00:00', autocommit=1, "
        "innodb_lock_wait_timeout=" +
            std::to_string(seconds),
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"};
    for (const auto& sql : statements) {
        const auto done = session->run(sql, Deadline::max());
        if (!done) return done.error();
    }
    if (const auto problem = session->limit_to(options.statement_time)) return *problem;
    return Outcome<std::unique_ptr<Session>>(std::move(session));
}

}  // namespace

Outcome<std::unique_ptr<Session>> open_mysql_session(const MysqlOptions& options) {
    try {
        Poco::Data::MySQL::Connector::registerConnector();
        Poco::Data::Session session(Poco::Data::MySQL::Connector::KEY, connection_string(options.url), kLoginSeconds);
        return set_up(std::make_unique<MysqlSession>(std::move(session), options.statement_time), options);
    } catch (const Poco::Exception& refused) {
        return connect_error(refused.message());
    }
}

}  // namespace whatsflow::data
