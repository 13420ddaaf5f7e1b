#include "contact_form.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace whatsflow::landing {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr auto kFastestPerson = 3s;
constexpr auto kLongestVisit = 24h;

struct TextRule {
    std::string_view field;
    std::size_t least;
    std::size_t most;
};

/// Code points, not bytes: a name in Sinhala may be as long as one in English.
std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string tidy(std::string text, bool keep_lines) {
    std::string tidied;
    tidied.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto code = static_cast<unsigned char>(c);
        if (c == '\r') {
            if (at + 1 < text.size() && text[at + 1] == '\n') continue;
            tidied += keep_lines ? '\n' : ' ';
        } else if (c == '\n' || c == '\t') {
            tidied += keep_lines ? c : ' ';
        } else if (code >= 0x20 && code != 0x7f) {
            tidied += c;
        }
    }
    const auto first = tidied.find_first_not_of(" \n\t");
    if (first == std::string::npos) return {};
    return tidied.substr(first, tidied.find_last_not_of(" \n\t") - first + 1);
}

sdk::FieldError objection(std::string_view field, std::string_view code) {
    return {std::string(field), std::string(code), std::string(field) + "." + std::string(code)};
}

void check_length(const std::string& value, const TextRule& rule, std::vector<sdk::FieldError>& errors) {
    const auto size = length(value);
    if (size == 0 && rule.least > 0)
        errors.push_back(objection(rule.field, "required"));
    else if (size < rule.least)
        errors.push_back(objection(rule.field, "too_short"));
    else if (size > rule.most)
        errors.push_back(objection(rule.field, "too_long"));
}

std::optional<sdk::Instant> shown_at(std::string_view text) {
    std::int64_t millis = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, millis);
    constexpr std::int64_t kFarFuture = 9'000'000'000'000'000 / 1000;
    if (error != std::errc{} || stop != end || millis < 0 || millis > kFarFuture) return std::nullopt;
    return sdk::from_micros(millis * 1000);
}

void check_traps(const ContactInput& input, sdk::Instant now, std::vector<sdk::FieldError>& errors) {
    if (!input.website.empty()) return errors.push_back(objection("form", "robot"));
    const auto shown = shown_at(input.started);
    if (!shown || *shown > now || now - *shown > kLongestVisit) return errors.push_back(objection("form", "expired"));
    // A form with mistakes comes back anyway; one reason at a time is enough.
    if (errors.empty() && now - *shown < kFastestPerson) errors.push_back(objection("form", "too_fast"));
}

/// What the theme's `field` partial shows.
struct FieldShape {
    const char* id;
    const char* kind;  ///< is_line, is_choice, is_text
    const char* type;
    const char* autocomplete;
    std::size_t most;
    bool optional;
};

json objection_to(std::string_view field, const std::vector<sdk::FieldError>& errors, const Texts& texts) {
    const auto found =
        std::find_if(errors.begin(), errors.end(), [&](const auto& error) { return error.field == field; });
    return found == errors.end() ? json(false) : json(texts("contact.errors." + found->message));
}

json field_model(const FieldShape& shape, const std::string& value, const std::vector<sdk::FieldError>& errors,
                 const Texts& texts) {
    auto error = objection_to(shape.id, errors, texts);
    json model{{"id", shape.id},
               {"label", texts("contact." + std::string(shape.id))},
               {"is_line", false},
               {"is_choice", false},
               {"is_text", false},
               {"type", shape.type},
               {"autocomplete", shape.autocomplete},
               {"most", std::to_string(shape.most)},
               {"optional", shape.optional},
               {"value", value},
               {"hint", false},
               {"invalid", error != false},
               {"error", std::move(error)}};
    model[shape.kind] = true;
    return model;
}

}  // namespace

ContactInput read_contact_input(const sdk::Fields& form) {
    return {tidy(form.get("name"), false),   tidy(form.get("email"), false),  tidy(form.get("company"), false),
            tidy(form.get("topic"), false),  tidy(form.get("message"), true), tidy(form.get("website"), false),
            tidy(form.get("started"), false)};
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.find('@', at + 1) != std::string_view::npos)
        return false;
    const auto is_plain = [](unsigned char c) {
        return c > 0x20 && c != 0x7f &&
               std::string_view("\"(),:;<>[]\\").find(static_cast<char>(c)) == std::string_view::npos;
    };
    if (!std::all_of(text.begin(), text.end(), is_plain) || text.find("..") != std::string_view::npos) return false;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    const auto dot = domain.find('.');
    return local.front() != '.' && local.back() != '.' && dot != std::string_view::npos && dot > 0 &&
           domain.back() != '.' && domain.front() != '-' && domain.back() != '-';
}

std::vector<sdk::FieldError> objections(const ContactInput& input, sdk::Instant now) {
    std::vector<sdk::FieldError> errors;
    check_length(input.name, {"name", 1, 100}, errors);
    check_length(input.email, {"email", 1, 254}, errors);
    if (!input.email.empty() && length(input.email) <= 254 && !is_email(input.email))
        errors.push_back(objection("email", "invalid"));
    check_length(input.company, {"company", 0, 120}, errors);
    if (std::find(kContactTopics.begin(), kContactTopics.end(), input.topic) == kContactTopics.end())
        errors.push_back(objection("topic", input.topic.empty() ? "required" : "invalid"));
    check_length(input.message, {"message", 10, 4000}, errors);
    check_traps(input, now, errors);
    return errors;
}

json contact_form_model(const ContactInput& input, const std::vector<sdk::FieldError>& errors, const Texts& texts,
                        sdk::Instant now) {
    json topics = json::array();
    for (const auto topic : kContactTopics) {
        topics.push_back({{"value", topic},
                          {"label", texts("contact.topics." + std::string(topic))},
                          {"selected", input.topic == topic}});
    }
    const bool shown_before = shown_at(input.started).has_value();
    const bool expired =
        std::any_of(errors.begin(), errors.end(), [](const auto& error) { return error.code == "expired"; });
    const auto field = [&](const FieldShape& shape, const std::string& value) {
        return field_model(shape, value, errors, texts);
    };
    auto topic = field({"topic", "is_choice", "", "", 20, false}, input.topic);
    topic["choices"] = std::move(topics);
    auto message = field({"message", "is_text", "", "off", 4000, false}, input.message);
    message["hint"] = texts("contact.message_hint");
    json wrong_fields = json::array();
    for (const auto& error : errors) {
        if (error.field != "form")
            wrong_fields.push_back({{"id", error.field}, {"label", texts("contact." + error.field)}});
    }
    return {{"has_errors", !errors.empty()},
            {"has_wrong_fields", !wrong_fields.empty()},
            {"wrong_fields", std::move(wrong_fields)},
            {"form_error", objection_to("form", errors, texts)},
            {"name", field({"name", "is_line", "text", "name", 100, false}, input.name)},
            {"email", field({"email", "is_line", "email", "email", 254, false}, input.email)},
            {"company", field({"company", "is_line", "text", "organization", 120, true}, input.company)},
            {"topic", std::move(topic)},
            {"message", std::move(message)},
            {"started", shown_before && !expired ? input.started : std::to_string(sdk::to_micros(now) / 1000)}};
}

}  // namespace whatsflow::landing
