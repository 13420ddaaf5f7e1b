#include "config/json_schema.hpp"

#include "config/nearest_name.hpp"
#include "config/toml_document.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace whatsflow::config {
namespace {

using nlohmann::json;

/// False also when the schema itself cannot be read: then nothing is valid.
bool conforms(const json& schema, const json& value) {
    try {
        valijson::Schema parsed;
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{schema}, parsed);
        valijson::Validator validator{valijson::Validator::kStrongTypes};
        return validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter{value}, nullptr);
    } catch (const std::exception&) {
        return false;
    }
}

std::string type_in_words(const std::string& type) {
    if (type == "string") return "a text";
    if (type == "integer") return "a whole number";
    if (type == "number") return "a number";
    if (type == "boolean") return "true or false";
    if (type == "array") return "a list";
    if (type == "object") return "a table";
    return type == "null" ? "nothing" : type;
}

std::string plain(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string type_of(const json& schema) {
    const auto type = schema.find("type");
    if (type == schema.end()) return schema.contains("enum") || schema.contains("const") ? "" : "a value";
    if (type->is_string()) return type_in_words(type->get<std::string>());
    std::string words;
    for (const auto& one : *type) words += (words.empty() ? "" : " or ") + type_in_words(plain(one));
    return words;
}

void append_range(std::string& words, const json& schema, const char* least, const char* most, const char* unit) {
    const bool from = schema.contains(least);
    const bool to = schema.contains(most);
    if (from && to)
        words += " from " + plain(schema[least]) + " to " + plain(schema[most]) + unit;
    else if (from)
        words += " of at least " + plain(schema[least]) + unit;
    else if (to)
        words += " of at most " + plain(schema[most]) + unit;
}

std::vector<std::string> names_of(const json& properties) {
    std::vector<std::string> names;
    for (const auto& [name, schema] : properties.items()) names.push_back(name);
    return names;
}

std::string dotted(const std::string& pointer) {
    std::string name;
    for (const char c : pointer) name += c == '/' ? std::string{name.empty() ? "" : "."} : std::string{c};
    return name.empty() ? "the section" : name;
}

class Finder {
public:
    std::vector<SchemaViolation> find(const json& schema, const json& value) {
        visit(schema, value, "");
        return std::move(violations_);
    }

private:
    void add(const std::string& pointer, const std::string& message) {
        violations_.push_back({pointer, dotted(pointer) + message});
    }

    /// Names the innermost keys that are wrong; true when it found any.
    bool visit(const json& schema, const json& value, const std::string& pointer) {
        const auto before = violations_.size();
        if (!schema.is_object()) return false;
        if (value.is_object()) visit_table(schema, value, pointer);
        if (value.is_array() && schema.contains("items") && schema["items"].is_object()) {
            for (std::size_t at = 0; at < value.size(); ++at) {
                visit(schema["items"], value[at], pointer_of(pointer, std::to_string(at)));
            }
        }
        if (violations_.size() == before && !conforms(schema, value)) {
            add(pointer, " must be " + expectation(schema));
        }
        return violations_.size() != before;
    }

    void visit_table(const json& schema, const json& value, const std::string& pointer) {
        const auto properties = schema.value("properties", json::object());
        for (const auto& name : schema.value("required", json::array())) {
            if (name.is_string() && !value.contains(name.get<std::string>())) {
                const auto key = name.get<std::string>();
                const auto words = properties.contains(key) ? expectation(properties[key]) : "a value";
                add(pointer_of(pointer, key), " is missing; set it to " + words);
            }
        }
        const bool closed = schema.contains("additionalProperties") && schema["additionalProperties"] == json(false);
        for (const auto& [name, child] : value.items()) {
            if (properties.contains(name)) {
                visit(properties[name], child, pointer_of(pointer, name));
            } else if (closed && !schema.contains("patternProperties")) {
                const auto nearest = nearest_name(name, names_of(properties));
                add(pointer_of(pointer, name),
                    nearest ? " is not a known key; did you mean " + *nearest + "?" : " is not a known key; remove it");
            } else if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
                visit(schema["additionalProperties"], child, pointer_of(pointer, name));
            }
        }
    }

    std::vector<SchemaViolation> violations_;
};

