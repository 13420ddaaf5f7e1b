#include <whatsflow/sdk/config.hpp>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

[[noreturn]] void disagree(std::string_view key, const char* wanted) {
    throw std::logic_error("config key '" + std::string(key) + "' is not " + wanted + " in the plugin's schema");
}

}  // namespace

const nlohmann::json& Config::value(std::string_view key) const {
    const auto found = values_.find(std::string(key));
    if (found == values_.end()) disagree(key, "there; give it a default");
    return *found;
}

bool Config::has(std::string_view key) const {
    const auto found = values_.find(std::string(key));
    return found != values_.end() && !found->is_null();
}

std::string Config::text(std::string_view key) const {
    const auto& found = value(key);
    if (!found.is_string()) disagree(key, "a text");
    return found.get<std::string>();
}

std::int64_t Config::integer(std::string_view key) const {
    const auto& found = value(key);
    if (!found.is_number_integer()) disagree(key, "an integer");
    return found.get<std::int64_t>();
}

double Config::number(std::string_view key) const {
    const auto& found = value(key);
    if (!found.is_number()) disagree(key, "a number");
    return found.get<double>();
}

bool Config::boolean(std::string_view key) const {
    const auto& found = value(key);
    if (!found.is_boolean()) disagree(key, "true or false");
    return found.get<bool>();
}

}  // namespace whatsflow::sdk
