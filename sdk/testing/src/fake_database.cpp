#include <whatsflow/sdk/testing/fake_database.hpp>

#include <algorithm>

namespace whatsflow::sdk::testing {
namespace {

Error unavailable() {
    return sdk::fail("database.unavailable", "The test has no database.");
}

}  // namespace

Result<std::vector<Row>> UnavailableDatabase::query(const CallContext&, std::string_view, const DbValues&) {
    return unavailable();
}
Result<std::int64_t> UnavailableDatabase::execute(const CallContext&, std::string_view, const DbValues&) {
    return unavailable();
}
Result<void> UnavailableDatabase::transaction(const CallContext&, const std::function<Result<void>(Transaction&)>&) {
    return unavailable();
}

class ScriptedDatabase::OpenTransaction final : public Transaction {
public:
    explicit OpenTransaction(ScriptedDatabase& database) : database_(database) {}

    Result<std::vector<Row>> query(const CallContext&, std::string_view sql, const DbValues& values) override {
        return database_.run_query(sql, values, true);
    }
    Result<std::int64_t> execute(const CallContext&, std::string_view sql, const DbValues& values) override {
        return database_.run_execute(sql, values, true);
    }
    Dialect dialect() const noexcept override { return database_.dialect(); }
    void after_commit(std::function<void()> action) override { actions_.push_back(std::move(action)); }

    void committed() {
        for (const auto& action : actions_) action();
    }

private:
    ScriptedDatabase& database_;
    std::vector<std::function<void()>> actions_;
};

void ScriptedDatabase::rows(std::string part, std::vector<Row> rows) {
    std::lock_guard lock(mutex_);
    script_.push_back({Scripted::Kind::rows, std::move(part), std::move(rows), 0, {}});
}

void ScriptedDatabase::changes(std::string part, std::int64_t count) {
    std::lock_guard lock(mutex_);
    script_.push_back({Scripted::Kind::changes, std::move(part), {}, count, {}});
}

void ScriptedDatabase::fail(std::string part, Error error) {
    std::lock_guard lock(mutex_);
    script_.push_back({Scripted::Kind::error, std::move(part), {}, 0, std::move(error)});
}

std::vector<Statement> ScriptedDatabase::statements() const {
    std::lock_guard lock(mutex_);
    return statements_;
}

std::size_t ScriptedDatabase::commits() const {
    std::lock_guard lock(mutex_);
    return commits_;
}

std::size_t ScriptedDatabase::rollbacks() const {
    std::lock_guard lock(mutex_);
    return rollbacks_;
}

std::optional<ScriptedDatabase::Scripted> ScriptedDatabase::take(Scripted::Kind wanted, std::string_view sql) {
    const auto found = std::ranges::find_if(script_, [&](const Scripted& one) {
        return (one.kind == wanted || one.kind == Scripted::Kind::error) &&
               sql.find(one.part) != std::string_view::npos;
    });
    if (found == script_.end()) return std::nullopt;
    auto taken = std::move(*found);
    script_.erase(found);
    return taken;
}

Result<std::vector<Row>> ScriptedDatabase::run_query(std::string_view sql, const DbValues& values,
                                                     bool in_transaction) {
    std::lock_guard lock(mutex_);
    statements_.push_back({std::string(sql), values, in_transaction});
    auto scripted = take(Scripted::Kind::rows, sql);
    if (!scripted) return std::vector<Row>{};
    if (scripted->kind == Scripted::Kind::error) return scripted->error;
    return std::move(scripted->rows);
}

Result<std::int64_t> ScriptedDatabase::run_execute(std::string_view sql, const DbValues& values, bool in_transaction) {
    std::lock_guard lock(mutex_);
    statements_.push_back({std::string(sql), values, in_transaction});
    auto scripted = take(Scripted::Kind::changes, sql);
    if (!scripted) return std::int64_t{0};
    if (scripted->kind == Scripted::Kind::error) return scripted->error;
    return scripted->changes;
}

Result<std::vector<Row>> ScriptedDatabase::query(const CallContext&, std::string_view sql, const DbValues& values) {
    return run_query(sql, values, false);
}

Result<std::int64_t> ScriptedDatabase::execute(const CallContext&, std::string_view sql, const DbValues& values) {
    return run_execute(sql, values, false);
}

Result<void> ScriptedDatabase::transaction(const CallContext&, const std::function<Result<void>(Transaction&)>& body) {
    OpenTransaction transaction(*this);
    struct Ending {
        ScriptedDatabase& database;
        bool committed = false;
        ~Ending() {
            std::lock_guard lock(database.mutex_);
            ++(committed ? database.commits_ : database.rollbacks_);
        }
    };
    {
        Ending ending{*this};
        auto done = body(transaction);
        if (!done) return done;
        ending.committed = true;
    }
    transaction.committed();
    return ok();
}

Row row(std::initializer_list<std::pair<std::string, DbValue>> columns) {
    auto names = std::make_shared<std::vector<std::string>>();
    DbValues values;
    for (const auto& [name, value] : columns) {
        names->push_back(name);
        values.push_back(value);
    }
    return Row(std::move(names), std::move(values));
}

}  // namespace whatsflow::sdk::testing
