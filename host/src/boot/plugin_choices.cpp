#include "boot/plugin_choices.hpp"

#include "config/plugin_section.hpp"
#include "config/secret_value.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kPurpose = "plugin settings";
constexpr const char* kSealed = "sealed";

bool is_secret(const json& schema) {
    return schema.is_object() && schema.value("secret", false);
}

const json& properties(const json& schema) {
    static const json* const none = new json(json::object());  // never destroyed
    const auto found = schema.is_object() ? schema.find("properties") : schema.end();
    return schema.is_object() && found != schema.end() && found->is_object() ? *found : *none;
}

bool is_sealed(const json& value) {
    return value.is_object() && value.size() == 1 && value.contains(kSealed) && value.at(kSealed).is_string();
}

sdk::Error cannot(const std::string& what, const fs::path& file, const std::string& remedy) {
    return sdk::fail("boot.plugin_choices", "Cannot " + what + " " + file.string() + "; " + remedy + ".");
}

config::Configuration laid_over(config::Configuration configuration, const json& settings) {
    for (const auto& [id, kept] : settings.items()) {
        auto section = config::written_section(configuration, id);
        section.merge_patch(kept);
        configuration.raw_plugins.sections[id] = std::move(section);
    }
    return configuration;
}

/// All or nothing, and for nobody else to read.
bool write_whole(const fs::path& file, const std::string& text) {
    const auto fresh = file.string() + ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    const bool written = ::fchmod(descriptor, 0600) == 0 &&
                         ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    ::close(descriptor);
    return written && ::rename(fresh.c_str(), file.c_str()) == 0;
}

}  // namespace

sdk::Result<std::unique_ptr<PluginChoices>> PluginChoices::load(const fs::path& data,
                                                                std::shared_ptr<sdk::Vault> vault) {
    std::unique_ptr<PluginChoices> choices(new PluginChoices(data / "plugins.json", std::move(vault)));
    std::error_code error;
    if (!fs::exists(choices->file_, error)) return choices;
    std::ifstream stream(choices->file_);
    auto kept = json::parse(stream, nullptr, false);
    const auto is_table = [&](const char* key) { return kept.contains(key) && kept.at(key).is_object(); };
    if (!kept.is_object() || !is_table("switched") || !is_table("settings"))
        return cannot("read", choices->file_, "repair it, or remove it to go back to the configuration file");
    choices->kept_ = std::move(kept);
    return choices;
}

std::map<std::string, bool> PluginChoices::switched() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, bool> all;
    for (const auto& [id, on] : kept_.at("switched").items())
        if (on.is_boolean()) all.emplace(id, on.get<bool>());
    return all;
}

sdk::Result<void> PluginChoices::keep_switch(const std::string& id, bool on) {
    const std::lock_guard lock(mutex_);
    auto kept = kept_;
    kept["switched"][id] = on;
    return write(kept);
}

sdk::Result<void> PluginChoices::forget_switch(const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto kept = kept_;
    if (kept["switched"].erase(id) == 0) return sdk::ok();
    return write(kept);
}

json PluginChoices::settings(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    return opened(kept_.at("settings").value(id, json::object()));
}

sdk::Result<void> PluginChoices::keep_settings(const std::string& id, const json& schema, json settings) {
    auto closed = sealed(schema, std::move(settings));
    if (!closed) return closed.error();
    const std::lock_guard lock(mutex_);
    auto kept = kept_;
    kept["settings"][id] = std::move(*closed);
    return write(kept);
}

/// With the mutex held.
sdk::Result<void> PluginChoices::write(const json& kept) {
    if (!write_whole(file_, kept.dump(2) + "\n"))
        return cannot("write", file_, "check the rights of its folder, and whether the disk is full");
    kept_ = kept;
    return sdk::ok();
}

config::Configuration PluginChoices::over(config::Configuration configuration) const {
    return laid_over(std::move(configuration), all_settings());
}

