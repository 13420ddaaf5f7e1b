#include "config/key_reader.hpp"

#include "config/core_keys.hpp"
#include "config/nearest_name.hpp"
#include "config/override_value.hpp"
#include "config/secret_value.hpp"

namespace whatsflow::config {
namespace {

constexpr std::string_view override_prefix = "WHATSFLOW__";
constexpr std::string_view plugin_prefix = "PLUGINS__";

std::vector<std::string> known_names() {
    std::vector<std::string> names;
    for (const auto& key : core_keys()) names.emplace_back(key.name);
    return names;
}

bool is_section(const std::string& dotted) {
    const auto prefix = dotted + ".";
    return std::ranges::any_of(core_keys(), [&](const auto& key) { return key.name.starts_with(prefix); });
}

bool has_the_type(const CoreKey& key, const nlohmann::json& value) {
    const auto texts = [](const nlohmann::json& list) {
        return list.is_array() && std::ranges::all_of(list, [](const auto& item) { return item.is_string(); });
    };
    switch (key.type) {
        case KeyType::text: return value.is_string();
        case KeyType::texts: return texts(value);
        case KeyType::text_or_texts: return value.is_string() || texts(value);
        case KeyType::integer: return value.is_number_integer();
        case KeyType::boolean: return value.is_boolean();
    }
    return false;
}

bool is_allowed(const CoreKey& key, const nlohmann::json& value) {
    if (key.type == KeyType::integer) {
        const auto number = value.get<std::int64_t>();
        return number >= key.minimum && number <= key.maximum;
    }
    if (key.choices.empty()) return true;
    const auto choices = "|" + std::string{key.choices} + "|";
    const auto& text = value.get_ref<const std::string&>();
    return text.find('|') == std::string::npos && choices.find("|" + text + "|") != std::string::npos;
}

/// Reads one source after the other into the same result.
class KeyReader {
public:
    KeyReader(const TomlDocument& document, const LoadRequest& request, Problems& problems)
        : document_(document), request_(request), problems_(problems) {}

    EffectiveKeys read() {
        for (const auto& key : core_keys()) {
            const std::string name{key.name};
            result_.sources[name] = Source::standard;
            if (!key.default_json.empty()) result_.values[name] = nlohmann::json::parse(key.default_json);
        }
        read_table(document_.values, "", "");
        read_environment();
        result_.plugins.lines = document_.lines;
        result_.plugins.environment = request_.environment;
        return std::move(result_);
    }

private:
    std::string place(const std::string& pointer) const {
        const auto line = document_.lines.find(pointer);
        return request_.file + ":" + (line == document_.lines.end() ? "0" : std::to_string(line->second)) + ": ";
    }

    void read_table(const nlohmann::json& table, const std::string& dotted, const std::string& pointer) {
        for (const auto& [name, value] : table.items()) {
            const auto child = dotted.empty() ? name : dotted + "." + name;
            const auto child_pointer = pointer_of(pointer, name);
            // The name as written may hold dots; only our own names are looked up.
            if (const auto* key = find_core_key(child)) {
                take(*key, value, Source::file, place(child_pointer));
            } else if (dotted == "plugins" && value.is_object()) {
                result_.plugins.sections[name] = value;
            } else if (is_section(child) && value.is_object()) {
                read_table(value, child, child_pointer);
            } else if (is_section(child)) {
                problems_.add(place(child_pointer) + child + " is a section; write [" + child + "] and its keys below");
            } else {
                problems_.add(place(child_pointer) + unknown(child));
            }
        }
    }

    static std::string unknown(const std::string& dotted) {
        auto text = dotted + " is not a known key; ";
        if (const auto nearest = nearest_name(dotted, known_names())) return text + "did you mean " + *nearest + "?";
        return text + "remove it (`whatsflow config show` lists the known ones)";
    }

    void read_environment() {
        for (const auto& [variable, text] : request_.environment) {
            if (!variable.starts_with(override_prefix)) continue;
            const auto name = variable.substr(override_prefix.size());
            const auto& keys = core_keys();
            const auto key = std::ranges::find_if(keys, [&](const auto& k) { return override_name(k.name) == name; });
            if (key != keys.end()) {
                take_override(*key, variable, text);
            } else if (name.starts_with(plugin_prefix) && name.find("__", plugin_prefix.size()) != std::string::npos) {
                result_.plugins.overrides[name.substr(plugin_prefix.size())] = text;
            } else {
                problems_.add(variable + ": " + unknown_variable(name));
            }
        }
    }

    static std::string unknown_variable(const std::string& name) {
        std::vector<std::string> known;
        for (const auto& key : core_keys()) known.push_back(override_name(key.name));
        const auto nearest = nearest_name(name, known);
        return "no key is called so; " +
               (nearest ? "did you mean " + std::string{override_prefix} + *nearest + "?" : "remove it");
    }

    void take_override(const CoreKey& key, const std::string& variable, const std::string& text) {
        if (const auto value = read_override(key, text)) {
            take(key, *value, Source::environment, variable + ": ");
        } else {
            problems_.add(variable + ": " + std::string{key.name} + " must be " + expectation(key) +
                          (key.type == KeyType::texts ? ", written as JSON" : ""));
        }
    }

    void take(const CoreKey& key, const nlohmann::json& given, Source source, const std::string& place) {
        const std::string name{key.name};
        nlohmann::json value = given;
        if (key.secrecy != Secrecy::open && names_a_secret(given)) {
            auto secret = read_secret(given, request_.environment);
            if (!secret) return problems_.add(place + name + ": " + secret.error().message);
            value = *std::move(secret);
        }
        if (!has_the_type(key, value) || !is_allowed(key, value)) {
            const bool show = key.secrecy == Secrecy::open && !value.is_object() && value.dump().size() < 60;
            return problems_.add(place + name + " must be " + expectation(key) +
                                 (show ? "; it is " + to_toml(value) : ""));
        }
        result_.values[name] = std::move(value);
        result_.sources[name] = source;
    }

    const TomlDocument& document_;
    const LoadRequest& request_;
    Problems& problems_;
    EffectiveKeys result_;
};

}  // namespace

EffectiveKeys read_keys(const TomlDocument& document, const LoadRequest& request, Problems& problems) {
    return KeyReader{document, request, problems}.read();
}

}  // namespace whatsflow::config
