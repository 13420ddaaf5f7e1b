#include "reading.hpp"

#include "context.hpp"

#include <charconv>

namespace whatsflow::flags {
namespace {

constexpr std::size_t kLargestText = 64 << 20;
constexpr int kDeepest = 64;

bool is_too_deep(std::string_view text) {
    int depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') ++i;
            if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kDeepest) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

}  // namespace

Place::Place(const nlohmann::json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object.is_object()) throw Malformed{path_ + " is no object."};
}

void Place::refuse(const char* key, const char* wanted) const {
    throw Malformed{(path_.empty() ? "" : path_ + ".") + std::string(key) + " is not " + wanted + "."};
}

const nlohmann::json* Place::find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json* Place::list(const char* key) const {
    const auto* value = find(key);
    if (value && !value->is_array()) refuse(key, "a list");
    return value;
}

std::string Place::text(const char* key) const {
    auto value = text_or(key, "");
    if (value.empty()) refuse(key, "there, or it is empty");
    return value;
}

std::string Place::text_or(const char* key, std::string fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (value->is_string()) return value->get<std::string>();
    if (value->is_number() || value->is_boolean()) return *text_of(*value);
    refuse(key, "a text");
}

bool Place::flag_or(const char* key, bool fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (!value->is_boolean()) refuse(key, "true or false");
    return value->get<bool>();
}

double Place::number_or(const char* key, double fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (!value->is_number()) refuse(key, "a number");
    return value->get<double>();
}

std::vector<std::string> Place::texts(const char* key) const {
    std::vector<std::string> all;
    const auto* values = list(key);
    if (!values) return all;
    for (const auto& value : *values) {
        if (value.is_object() || value.is_array() || value.is_null()) refuse(key, "a list of texts");
        all.push_back(*text_of(value));
    }
    return all;
}

std::vector<std::int64_t> Place::integers(const char* key) const {
    std::vector<std::int64_t> all;
    const auto* values = list(key);
    if (!values) return all;
    for (const auto& value : *values) {
        if (!value.is_number_integer()) refuse(key, "a list of whole numbers");
        all.push_back(value.get<std::int64_t>());
    }
    return all;
}

std::vector<Place> Place::places(const char* key) const {
    std::vector<Place> all;
    const auto* values = list(key);
    if (!values) return all;
    all.reserve(values->size());
    for (std::size_t i = 0; i < values->size(); ++i)
        all.emplace_back((*values)[i], (path_.empty() ? "" : path_ + ".") + key + "[" + std::to_string(i) + "]");
    return all;
}

std::string text_in(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_structured()) return {};
    return text_of(*found).value_or("");
}

bool flag_in(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

nlohmann::json list_in(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? *found : nlohmann::json::array();
}

nlohmann::json object_in(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : nlohmann::json::object();
}

sdk::Result<nlohmann::json> parse_json(std::string_view text) {
    if (text.size() > kLargestText) return sdk::fail("flags.malformed", "The definitions are larger than 64 MB.");
    if (is_too_deep(text)) return sdk::fail("flags.malformed", "The definitions are nested deeper than 64 levels.");
    auto document = nlohmann::json::parse(text, nullptr, false);
    if (document.is_discarded()) return sdk::fail("flags.malformed", "The definitions are no JSON.");
    return document;
}

}  // namespace whatsflow::flags
