#include "stripe_json.hpp"

#include <algorithm>

namespace whatsflow::stripe {
namespace {

const nlohmann::json& nothing() {
    static const auto* null = new nlohmann::json();
    return *null;
}

}  // namespace

const nlohmann::json& at(const nlohmann::json& json, const char* key) {
    if (!json.is_object()) return nothing();
    const auto found = json.find(key);
    return found == json.end() ? nothing() : *found;
}

const nlohmann::json& at(const nlohmann::json& json, std::initializer_list<const char*> keys) {
    const auto* value = &json;
    for (const auto* key : keys) value = &at(*value, key);
    return *value;
}

const nlohmann::json& first_of(const nlohmann::json& list) {
    return list.is_array() && !list.empty() ? list.front() : nothing();
}

std::string text_of(const nlohmann::json& value, std::size_t most) {
    if (!value.is_string()) return {};
    const auto& text = value.get_ref<const std::string&>();
    return text.size() <= most ? text : std::string{};
}

std::optional<std::int64_t> whole_number_of(const nlohmann::json& value) {
    // A number beyond 63 bits would turn negative; nobody owes that much.
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) return std::nullopt;
    if (!value.is_number_integer()) return std::nullopt;
    return value.get<std::int64_t>();
}

std::string id_of(const nlohmann::json& value) {
    return value.is_object() ? text_of(at(value, "id"), 255) : text_of(value, 255);
}

std::optional<sdk::Instant> time_of(const nlohmann::json& value) {
    constexpr std::int64_t kYear9999 = 253'402'300'799;
    const auto seconds = whole_number_of(value);
    if (!seconds || *seconds <= 0 || *seconds > kYear9999) return std::nullopt;
    return sdk::from_micros(*seconds * 1'000'000);
}

std::optional<sdk::Money> money_of(const nlohmann::json& amount, const nlohmann::json& currency) {
    auto code = text_of(currency, 3);
    const auto minor = whole_number_of(amount);
    if (!minor || code.size() != 3) return std::nullopt;
    for (auto& letter : code) {
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
        if (letter < 'A' || letter > 'Z') return std::nullopt;
    }
    if (code == "ISK" || code == "UGX") return std::nullopt;
    return sdk::Money{*minor, code};
}

std::string stripe_currency(const sdk::Money& amount) {
    auto code = amount.currency;
    std::ranges::transform(code, code.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return code;
}

}  // namespace whatsflow::stripe
