#include "web/api_document.hpp"

#include "web/text.hpp"

#include <whatsflow/sdk/api_operation.hpp>

#include <algorithm>
#include <map>

namespace whatsflow::web {
namespace {

using nlohmann::json;

bool described(const RouteEntry& entry) {
    const auto& route = entry.route;
    if (route.site != sdk::Site::api || entry.plugin == "host") return false;
    return route.permission.text() != "loopback";
}

/// `get-v1-invoices-id`: a name for generated clients.
std::string operation_id(const sdk::Route& route) {
    auto id = lower(sdk::to_text(route.method));
    for (const char c : route.pattern) {
        const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (word)
            id += c;
        else if (c != '}' && !id.ends_with('-'))
            id += '-';
    }
    while (id.ends_with('-')) id.pop_back();
    return id;
}

json problem_answer(const char* description) {
    return {{"description", description},
            {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
}

void add_parameters(json& operation, const std::string& pattern) {
    auto& parameters = operation["parameters"];
    if (!parameters.is_array()) parameters = json::array();
    for (const auto& segment : split_pattern(pattern)) {
        if (!segment.starts_with('{')) continue;
        const auto name = segment.substr(1, segment.size() - 2);
        const bool known = std::ranges::any_of(parameters, [&](const json& each) {
            return each.value("in", "") == "path" && each.value("name", "") == name;
        });
        if (!known)
            parameters.push_back(
                {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    }
    if (parameters.empty()) operation.erase("parameters");
}

json operation_of(const RouteEntry& entry, json operation) {
    const auto& route = entry.route;
    if (!operation.contains("summary")) operation["summary"] = route.summary;
    operation["operationId"] = operation_id(route);
    operation["tags"] = json::array({entry.plugin});
    add_parameters(operation, route.pattern);
    auto& responses = operation["responses"];
    if (!responses.is_object() || responses.empty()) responses = {{"200", {{"description", "Done"}}}};
    const auto answer = [&](const char* status, const char* description) {
        if (!responses.contains(status)) responses[status] = problem_answer(description);
    };
    if (route.permission.text() == "public") {
        operation["security"] = json::array();
    } else {
        operation["security"] = json::array({{{"token", json::array()}}});
        operation["x-scope"] = route.permission.text();
        answer("401", "No token, or one that is not valid");
        answer("403", "The token lacks the scope");
    }
    answer("429", "Too many requests; Retry-After says when to come back");
    return operation;
}

}  // namespace

json api_document(const ApiSource& source) {
    json paths = json::object();
    json schemas{{"Problem",
                  {{"type", "object"},
                   {"description", "RFC 9457"},
                   {"properties",
                    {{"type", {{"type", "string"}}},
                     {"title", {{"type", "string"}}},
                     {"status", {{"type", "integer"}}},
                     {"detail", {{"type", "string"}}},
                     {"code", {{"type", "string"}, {"description", "Stable; made for programs"}}},
                     {"errors", {{"type", "array"}, {"items", {{"type", "object"}}}}}}}}}};
    std::map<std::string, json> operations;
    for (const auto& contribution : source.operations) {
        const auto said = sdk::ApiOperation::from(contribution);
        operations[std::string(sdk::to_text(said.method)) + " " + said.pattern] = said.operation;
        for (const auto& [name, schema] : said.schemas.items()) schemas[name] = schema;
    }
    for (const auto& entry : source.routes) {
        if (!described(entry)) continue;
        const auto method = std::string(sdk::to_text(entry.route.method));
        const auto said = operations.find(method + " " + entry.route.pattern);
        paths[entry.route.pattern][lower(method)] =
            operation_of(entry, said == operations.end() ? json::object() : said->second);
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "WhatsFlow API"},
              {"version", "1"},
              {"description",
               "Tokens are made in the app under settings, or by `whatsflow tokens create`. Amounts are "
               "whole minor units. Errors are problem+json."}}},
            {"servers", json::array({{{"url", source.address}}})},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", std::move(schemas)},
              {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

std::string api_page(const json& document) {
    const auto text = [](const json& of, const char* name) { return sdk::escape_html(of.value(name, "")); };
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><title>" +
        text(document.at("info"), "title") + "</title></head><body><main><h1>" + text(document.at("info"), "title") +
        "</h1><p>" + text(document.at("info"), "description") + "</p><p><a href=\"/openapi.json\">openapi.json</a></p>";
    for (const auto& [path, methods] : document.at("paths").items())
        for (const auto& [method, operation] : methods.items()) {
            std::string upper(method);
            std::ranges::transform(upper, upper.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            page += "<section id=\"" + text(operation, "operationId") + "\"><h2><code>" + upper + " " +
                    sdk::escape_html(path) + "</code></h2><p>" + text(operation, "summary") + "</p>";
            if (operation.contains("description")) page += "<p>" + text(operation, "description") + "</p>";
            if (operation.contains("x-scope"))
                page += "<p>Scope of the token: <code>" + text(operation, "x-scope") + "</code></p>";
            if (operation.contains("requestBody"))
                page += "<h3>Body</h3><pre>" + sdk::escape_html(operation.at("requestBody").dump(2)) + "</pre>";
            page += "<h3>Answers</h3><dl>";
            for (const auto& [status, answer] : operation.at("responses").items()) {
                page += "<dt><code>" + sdk::escape_html(status) + "</code></dt><dd>";
                page += answer.is_object() ? text(answer, "description") : "";
                page += "</dd>";
            }
            page += "</dl></section>";
        }
    for (const auto& [name, schema] : document.at("components").at("schemas").items())
        page += "<section id=\"schema-" + sdk::escape_html(name) + "\"><h2>" + sdk::escape_html(name) + "</h2><pre>" +
                sdk::escape_html(schema.dump(2)) + "</pre></section>";
    return page + "</main></body></html>\n";
}

}  // namespace whatsflow::web
