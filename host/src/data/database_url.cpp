#include "data/database_url.hpp"

#include <charconv>
#include <optional>

namespace whatsflow::data {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMysql = "mysql://";

sdk::Error refuse(std::string sentence) {
    return sdk::fail("config.invalid", "database.url " + std::move(sentence));
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        if (i + 2 >= text.size()) return std::nullopt;
        const auto* end = text.data() + i + 3;
        if (std::from_chars(text.data() + i + 1, end, value, 16).ptr != end) return std::nullopt;
        out.push_back(static_cast<char>(value));
        i += 2;
    }
    return out;
}

// The client library takes its options as `key=value;…` without a way to quote.
bool fits_the_drivers_options(const std::string& value) {
    if (value.find_first_of(std::string_view(";\0\n\r", 4)) != std::string::npos) return false;
    return value.empty() || (value.front() != ' ' && value.back() != ' ');
}

sdk::Result<DatabaseUrl> parse_sqlite(std::string_view rest) {
    DatabaseUrl url;
    url.in_memory = rest == ":memory:";
    if (url.in_memory) return url;
    if (rest.starts_with("//")) rest.remove_prefix(2);
    if (rest.empty()) return refuse("names no file: write sqlite:whatsflow.db.");
    if (rest.find_first_of("?#") != std::string_view::npos)
        return refuse("has options after the file name; SQLite takes none here: write sqlite:whatsflow.db.");
    url.file = std::filesystem::path(rest);
    return url;
}

sdk::Result<DatabaseUrl> parse_host(std::string_view authority, DatabaseUrl url) {
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return refuse("has a '[' without ']' in its host.");
        url.host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        if (!port.empty() && port.front() != ':') return refuse("has something other than a port after its host.");
    } else {
        const auto colon = authority.rfind(':');
        url.host = authority.substr(0, colon);
        if (colon != std::string_view::npos) port = authority.substr(colon);
    }
    if (url.host.empty()) return refuse("names no host: write mysql://user:password@host:3306/name.");
    if (url.host == "localhost") url.host = "127.0.0.1";
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto* end = port.data() + port.size();
        const auto [stop, problem] = std::from_chars(port.data(), end, url.port);
        if (problem != std::errc{} || stop != end || url.port == 0)
            return refuse("has a port that is not a number from 1 to 65535.");
    }
    return url;
}

sdk::Result<DatabaseUrl> parse_mysql(std::string_view rest) {
    DatabaseUrl url;
    url.dialect = sdk::Dialect::mysql;
    const auto at = rest.rfind('@');
    if (at == std::string_view::npos) return refuse("names no user: write mysql://user:password@host:3306/name.");
    const auto login = rest.substr(0, at);
    const auto place = rest.substr(at + 1);
    const auto slash = place.find('/');
    if (slash == std::string_view::npos || slash + 1 == place.size())
        return refuse("names no database: write mysql://user:password@host:3306/name.");

    const auto colon = login.find(':');
    const auto user = percent_decoded(login.substr(0, colon));
    const auto password = percent_decoded(colon == std::string_view::npos ? "" : login.substr(colon + 1));
    const auto name = percent_decoded(place.substr(slash + 1));
    if (!user || !password || !name)
        return refuse("has a '%' that is not followed by two hexadecimal digits; write %25 for the sign itself.");
    if (user->empty()) return refuse("names no user: write mysql://user:password@host:3306/name.");
    if (name->find_first_of("?#/`") != std::string::npos)
        return refuse("has something after the database's name; no options are known there.");
    if (!fits_the_drivers_options(*user) || !fits_the_drivers_options(*password) || !fits_the_drivers_options(*name))
        return refuse(
            "has a ';', a line break or a space at an end in the user, password or database name, which the "
            "database's client library cannot take; choose another.");
    url.user = *user;
    url.password = *password;
    url.name = *name;
    auto parsed = parse_host(place.substr(0, slash), std::move(url));
    if (parsed && !fits_the_drivers_options(parsed->host)) return refuse("has a host that is not a host name.");
    return parsed;
}

}  // namespace

std::string DatabaseUrl::masked() const {
    if (dialect == sdk::Dialect::sqlite) return std::string(kSqlite) + (in_memory ? ":memory:" : file.string());
    const auto shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return std::string(kMysql) + user + (password.empty() ? "" : ":***") + "@" + shown + ":" + std::to_string(port) +
           "/" + name;
}

sdk::Result<DatabaseUrl> parse_database_url(std::string_view text) {
    if (text.starts_with(kSqlite)) return parse_sqlite(text.substr(kSqlite.size()));
    if (text.starts_with(kMysql)) return parse_mysql(text.substr(kMysql.size()));
    return refuse(
        "begins with neither sqlite: nor mysql://; write sqlite:whatsflow.db or mysql://user:password@host/name.");
}

}  // namespace whatsflow::data
