/// \file
/// A plugin's own settings, already checked against its schema: defaults are filled in,
/// unknown keys were refused, secrets were taken from the environment or from files.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace whatsflow::sdk {

/// Immutable; copies share nothing. Asking for a key the schema does not have, or as
/// another type, throws std::logic_error: the schema and the code disagree.
class Config {
public:
    explicit Config(nlohmann::json values = nlohmann::json::object()) : values_(std::move(values)) {}

    std::string text(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    double number(std::string_view key) const;
    bool boolean(std::string_view key) const;
    bool has(std::string_view key) const;
    const nlohmann::json& value(std::string_view key) const;
    /// Everything, secrets included: never print it.
    const nlohmann::json& all() const { return values_; }

private:
    nlohmann::json values_;
};

}  // namespace whatsflow::sdk
