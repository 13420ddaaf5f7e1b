#include "config/show.hpp"

#include "config/core_keys.hpp"
#include "config/secret_value.hpp"
#include "config/toml_document.hpp"

namespace whatsflow::config {
namespace {

bool sounds_secret(const std::string& name) {
    constexpr std::array<std::string_view, 7> words{"secret", "password", "token", "key", "credential", "salt", "pin"};
    return std::ranges::any_of(words, [&](auto word) { return name.find(word) != std::string::npos; });
}

nlohmann::json mask_by_name(nlohmann::json value, bool secret) {
    if (value.is_object() && !names_a_secret(value)) {
        for (auto& [name, child] : value.items()) child = mask_by_name(child, secret || sounds_secret(name));
    } else if (value.is_array()) {
        for (auto& child : value) child = mask_by_name(child, secret);
    } else if (value.is_string() && secret) {
        return masked;
    } else if (value.is_string()) {
        return without_url_password(value.get<std::string>());
    }
    return value;
}

/// What the key stands for when it is not set in any source.
nlohmann::json effective(const Configuration& configuration, const CoreKey& key) {
    const std::string name{key.name};
    if (configuration.values.contains(name)) {
        const auto& value = configuration.values.at(name);
        if (key.secrecy == Secrecy::whole) return value == "" ? "" : masked;
        return key.secrecy == Secrecy::open ? value : nlohmann::json(without_url_password(value.get<std::string>()));
    }
    const auto site = [&](std::string_view text) -> const SiteSettings& {
        if (text.starts_with("sites.landing")) return configuration.sites.landing;
        if (text.starts_with("sites.app")) return configuration.sites.app;
        return text.starts_with("sites.admin") ? configuration.sites.admin : configuration.sites.api;
    };
    if (name.ends_with(".hostname")) return site(name).hostnames;
    if (name.ends_with(".url")) return site(name).url;
    return nullptr;
}

}  // namespace

nlohmann::json show(const Configuration& configuration) {
    auto keys = nlohmann::json::array();
    for (const auto& key : core_keys()) {
        const std::string name{key.name};
        keys.push_back({{"key", name},
                        {"value", effective(configuration, key)},
                        {"source", to_text(configuration.sources.at(name))}});
    }
    return {{"keys", std::move(keys)}, {"plugins", mask_by_name(configuration.raw_plugins.sections, false)}};
}

std::string show_toml(const Configuration& configuration) {
    std::string text;
    for (const auto& key : core_keys()) {
        const auto value = effective(configuration, key);
        if (value.is_null()) {
            text += "# " + std::string{key.name} + " is not set: " + std::string{key.description} + "\n";
            continue;
        }
        text += std::string{key.name} + " = " + to_toml(value) + "  # " +
                std::string{to_text(configuration.sources.at(std::string{key.name}))} + "\n";
    }
    const auto sections = mask_by_name(configuration.raw_plugins.sections, false);
    for (const auto& [id, section] : sections.items()) {
        text += "\n[plugins." + to_toml(id) + "]\n";
        for (const auto& [name, value] : section.items()) text += to_toml(name) + " = " + to_toml(value) + "\n";
    }
    return text;
}

nlohmann::json mask_secrets(const nlohmann::json& schema, nlohmann::json values) {
    if (schema.is_object() && schema.value("secret", false)) {
        const bool nothing = values.is_null() || values == "" || (values.is_structured() && values.empty());
        return nothing ? values : nlohmann::json(masked);
    }
    if (values.is_object() && schema.contains("properties")) {
        for (const auto& [name, child] : schema.at("properties").items()) {
            if (values.contains(name)) values[name] = mask_secrets(child, values[name]);
        }
    }
    if (values.is_array() && schema.contains("items")) {
        for (auto& value : values) value = mask_secrets(schema.at("items"), value);
    }
    return values;
}

std::string documented_defaults() {
    std::string text =
        "# Settings of WhatsFlow. Every key is shown with its default; remove the # to change one.\n"
        "# WHATSFLOW__SECTION__KEY=value in the environment overrides any of them, and\n"
        "# `whatsflow config check` says what is wrong before a restart does.\n"
        "# A secret may be named instead of written: { env = \"NAME\" } or { file = \"/path\" }.\n";
    std::string section;
    for (const auto& key : core_keys()) {
        const auto dot = key.name.rfind('.');
        const auto here = dot == std::string_view::npos ? std::string{} : std::string{key.name.substr(0, dot)};
        if (here != section)
            text += "\n[" + here + "]\n";
        else
            text += section.empty() ? "\n" : "";
        section = here;
        text += "# " + std::string{key.description} + "\n# " +
                std::string{dot == std::string_view::npos ? key.name : key.name.substr(dot + 1)} + " = ";
        text += key.default_json.empty() ? "(worked out)" : to_toml(nlohmann::json::parse(key.default_json));
        if (key.type == KeyType::integer || !key.choices.empty()) text += "  # " + expectation(key);
        text += "\n";
    }
    return text +
           "\n# A plugin's own settings; its README lists them.\n# [plugins.stripe]\n# mode = \"test\"\n"
           "# secret_key = { env = \"STRIPE_SECRET_KEY\" }\n";
}

}  // namespace whatsflow::config
