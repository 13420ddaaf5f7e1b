/// \file
/// ClickHouse's HTTP interface.
///
///     server.run(context, "CREATE TABLE …");
///     auto rows = server.rows(context, "SELECT count(), max(at) FROM events");   // [[3, 17]]
///     server.insert(context, "events", lines);                                   // a JSON object a line
#pragma once

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::clickhouse {

struct Address {
    std::string url;  ///< without a slash at its end
    std::string database;
    std::string user;  ///< empty: ClickHouse's own default
    sdk::Secret password;
};

/// [thread-safe] Errors: `database.unavailable` when nothing is certain, `database.failed` when it refused.
class Server {
public:
    Server(sdk::HttpsClient& https, Address address) : https_(https), address_(std::move(address)) {}

    const std::string& database() const { return address_.database; }

    sdk::Result<void> run(const sdk::CallContext& context, const std::string& sql) const;
    /// Of a SELECT without FORMAT: a list of lists; whole numbers are numbers.
    sdk::Result<nlohmann::json> rows(const sdk::CallContext& context, const std::string& sql) const;
    sdk::Result<void> insert(const sdk::CallContext& context, const std::string& table, std::string lines) const;

private:
    sdk::Result<std::string> ask(const sdk::CallContext& context, const std::string& parameters,
                                 std::string body) const;

    sdk::HttpsClient& https_;
    const Address address_;
};

}  // namespace whatsflow::clickhouse
