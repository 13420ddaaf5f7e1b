#include "config/plugin_section.hpp"

#include "config/json_schema.hpp"
#include "config/nearest_name.hpp"
#include "config/override_value.hpp"
#include "config/problems.hpp"
#include "config/secret_value.hpp"
#include "config/toml_document.hpp"

namespace whatsflow::config {
namespace {

using nlohmann::json;

constexpr std::string_view variable_prefix = "WHATSFLOW__PLUGINS__";

struct Section {
    json values = json::object();
    std::string pointer;  ///< of the table in the file
};

/// `[plugins."com.acme.pay"]`, or `[plugins.com.acme.pay]`, which TOML reads as nested tables.
Section find_section(const RawPluginSettings& raw, const std::string& id) {
    const std::string root = "/plugins";
    if (raw.sections.contains(id)) return {raw.sections.at(id), pointer_of(root, id)};
    const json* table = &raw.sections;
    std::string pointer = root;
    std::string_view rest = id;
    while (true) {
        const auto dot = rest.find('.');
        const std::string step{rest.substr(0, dot)};
        pointer = pointer_of(pointer, step);
        if (!table->is_object() || !table->contains(step)) return {json::object(), pointer_of(root, id)};
        table = &table->at(step);
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    if (!table->is_object()) return {json::object(), pointer_of(root, id)};
    return {*table, pointer};
}

/// Takes one plugin's section from its sources and remembers where each key came from.
class SectionReader {
public:
    SectionReader(const Configuration& configuration, const std::string& id, const json& schema)
        : raw_(configuration.raw_plugins), file_(configuration.file), id_(id), schema_(schema) {}

    sdk::Result<json> read() {
        auto section = find_section(raw_, id_);
        pointer_ = section.pointer;
        values_ = std::move(section.values);
        take_overrides();
        fetch_secrets(schema_, values_, "");
        values_ = with_defaults(schema_, std::move(values_));
        for (const auto& violation : find_violations(schema_, values_)) {
            if (!failed_.contains(violation.pointer)) {
                problems_.add(place(violation.pointer) + "plugins." + id_ + ": " + violation.message);
            }
        }
        if (!problems_.empty()) return problems_.to_error();
        return std::move(values_);
    }

private:
    std::string place(const std::string& pointer) const {
        if (const auto variable = variables_.find(pointer); variable != variables_.end())
            return variable->second + ": ";
        // A key that is missing has no line: then the line of the table it should stand in.
        for (auto candidate = pointer_ + pointer; !candidate.empty(); candidate.resize(candidate.rfind('/'))) {
            const auto line = raw_.lines.find(candidate);
            if (line != raw_.lines.end() && candidate.size() >= pointer_.size()) {
                return file_ + ":" + std::to_string(line->second) + ": ";
            }
        }
        return file_ + ": ";
    }

    void take_overrides() {
        const auto prefix = override_step(id_) + "__";
        for (const auto& [name, text] : raw_.overrides) {
            if (name.starts_with(prefix))
                take_override(std::string{variable_prefix} + name, name.substr(prefix.size()), text);
        }
    }

    void take_override(const std::string& variable, const std::string& name, const std::string& text) {
        const auto key = find_key(schema_, name, "");
        if (!key) {
            std::vector<std::string> known;
            for (const auto& [property, child] : properties_of(schema_).items())
                known.push_back(override_step(property));
            const auto nearest = nearest_name(name, known);
            problems_.add(variable + ": the plugin " + id_ + " has no such key; " +
                          (nearest ? "did you mean " + *nearest + "?" : "remove it"));
            return;
        }
        const auto value = read_override(*key->schema, text);
        if (!value) {
            problems_.add(variable + ": must be " + expectation(*key->schema));
            failed_.insert(key->pointer);
            return;
        }
        variables_[key->pointer] = variable;
        values_[json::json_pointer{key->pointer}] = *value;
    }

    struct Key {
        const json* schema;
        std::string pointer;
    };

    static const json& properties_of(const json& schema) {
        static const json* const none = new json(json::object());  // never destroyed
        const auto found = schema.is_object() ? schema.find("properties") : schema.end();
        return schema.is_object() && found != schema.end() && found->is_object() ? *found : *none;
    }

    /// `LIMITS__MAX` → `/limits/max`.
    static std::optional<Key> find_key(const json& schema, const std::string& name, const std::string& pointer) {
        for (const auto& [property, child] : properties_of(schema).items()) {
            const auto step = override_step(property);
            if (name == step) return Key{&child, pointer_of(pointer, property)};
            if (!name.starts_with(step + "__")) continue;
            if (auto key = find_key(child, name.substr(step.size() + 2), pointer_of(pointer, property))) return key;
        }
        return std::nullopt;
    }

    void fetch_secrets(const json& schema, json& value, const std::string& pointer) {
        if (!schema.is_object()) return;
        const bool secret = schema.value("secret", false);
        if (secret && names_a_secret(value)) {
            auto text = read_secret(value, raw_.environment);
            if (!text) {
                problems_.add(place(pointer) + "plugins." + id_ + pointer_as_name(pointer) + ": " +
                              text.error().message);
                failed_.insert(pointer);
                value = "";
                return;
            }
            const auto read = read_override(schema, *text);
            value = read ? *read : json(*text);
            return;
        }
        if (value.is_object()) {
            for (const auto& [name, child] : properties_of(schema).items()) {
                if (value.contains(name)) fetch_secrets(child, value[name], pointer_of(pointer, name));
            }
        }
        if (!value.is_array()) return;
        // A list that is secret has secret elements, even when the schema says it only once.
        auto items = schema.value("items", json::object());
        if (secret && items.is_object()) items["secret"] = true;
        for (std::size_t at = 0; at < value.size(); ++at) {
            fetch_secrets(items, value[at], pointer_of(pointer, std::to_string(at)));
        }
    }

    static std::string pointer_as_name(std::string pointer) {
        std::ranges::replace(pointer, '/', '.');
        return pointer;
    }

    const RawPluginSettings& raw_;
    const std::string& file_;
    const std::string& id_;
    const json& schema_;
    std::string pointer_;
    json values_;
    std::map<std::string, std::string> variables_;  ///< pointer → the variable that set it
    std::set<std::string> failed_;                  ///< pointers already complained about
    Problems problems_;
};

bool is_start_of_an_id(const std::string& name, const std::vector<std::string>& ids) {
    return std::ranges::any_of(ids, [&](const auto& id) { return id == name || id.starts_with(name + "."); });
}

}  // namespace

sdk::Result<json> plugin_section(const Configuration& configuration, const std::string& id, const json& schema) {
    return SectionReader{configuration, id, schema}.read();
}

json written_section(const Configuration& configuration, const std::string& id) {
    return find_section(configuration.raw_plugins, id).values;
}

std::vector<std::string> unknown_plugin_sections(const Configuration& configuration,
                                                 const std::vector<std::string>& known_ids) {
    std::vector<std::string> lines;
    const auto remedy = [&](const std::string& name) {
        const auto nearest = nearest_name(name, known_ids);
        return nearest ? "; did you mean " + *nearest + "?" : "; remove it or install the plugin";
    };
    const auto& raw = configuration.raw_plugins;
    for (const auto& [name, section] : raw.sections.items()) {
        if (is_start_of_an_id(name, known_ids)) continue;
        const auto line = raw.lines.find(pointer_of("/plugins", name));
        lines.push_back(configuration.file + ":" + std::to_string(line == raw.lines.end() ? 0 : line->second) +
                        ": no plugin is called " + name + remedy(name));
    }
    for (const auto& [name, text] : raw.overrides) {
        const bool known = std::ranges::any_of(
            known_ids, [&name = name](const auto& id) { return name.starts_with(override_step(id) + "__"); });
        if (!known) lines.push_back(std::string{variable_prefix} + name + ": no plugin is called so; remove it");
    }
    return lines;
}

}  // namespace whatsflow::config
