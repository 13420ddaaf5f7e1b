#include "plugin_folder.hpp"

#include <whatsflow/abi/sdk_digest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>

namespace whatsflow::conformance {
namespace {

std::optional<nlohmann::json> read_json(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    auto parsed = nlohmann::json::parse(file, nullptr, false);
    if (parsed.is_discarded()) return std::nullopt;
    return parsed;
}

bool fits(const std::string& text, const char* pattern) {
    return std::regex_match(text, std::regex(pattern));
}

/// A value of the property's type, for settings that must be there and have no default.
nlohmann::json made_up(const nlohmann::json& property, const std::string& key) {
    if (property.value("secret", false)) return std::string(kCanary) + key;
    if (property.contains("enum") && !property["enum"].empty()) return property["enum"].front();
    const auto type = property.value("type", nlohmann::json("string"));
    const auto name = type.is_string() ? type.get<std::string>() : std::string("string");
    if (name == "integer" || name == "number") return property.value("minimum", nlohmann::json(1));
    if (name == "boolean") return false;
    if (name == "array") return nlohmann::json::array();
    if (name == "object") return nlohmann::json::object();
    return property.value("format", "") == "uri" ? "https://conformance.test" : "conformance";
}

}  // namespace

std::string PluginFolder::text(const char* key) const {
    const auto found = manifest.find(key);
    return found != manifest.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

PluginFolder check_folder(const std::filesystem::path& path, Report& report) {
    PluginFolder folder;
    folder.path = path;
    report.begin("reading plugin.json");
    auto manifest = read_json(path / "plugin.json");
    if (!manifest || !manifest->is_object()) {
        report.failed("manifest", "plugin.json is missing or is not a JSON object.");
        return folder;
    }
    folder.manifest = std::move(*manifest);
    check_manifest(folder, report);
    report.begin("reading config.schema.json");
    if (std::filesystem::exists(path / "config.schema.json")) {
        auto schema = read_json(path / "config.schema.json");
        if (!schema || !schema->is_object()) {
            report.failed("config.schema", "config.schema.json is not a JSON object.");
        } else {
            folder.schema = std::move(*schema);
            check_config_schema(folder, report);
        }
    }
    if (std::filesystem::is_directory(path / "migrations")) check_migrations(path / "migrations", report);
    return folder;
}

void check_manifest(const PluginFolder& folder, Report& report) {
    report.expect(fits(folder.id(), "[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*"), "manifest.id",
                  "The id is " + folder.id() + ".",
                  "The id '" + folder.id() + "' is not a dotted lower-case name such as com.acme.pay.");
    report.expect(fits(folder.text("version"), "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?"),
                  "manifest.version", "The version is " + folder.text("version") + ".",
                  "The version '" + folder.text("version") + "' is not a semantic version such as 1.4.0.");
    for (const char* key : {"name", "sdk"})
        report.expect(!folder.text(key).empty(), std::string("manifest.") + key,
                      std::string("It says its ") + key + ": " + folder.text(key) + ".",
                      std::string("plugin.json has no '") + key + "'.");
    // The closed sets of sdk/schema/plugin.schema.json.
    static constexpr std::pair<const char*, std::array<std::string_view, 3>> kChoices[] = {
        {"status", {"stable", "beta", "experimental"}},
        {"input_trust", {"untrusted", "trusted", "trusted"}},
        {"on_failure", {"deny", "allow", "degrade"}}};
    for (const auto& [key, choices] : kChoices)
        if (folder.manifest.contains(key))
            report.expect(std::ranges::find(choices, folder.text(key)) != choices.end(), std::string("manifest.") + key,
                          std::string("Its ") + key + " is " + folder.text(key) + ".",
                          std::string("'") + folder.text(key) + "' is no " + key + ".");
    report.expect(folder.text("library") == folder.id() + ".so" && std::filesystem::exists(folder.library()),
                  "manifest.library", "The library is " + folder.text("library") + ".",
                  "The library must be " + folder.id() + ".so beside plugin.json, not '" + folder.text("library") +
                      "'. whatsflow_add_plugin() sees to it.");
    const auto build = folder.manifest.value("build", nlohmann::json::object());
    const auto digest = build.is_object() ? build.value("digest", "") : std::string{};
    report.expect(digest == WF_SDK_DIGEST, "manifest.build", "It was built for SDK headers sdk-" + digest + ".",
                  "It was built for SDK headers sdk-" + digest +
                      ", this is sdk-" WF_SDK_DIGEST " (SDK " WF_SDK_VERSION_TEXT "). Rebuild it; see UPDATING.md.");
}

void check_config_schema(const PluginFolder& folder, Report& report) {
    const auto& schema = folder.schema;
    report.expect(schema.contains("additionalProperties") && schema["additionalProperties"] == false,
                  "config.unknown_keys", "Unknown settings are refused.",
                  "config.schema.json must say \"additionalProperties\": false, so that a typo is found.");
    const auto properties = schema.value("properties", nlohmann::json::object());
    const auto required = schema.value("required", std::vector<std::string>{});
    std::string undescribed;
    std::string undefaulted;
    for (const auto& [key, property] : properties.items()) {
        if (!property.is_object() || property.value("description", "").empty()) undescribed += " " + key;
        const bool given_by_operator = property.is_object() && (property.value("secret", false) ||
                                                                std::ranges::find(required, key) != required.end());
        if (property.is_object() && !property.contains("default") && !given_by_operator) undefaulted += " " + key;
    }
    report.expect(undescribed.empty(), "config.descriptions", "Every setting has a description.",
                  "Settings without a description:" + undescribed + ".");
    report.expect(undefaulted.empty(), "config.defaults", "Every optional setting has a default.",
                  "Settings that are neither required nor secret and have no default:" + undefaulted + ".");
}

void check_migrations(const std::filesystem::path& folder, Report& report) {
    report.begin("reading migrations");
    std::map<int, std::set<std::string>> found;  // number → kinds: "", "sqlite", "mysql"
    std::string strange;
    std::string forbidden;
    const std::regex name("(\\d{4})_[a-z0-9_]+(?:\\.(sqlite|mysql))?\\.sql");
    const std::regex columns(
        "\\b(float|double|real|decimal|numeric|timestamp|datetime|auto_increment|autoincrement)\\b", std::regex::icase);
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto file = entry.path().filename().string();
        std::smatch parts;
        if (!std::regex_match(file, parts, name)) {
            strange += " " + file;
            continue;
        }
        found[std::stoi(parts[1])].insert(parts[2]);
        std::ifstream stream(entry.path());
        std::string sql((std::istreambuf_iterator<char>(stream)), {});
        sql = std::regex_replace(sql, std::regex("--[^\\n]*|'[^']*'"), "");
        std::smatch word;
        if (std::regex_search(sql, word, columns)) forbidden += " " + file + " (" + word.str() + ")";
    }
    report.expect(strange.empty(), "migrations.names", "Migrations are named NNNN_name.sql.",
                  "Not named NNNN_name.sql, .sqlite.sql or .mysql.sql:" + strange + ".");
    std::string gaps;
    int expected = 1;
    for (const auto& [number, kinds] : found) {
        if (number != expected) gaps += " " + std::to_string(expected);
        expected = number + 1;
        const bool whole = kinds == std::set<std::string>{""} || kinds == std::set<std::string>{"mysql", "sqlite"};
        if (!whole) gaps += " " + std::to_string(number) + " (needs both dialects, or one file for both)";
    }
    report.expect(gaps.empty(), "migrations.numbers", "Migrations are numbered from 1 without a gap.",
                  "Missing or incomplete migrations:" + gaps + ".");
    report.expect(forbidden.empty(), "migrations.columns",
                  "Money and instants are whole numbers, ids are made by the program.",
                  "Column types that lose value or differ between databases:" + forbidden +
                      ". Use BIGINT minor units, BIGINT microseconds and UUIDs.");
}

nlohmann::json make_settings(const nlohmann::json& schema, const nlohmann::json& given) {
    auto settings = nlohmann::json::object();
    const auto properties = schema.value("properties", nlohmann::json::object());
    const auto required = schema.value("required", std::vector<std::string>{});
    for (const auto& [key, property] : properties.items()) {
        const bool secret = property.value("secret", false);
        if (given.contains(key))
            settings[key] = given[key];
        else if (secret && property.value("type", "string") == "string")
            settings[key] = std::string(kCanary) + key;
        else if (property.contains("default"))
            settings[key] = property["default"];
        else if (std::ranges::find(required, key) != required.end())
            settings[key] = made_up(property, key);
    }
    return settings;
}

std::vector<std::string> secrets_of(const nlohmann::json& schema, const nlohmann::json& settings) {
    std::vector<std::string> secrets;
    const auto properties = schema.value("properties", nlohmann::json::object());
    for (const auto& [key, property] : properties.items()) {
        if (!property.value("secret", false) || !settings.contains(key)) continue;
        const auto& value = settings[key];
        // Short values would be found in any text.
        auto keep = [&](const nlohmann::json& one) {
            if (one.is_string() && one.get_ref<const std::string&>().size() >= 6)
                secrets.push_back(one.get<std::string>());
        };
        if (value.is_array())
            for (const auto& one : value) keep(one);
        else
            keep(value);
    }
    return secrets;
}

}  // namespace whatsflow::conformance
