#include "backup/row_text.hpp"

#include "security/digest.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace whatsflow::backup {
namespace {

using nlohmann::json;

json to_json(const sdk::DbValue& value) {
    struct Visitor {
        json operator()(std::monostate) const { return nullptr; }
        json operator()(std::int64_t number) const { return number; }
        json operator()(double number) const { return std::isfinite(number) ? json(number) : json(nullptr); }
        json operator()(const std::string& text) const { return text; }
        json operator()(const sdk::Blob& blob) const { return {{"blob", security::to_base64url(blob.bytes)}}; }
    };
    return std::visit(Visitor{}, value.storage());
}

}  // namespace

std::string to_line(const sdk::DbValues& values) {
    auto row = json::array();
    for (const auto& value : values) row.push_back(to_json(value));
    return row.dump();
}

std::optional<sdk::DbValues> from_line(std::string_view line) {
    const auto row = json::parse(line, nullptr, false);
    if (!row.is_array()) return std::nullopt;
    sdk::DbValues values;
    for (const auto& value : row) {
        if (value.is_null()) {
            values.emplace_back();
        } else if (value.is_number_integer()) {
            values.emplace_back(static_cast<long long>(value.get<std::int64_t>()));
        } else if (value.is_number_float()) {
            values.emplace_back(value.get<double>());
        } else if (value.is_string()) {
            values.emplace_back(value.get<std::string>());
        } else if (value.is_object() && value.contains("blob")) {
            auto bytes = security::from_base64url(value.value("blob", ""));
            if (!bytes) return std::nullopt;
            values.emplace_back(sdk::Blob{std::move(*bytes)});
        } else {
            return std::nullopt;
        }
    }
    return values;
}

}  // namespace whatsflow::backup