config::Configuration PluginChoices::over(config::Configuration configuration, const std::string& id,
                                          const json& settings) const {
    auto all = all_settings();
    all[id] = settings;
    return laid_over(std::move(configuration), all);
}

json PluginChoices::all_settings() const {
    const std::lock_guard lock(mutex_);
    return opened(kept_.at("settings"));
}

/// A secret that cannot be opened any more stays out: the plugin then says which one is missing.
json PluginChoices::opened(json value) const {
    if (is_sealed(value)) {
        if (!vault_) return config::masked;
        const auto secret = vault_->open(kPurpose, value.at(kSealed).get<std::string>());
        return secret ? json(std::string(secret->reveal())) : json();
    }
    if (value.is_structured())
        for (auto& child : value) child = opened(child);
    return value;
}

sdk::Result<json> PluginChoices::sealed(const json& schema, json value) const {
    if (is_secret(schema) && value.is_string() && vault_) {
        auto text = vault_->seal(kPurpose, sdk::Secret(value.get<std::string>()));
        if (!text) return text.error();
        return json{{kSealed, *text}};
    }
    if (value.is_array()) {
        const auto entries = is_secret(schema) ? schema : schema.value("items", json::object());
        for (auto& each : value) {
            auto closed = sealed(entries, each);
            if (!closed) return closed;
            each = std::move(*closed);
        }
        return value;
    }
    if (!value.is_object()) return value;
    for (const auto& [name, child] : properties(schema).items()) {
        if (!value.contains(name)) continue;
        auto closed = sealed(child, value[name]);
        if (!closed) return closed;
        value[name] = std::move(*closed);
    }
    return value;
}

/// `{"file": …}` is for the operator's file: staff would read others' files with it.
static bool names_a_file(const json& secret) {
    return secret.is_object() || (secret.is_array() && std::ranges::any_of(secret, &names_a_file));
}

/// The entry of a list that this one was before: by its id, or else by its place.
static json entry_before(const json& list, const json& entry, std::size_t at) {
    if (!list.is_array()) return {};
    if (!entry.contains("id")) return at < list.size() ? list[at] : json();
    for (const auto& each : list)
        if (each.is_object() && each.value("id", json()) == entry["id"]) return each;
    return {};
}

sdk::Result<json> with_kept_secrets(const json& schema, json settings, const json& kept, const json& in_force) {
    if (!settings.is_object()) return settings;
    for (const auto& [name, child] : properties(schema).items()) {
        const auto before = kept.is_object() ? kept.value(name, json()) : json();
        if (is_secret(child)) {
            const bool left = !settings.contains(name) || settings[name] == config::masked;
            if (!left && names_a_file(settings[name])) {
                auto error = sdk::fail("config.invalid", name + " must be a text.");
                error.fields.push_back({name, "invalid", "Write the secret itself; it is sealed before it is kept."});
                return error;
            }
            if (!left) continue;
            settings.erase(name);
            if (!before.is_null()) settings[name] = before;
        } else if (child.is_object() && child.contains("properties")) {
            auto inner = with_kept_secrets(child, settings.value(name, json::object()), before);
            if (!inner) return inner;
            if (settings.contains(name) || !inner->empty()) settings[name] = std::move(*inner);
        } else if (child.is_object() && child.contains("items") && settings.value(name, json()).is_array()) {
            // A list is one value, whoever wrote it: its entries keep the secrets that are in force.
            const auto list = in_force.is_object() ? in_force.value(name, json()) : json();
            auto& entries = settings[name];
            for (std::size_t i = 0; i < entries.size(); ++i) {
                if (!entries[i].is_object()) continue;
                auto inner = with_kept_secrets(child["items"], entries[i], entry_before(list, entries[i], i), {});
                if (!inner) {
                    auto error = inner.error();
                    for (auto& field : error.fields) field.field = name + "/" + std::to_string(i) + "/" + field.field;
                    return error;
                }
                entries[i] = std::move(*inner);
            }
        }
    }
    return settings;
}

}  // namespace whatsflow::boot
