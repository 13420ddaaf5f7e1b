#include "page_kit.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace whatsflow::admin {
namespace {

using nlohmann::json;

/// Only a word that has a text becomes a notice: nobody can put words into our mouth by a link.
json toasts_for(const sdk::Request& request, const Words& words) {
    const auto key = request.query.get("notice");
    const bool is_word = !key.empty() && key.size() <= 60 &&
                         std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!is_word) return json::array();
    const auto text = words.maybe("notices." + key, "");
    if (text.empty()) return json::array();
    return json::array({{{"icon", "circle-check"}, {"text", text}, {"is_error", false}}});
}

/// The fields of the model that have an objection, wherever they stand: what form_field made.
void collect_objections(const json& model, json& list) {
    if (model.is_object() && model.contains("label") && model.contains("error") && model["error"].is_string() &&
        model["error"] != "")
        list.push_back({{"id", model["id"]}, {"label", model["label"]}, {"error", model["error"]}});
    else if (model.is_structured())
        for (const auto& part : model) collect_objections(part, list);
}

}  // namespace

sdk::Response show(Panel& panel, const sdk::Request& request, std::string view, json model, int status) {
    if (const auto errors = model.find("form_errors"); errors != model.end() && errors->is_object()) {
        auto list = json::array();
        collect_objections(model, list);
        model["form_errors"]["fields"] = std::move(list);
    }
    if (!model.contains("toasts")) model["toasts"] = toasts_for(request, Words(panel.host, request.locale));
    return sdk::page(std::move(view), std::move(model), status);
}

json link_action(const std::string& label, const std::string& path, bool primary) {
    return {{"label", label},         {"link_path", path},  {"action_path", nullptr}, {"opens", nullptr},
            {"action_icon", nullptr}, {"primary", primary}, {"danger", false}};
}

json post_action(const std::string& label, const std::string& path) {
    return {{"label", label},         {"link_path", nullptr}, {"action_path", path}, {"opens", nullptr},
            {"action_icon", nullptr}, {"primary", false},     {"danger", false}};
}

json opening_action(const std::string& label, const std::string& confirm_id, bool danger) {
    return {{"label", label},         {"link_path", nullptr}, {"action_path", nullptr}, {"opens", confirm_id},
            {"action_icon", nullptr}, {"primary", false},     {"danger", danger}};
}

json header_model(const std::string& heading, const std::string& lead, json actions) {
    return {{"heading", heading},
            {"lead", lead.empty() ? json(nullptr) : json(lead)},
            {"breadcrumbs", json::array()},
            {"actions", std::move(actions)},
            {"chip", nullptr},
            {"chip_status", nullptr}};
}

json header_below(const std::string& parent, const std::string& parent_path, const std::string& heading, json actions) {
    auto model = header_model(heading, {}, std::move(actions));
    model["breadcrumbs"].push_back({{"label", parent}, {"link_path", parent_path}});
    return model;
}

json empty_model(const std::string& icon, const std::string& title, const std::string& text, json actions) {
    return {{"icon", icon}, {"title", title}, {"text", text}, {"action", nullptr}, {"actions", std::move(actions)}};
}

json form_errors_model(const std::string& text) {
    return {{"text", text}, {"fields", json::array()}};
}

json confirm_model(const Confirmation& confirmation) {
    return {{"confirm_id", confirmation.id},
            {"confirm_title", confirmation.title},
            {"confirm_text", confirmation.text},
            {"confirm_path", confirmation.path},
            {"confirm_label", confirmation.label},
            {"is_danger", confirmation.danger},
            {"asks_reason", confirmation.asks_reason},
            {"typed", confirmation.typed.empty() ? json(nullptr) : json(confirmation.typed)},
            {"hidden", json::array()}};
}

sdk::Response go_with_notice(const std::string& path, std::string_view notice) {
    return sdk::redirect_to(path + (path.find('?') == std::string::npos ? "?" : "&") + "notice=" + std::string(notice));
}

int status_of(const sdk::Error& error) {
    const std::string_view code = error.code;
    const auto ends = [&](std::string_view with) { return code.ends_with(with); };
    if (ends(".not_found") || ends(".unknown") || ends(".gone") || code.find(".no_") != std::string_view::npos)
        return 404;
    if (ends(".changed") || ends(".exists") || ends(".duplicate") || ends(".last_super_admin") || ends(".busy"))
        return 409;
    if (ends(".unavailable")) return 503;
    if (!error.fields.empty() || code.find(".bad_") != std::string_view::npos || ends(".invalid")) return 422;
    if (code == "database.failed" || code == "plugin.fault") return 500;
    return 409;
}

sdk::Response failed(const sdk::Error& error) {
    return sdk::problem(status_of(error), error);
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 1000 && unit + 1 < kUnits.size()) {
        size /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, kUnits[unit]);
    return text.data();
}

std::string reason_in(const sdk::Request& request) {
    return trimmed(form_of(request).get("reason")).substr(0, 300);
}

sdk::Response reason_needed(Panel& panel, const sdk::Request& request) {
    return sdk::problem(422, "reason_required", Words(panel.host, request.locale)("form.reason_required"));
}

sdk::Fields form_of(const sdk::Request& request) {
    auto form = request.form();
    return form ? std::move(*form) : sdk::Fields{};
}

std::string trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

}  // namespace whatsflow::admin
