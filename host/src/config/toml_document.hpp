/// \file
/// A TOML text as JSON values, with the line each key stands on.
///
/// The only file that knows the TOML library. Dates and times become texts; everything
/// else has its JSON counterpart.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::config {

struct TomlDocument {
    nlohmann::json values = nlohmann::json::object();
    /// JSON pointer of a key → its line, counted from 1. Array elements are not listed.
    std::map<std::string, int> lines;
};

/// Error `config.syntax`: `line 3: …`, what the parser could not read.
sdk::Result<TomlDocument> parse_toml(std::string_view text);

/// Where the value of a key stands in the text, in bytes: from `begin` up to `end`.
struct TextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Of `table.key`, or nothing when it is not set or the text is not TOML.
std::optional<TextRange> find_value(std::string_view text, std::string_view table, std::string_view key);

/// `/plugins/com.acme.pay/key` out of its parts.
std::string pointer_of(std::string_view parent, std::string_view name);

/// A value as TOML, on one line.
std::string to_toml(const nlohmann::json& value);

}  // namespace whatsflow::config
