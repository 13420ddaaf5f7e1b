#include "context.hpp"

#include "bucket.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace whatsflow::flags {
namespace {

using Field = std::optional<std::string> Context::*;

struct StandardName {
    std::string_view name;
    Field field;
};

constexpr std::array<StandardName, 6> kStandardNames{{{"userId", &Context::user_id},
                                                      {"sessionId", &Context::session_id},
                                                      {"remoteAddress", &Context::remote_address},
                                                      {"environment", &Context::environment},
                                                      {"appName", &Context::app_name},
                                                      {"currentTime", &Context::current_time}}};

Field standard(std::string_view name) {
    for (const auto& each : kStandardNames)
        if (each.name == name) return each.field;
    return nullptr;
}

std::string text_of_number(double number) {
    std::array<char, 400> buffer;
    const bool whole = std::abs(number) < 1e21 && number == std::trunc(number);
    const auto end = whole
                         ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed)
                         : std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end.ptr};
}

}  // namespace

const std::string* Context::find(std::string_view name) const {
    if (const auto field = standard(name))
        if (const auto& value = this->*field) return &*value;
    const auto found = properties.find(name);
    return found == properties.end() ? nullptr : &found->second;
}

std::optional<std::string>* Context::standard_field(std::string_view name) {
    const auto field = standard(name);
    return field ? &(this->*field) : nullptr;
}

const std::string* Context::find_filled(std::string_view name) const {
    const auto* value = find(name);
    return value && !value->empty() ? value : nullptr;
}

void Context::set(std::string_view name, std::string value) {
    if (auto* const field = standard_field(name))
        *field = std::move(value);
    else
        properties.insert_or_assign(std::string(name), std::move(value));
}

std::optional<std::string> text_of(const nlohmann::json& value) {
    switch (value.type()) {
        case nlohmann::json::value_t::null: return std::nullopt;
        case nlohmann::json::value_t::string: return value.get<std::string>();
        case nlohmann::json::value_t::number_float: return text_of_number(value.get<double>());
        default: return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
}

std::string fingerprint_of(const Context& context) {
    std::string all;
    const auto add = [&](std::string_view text) {
        all += std::to_string(text.size());
        all += ':';
        all += text;
    };
    for (const auto& each : kStandardNames) {
        const auto& value = context.*each.field;
        all += value ? '+' : '-';
        if (value) add(*value);
    }
    for (const auto& [name, value] : context.properties) {
        add(name);
        add(value);
    }
    return digest_of(all);
}

Context context_from_json(const nlohmann::json& object) {
    Context context;
    if (!object.is_object()) return context;
    for (const auto& [name, value] : object.items()) {
        if (name == "properties" && value.is_object()) continue;
        if (auto text = text_of(value)) context.set(name, std::move(*text));
    }
    const auto properties = object.find("properties");
    if (properties != object.end() && properties->is_object())
        for (const auto& [name, value] : properties->items())
            if (auto text = text_of(value)) context.properties.insert_or_assign(name, std::move(*text));
    return context;
}

}  // namespace whatsflow::flags
