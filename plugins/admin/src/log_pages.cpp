#include "log_pages.hpp"

#include "moment.hpp"
#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

constexpr std::array<const char*, 4> kLevels{"debug", "info", "warn", "error"};
constexpr int kLines = 100;

struct Wanted {
    std::string level = "info";
    std::string text;
    bool live = false;
};

Wanted read_wanted(const Request& request) {
    Wanted wanted;
    const auto level = request.query.get("level");
    if (std::ranges::find(kLevels, level) != kLevels.end()) wanted.level = level;
    wanted.text = request.query.get("q").substr(0, 100);
    wanted.live = request.query.get("live") == "1";
    return wanted;
}

std::string query_of(const Wanted& wanted) {
    return "level=" + wanted.level + "&q=" + sdk::encode_url(wanted.text);
}

const char* tone_of_level(const std::string& level) {
    if (level == "error") return "bad";
    if (level == "warn") return "warn";
    return level == "info" ? "good" : "idle";
}

/// `plugin=stripe ms=812`.
std::string fields_text(const json& fields) {
    std::string text;
    const auto add = [&](const std::string& name, const json& value) {
        text +=
            (text.empty() ? "" : " ") + name + "=" +
            (value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace));
    };
    if (fields.is_object())
        for (const auto& [name, value] : fields.items()) add(name, value);
    if (fields.is_array())
        for (const auto& pair : fields)
            if (pair.is_array() && pair.size() == 2 && pair[0].is_string()) add(pair[0].get<std::string>(), pair[1]);
    return text;
}

/// A line about a request says it in short: `GET /staff → 200, 2.5 ms`; the rest stays below.
std::string message_of(const json& row) {
    const auto message = text_of(row, "message");
    const auto fields = row.value("fields", json(nullptr));
    if (message != "request" || !fields.is_object()) return message;
    const auto microseconds = std::atoll(text_of(fields, "us").c_str());
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%.1f ms", static_cast<double>(microseconds) / 1000);
    return text_of(fields, "method") + " " + text_of(fields, "path") + " → " + text_of(fields, "status") + ", " +
           time.data();
}

sdk::Result<json> lines_model(Panel& panel, const Wanted& wanted, const Words& words) {
    const auto found = sdk::find_service<sdk::Operations>(panel.host)
                           .call(&sdk::Operations::log_lines, wanted.level, wanted.text, kLines);
    if (!found) return found.error();
    auto lines = json::array();
    for (const auto& row : *found)
        lines.push_back({{"at", micros_of(row.value("at", json(nullptr)))},
                         {"time", text_of(row, "at")},
                         {"tone", tone_of_level(text_of(row, "level"))},
                         {"level", text_of(row, "level")},
                         {"source", text_of(row, "source")},
                         {"message", message_of(row)},
                         {"fields", fields_text(row.value("fields", json(nullptr)))},
                         {"request_id", text_of(row, "request_id")}});
    const bool none = lines.empty();
    return json{
        {"lines", std::move(lines)},
        {"none", none ? empty_model("scroll-text", words("logs.none"), words("logs.none_text")) : json(nullptr)}};
}

Response page(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    const auto wanted = read_wanted(request);
    auto lines = lines_model(panel, wanted, words);
    if (!lines) return failed(lines.error());
    auto levels = json::array();
    for (const char* level : kLevels)
        levels.push_back({{"value", level},
                          {"label", words(std::string("logs.levels.") + level)},
                          {"selected", wanted.level == level}});
    const auto query = query_of(wanted);
    return show(
        panel, request, "admin/logs",
        {{"title", words("logs.title")},
         {"header", header_model(words("logs.title"), words("logs.lead"),
                                 json::array({link_action(words(wanted.live ? "logs.stop" : "logs.follow"),
                                                          "/logs?" + query + (wanted.live ? "" : "&live=1"))}))},
         {"levels", std::move(levels)},
         {"wanted_text", wanted.text},
         {"live", wanted.live},
         {"lines_path", "/logs/lines?" + query},
         {"log", std::move(*lines)}});
}

Response lines_only(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    auto lines = lines_model(panel, read_wanted(request), words);
    if (!lines) return failed(lines.error());
    return sdk::page("admin/log_lines", {{"log", std::move(*lines)}});
}

}  // namespace

sdk::Result<void> register_log_pages(Panel& panel) {
    return RouteBook(panel.host)
        .get("/logs", permission::logs, "The newest lines of the log",
             [&panel](const Request& r) { return page(panel, r); })
        .get("/logs/lines", permission::logs, "The lines alone, for following them",
             [&panel](const Request& r) { return lines_only(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
