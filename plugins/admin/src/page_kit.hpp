/// \file
/// What pages of the panel share: their head, what just happened, how an error is told.
///
///     return show(panel, request, "admin/staff", {{"members", …}});
///     return go_with_notice("/staff", "staff_created");      // `admin.notices.staff_created`
#pragma once

#include "panel.hpp"
#include "words.hpp"

#include <whatsflow/sdk/http.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::admin {

inline bool may(const sdk::Request& request, std::string_view permission) {
    return request.identity && request.identity->may(std::string(permission));
}

/// The view, with a toast that says what just happened.
sdk::Response show(Panel& panel, const sdk::Request& request, std::string view,
                   nlohmann::json model = nlohmann::json::object(), int status = 200);

/// Back to a page that then says what happened.
sdk::Response go_with_notice(const std::string& path, std::string_view notice);

/// A button of a page: a link, a form (POST), or one that opens a `confirm`.
nlohmann::json link_action(const std::string& label, const std::string& path, bool primary = false);
nlohmann::json post_action(const std::string& label, const std::string& path);
nlohmann::json opening_action(const std::string& label, const std::string& confirm_id, bool danger = true);

/// For the theme's partial `page_header`, inside {{#header}}.
nlohmann::json header_model(const std::string& heading, const std::string& lead = {},
                            nlohmann::json actions = nlohmann::json::array());
/// The same below another page.
nlohmann::json header_below(const std::string& parent, const std::string& parent_path, const std::string& heading,
                            nlohmann::json actions = nlohmann::json::array());
/// For the partial `empty_state`.
nlohmann::json empty_model(const std::string& icon, const std::string& title, const std::string& text,
                           nlohmann::json actions = nlohmann::json::array());
/// For the partial `form_errors`; show() adds what stands beside the fields of the page.
nlohmann::json form_errors_model(const std::string& text);

/// For the partial `confirm`: asks before a POST to `path`.
struct Confirmation {
    std::string id;
    std::string title;
    std::string text;
    std::string path;
    std::string label;
    bool danger = true;
    bool asks_reason = false;
    std::string typed{};  ///< a word that must be typed first
};
nlohmann::json confirm_model(const Confirmation& confirmation);

/// The status that tells an error's kind: 404, 409, 422, 429, 503, else 500.
int status_of(const sdk::Error& error);
/// A page for an error that has no form to stand beside.
sdk::Response failed(const sdk::Error& error);

/// `1.4 MB`.
std::string size_text(std::uint64_t bytes);

/// Why somebody did it, as their form says.
std::string reason_in(const sdk::Request& request);
/// For a form that asks for a reason and came without one, past the browser that demands it.
sdk::Response reason_needed(Panel& panel, const sdk::Request& request);

/// The form, or its absence as an empty one: what is required is checked by name anyway.
sdk::Fields form_of(const sdk::Request& request);
std::string trimmed(std::string_view text);

}  // namespace whatsflow::admin