void look_for_problems(const json& schema, const std::string& name, std::vector<std::string>& problems) {
    if (!schema.is_object()) {
        problems.push_back(name + " must be a table that describes the key");
        return;
    }
    if (schema.contains("$ref")) problems.push_back(name + " uses $ref; write the schema out");
    if (schema.contains("default") && !conforms(schema, schema["default"])) {
        problems.push_back(name + " has a default that its own schema refuses");
    }
    const bool table = schema.value("type", json()) == json("object") || schema.contains("properties");
    if (table && !schema.contains("additionalProperties")) {
        problems.push_back(name + " needs \"additionalProperties\": false, so that mistyped keys are found");
    }
    const auto properties = schema.value("properties", json::object());
    for (const auto& [key, child] : properties.items()) {
        const auto path = name == "the schema" ? key : name + "." + key;
        if (!child.is_object() || !child.contains("description") || !child["description"].is_string() ||
            child["description"].get_ref<const std::string&>().empty()) {
            problems.push_back(path + " needs a description");
        }
        if (child.is_object() && !child.contains("type") && !child.contains("enum") && !child.contains("const")) {
            problems.push_back(path + " needs a type");
        }
        look_for_problems(child, path, problems);
    }
    if (schema.contains("items")) look_for_problems(schema["items"], name + "[]", problems);
}

}  // namespace

std::vector<SchemaViolation> find_violations(const json& schema, const json& value) {
    return Finder{}.find(schema, value);
}

std::vector<std::string> validate(const json& schema, const json& value) {
    std::vector<std::string> messages;
    for (auto& violation : find_violations(schema, value)) messages.push_back(std::move(violation.message));
    return messages;
}

std::string expectation(const json& schema) {
    if (!schema.is_object()) return "something else";
    std::string words = type_of(schema);
    if (schema.contains("enum") && schema["enum"].is_array()) {
        words += words.empty() ? "one of " : ", one of ";
        bool first = true;
        for (const auto& choice : schema["enum"]) {
            words += (first ? "" : ", ") + plain(choice);
            first = false;
        }
    }
    if (schema.contains("const")) words += (words.empty() ? "" : ": ") + plain(schema["const"]);
    append_range(words, schema, "minimum", "maximum", "");
    append_range(words, schema, "minLength", "maxLength", " characters");
    append_range(words, schema, "minItems", "maxItems", " entries");
    if (schema.contains("pattern")) words += " that matches " + plain(schema["pattern"]);
    if (schema.contains("format")) words += " in the form of " + plain(schema["format"]);
    if (schema.contains("items") && schema["items"].is_object()) words += ", each " + expectation(schema["items"]);
    return words;
}

json with_defaults(const json& schema, json value) {
    if (!schema.is_object() || !value.is_object() || !schema.contains("properties")) return value;
    for (const auto& [name, child] : schema["properties"].items()) {
        if (!child.is_object()) continue;
        if (!value.contains(name) && child.contains("default")) value[name] = child["default"];
        if (value.contains(name)) {
            value[name] = with_defaults(child, value[name]);
        } else if (auto inner = with_defaults(child, json::object()); !inner.empty()) {
            value[name] = std::move(inner);
        }
    }
    return value;
}

std::vector<std::string> schema_problems(const json& schema) {
    std::vector<std::string> problems;
    if (!schema.is_object() || schema.value("type", json()) != json("object")) {
        problems.emplace_back("the schema must be of type object");
        return problems;
    }
    look_for_problems(schema, "the schema", problems);
    return problems;
}

}  // namespace whatsflow::config
