// What /openapi.json says of billing's routes.
#include "api.hpp"

#include <whatsflow/sdk/api_operation.hpp>

namespace whatsflow::billing {
namespace {

using nlohmann::json;
using sdk::Method;

json of_type(const char* type, const char* description = nullptr) {
    json schema{{"type", type}};
    if (description != nullptr) schema["description"] = description;
    return schema;
}

json reference(const char* name) {
    return {{"$ref", std::string("#/components/schemas/") + name}};
}

json list_of(json schema) {
    return {{"type", "array"}, {"items", std::move(schema)}};
}

json object_of(json properties, json required = json::array()) {
    json schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

json nullable(const char* type) {
    return {{"type", json::array({type, "null"})}};
}

json content(json schema) {
    return {{"application/json", {{"schema", std::move(schema)}}}};
}

json answer(const char* description, json schema) {
    return {{"description", description}, {"content", content(std::move(schema))}};
}

json problem(const char* description) {
    return {{"description", description},
            {"content", {{"application/problem+json", {{"schema", reference("Problem")}}}}}};
}

json query(const char* name, json schema, const char* description) {
    return {{"name", name}, {"in", "query"}, {"schema", std::move(schema)}, {"description", description}};
}

const json kAmount = of_type("integer", "Whole minor units, such as cents");
const json kDate = {{"type", "string"}, {"format", "date"}};

json subscription_schema() {
    return object_of(
        {{"id", of_type("string")},
         {"plan", of_type("string")},
         {"interval", of_type("string")},
         {"quantity", of_type("integer")},
         {"currency", of_type("string")},
         {"status",
          {{"type", "string"}, {"enum", {"incomplete", "trialing", "active", "past_due", "suspended", "paused"}}}},
         {"access", {{"type", "string"}, {"enum", {"full", "limited", "suspended", "none"}}}},
         {"period_start", kDate},
         {"period_end", kDate},
         {"trial_end", nullable("string")},
         {"cancel_at", nullable("string")},
         {"pause_at", nullable("string")},
         {"resume_at", nullable("string")},
         {"scheduled",
          {{"type", {"object", "null"}}, {"description", "The plan and interval it changes to, and when"}}},
         {"items", list_of(of_type("object"))},
         {"version", of_type("integer")}});
}

json invoice_schema() {
    return object_of({{"id", of_type("string")},
                      {"number", of_type("string")},
                      {"status", {{"type", "string"}, {"enum", {"open", "paid", "uncollectible", "void"}}}},
                      {"currency", of_type("string")},
                      {"date", kDate},
                      {"due", kDate},
                      {"subtotal", kAmount},
                      {"discount", kAmount},
                      {"tax", kAmount},
                      {"total", kAmount},
                      {"credit_applied", kAmount},
                      {"amount_paid", kAmount},
                      {"amount_due", kAmount},
                      {"lines", list_of(of_type("object"))},
                      {"payments", list_of(of_type("object"))}});
}

json draft_schema() {
    return object_of({{"id", of_type("string", "Of the draft; its invoice gets another")},
                      {"status", {{"type", "string"}, {"enum", {"draft"}}}},
                      {"subscription", of_type("string")},
                      {"period_from", kDate},
                      {"final_on", kDate},
                      {"currency", of_type("string")},
                      {"date", kDate},
                      {"subtotal", kAmount},
                      {"discount", kAmount},
                      {"tax", kAmount},
                      {"total", kAmount},
                      {"credit_applied", kAmount},
                      {"amount_due", kAmount},
                      {"lines", list_of(of_type("object"))}});
}

json usage_schema() {
    return object_of({{"id", of_type("string", "Unique in the tenant: the second of an id counts nothing")},
                      {"meter", of_type("string")},
                      {"quantity",
                       {{"type", "integer"},
                        {"default", 1},
                        {"description",
                         "Units; for a meter of the largest or the latest number how many there are, for one that is "
                         "weighted by time how many more or fewer; 1 where events or different values are counted"}}},
                      {"value", of_type("string", "Of a meter of different values: what is counted once in a period")},
                      {"timestamp",
                       {{"description", "RFC 3339, or seconds since 1970; now without it"},
                        {"oneOf", {of_type("string"), of_type("integer")}}}}},
                     {"id", "meter"});
}

json key_parameter() {
    return json::array(
        {{{"name", "Idempotency-Key"}, {"in", "header"}, {"schema", {{"type", "string"}, {"maxLength", 200}}}}});
}

json subscribe_operation() {
    const json body = object_of({{"plan", of_type("string")},
                                 {"interval", {{"type", "string"}, {"default", "month"}}},
                                 {"quantity", {{"type", "integer"}, {"minimum", 1}}},
                                 {"provider", of_type("string", "Who is paid: stripe, payhere")},
                                 {"trial", of_type("boolean")},
                                 {"coupon", of_type("string")}},
                                {"plan"});
    const json made = object_of({{"subscription", reference("Subscription")},
                                 {"invoice", reference("Invoice")},
                                 {"checkout", of_type("object", "Where somebody has to go to pay, or null")}});
    return {{"description", "Begins a subscription. The same Idempotency-Key gives the same answer."},
            {"parameters", key_parameter()},
            {"requestBody", {{"required", true}, {"content", content(body)}}},
            {"responses",
             {{"201", answer("Subscribed, or waiting for the payment", made)},
              {"409", problem("There is a subscription already, or the key's first request is not answered yet")},
              {"422", problem("Fields that are not acceptable, or a key that was used for another body")}}}};
}

/// The fields of a change: one of its three kinds.
json change_fields() {
    return {{"plan", of_type("string", "Another plan, or the same with another interval")},
            {"interval", of_type("string", "With plan: month or year; the one of now without it")},
            {"when",
             {{"type", "string"},
              {"enum", {"auto", "period_end"}},
              {"default", "auto"},
              {"description", "With plan. auto: an upgrade now, anything else at the end of the period"}}},
            {"quantity", of_type("integer", "Of the plan; with add_on: how many there shall be, 0 for none")},
            {"add_on", of_type("string", "More of it at once, fewer at the end of the period")}};
}

json made_schema() {
    return object_of({{"subscription", reference("Subscription")},
                      {"invoice", {{"description", "What it cost now, or null"}, {"type", {"object", "null"}}}},
                      {"checkout", of_type("object", "Where somebody has to go to pay, or null")}});
}

json version_field() {
    return of_type("integer", "Of the subscription as it was seen; 409 when it has changed since");
}

/// What all that change the subscription have in common.
json changing(const char* description, json fields, bool needs_body) {
    fields["version"] = version_field();
    return {{"description", description},
            {"parameters", key_parameter()},
            {"requestBody", {{"required", needs_body}, {"content", content(object_of(std::move(fields)))}}},
            {"responses",
             {{"200", answer("Done, or waiting for the payment", made_schema())},
              {"404", problem("There is no subscription")},
              {"409", problem("Something stands in the way, or the key's first request is not answered yet")},
              {"422", problem("Fields that are not acceptable, or a key that was used for another body")}}}};
}

json change_operation() {
    auto fields = change_fields();
    fields["provider"] = of_type("string", "Who is paid where no method is kept: stripe, payhere");
    return changing(
        "Another plan or interval, another quantity, or so many of an add-on: one of them. What costs money takes "
        "effect when it is paid; `checkout` says where, unless a kept method was charged. The same Idempotency-Key "
        "gives the same answer.",
        std::move(fields), true);
}

json preview_operation() {
    const json shown = object_of({{"currency", of_type("string")},
                                  {"due_now", kAmount},
                                  {"credit_added", kAmount},
                                  {"invoices", list_of(of_type("object"))},
                                  {"next_renewal", {{"type", {"object", "null"}}}},
                                  {"version", of_type("integer", "To send along with the change")}});
    return {{"description", "What /v1/subscription/change would do, line by line. It changes nothing."},
            {"requestBody", {{"required", true}, {"content", content(object_of(change_fields()))}}},
            {"responses",
             {{"200", answer("The invoices it would make, and the next renewal after it", shown)},
              {"404", problem("There is no subscription")},
              {"409", problem("Something stands in the way")},
              {"422", problem("Fields that are not acceptable")}}}};
}

json cancel_operation() {
    return changing(
        "Ends the subscription with the period that is paid for; until then it can be withdrawn.",
        {{"reason",
          {{"type", "string"},
           {"enum", {"too_expensive", "missing_feature", "not_used", "other_product", "trouble", "other"}}}},
         {"comment", {{"type", "string"}, {"maxLength", 1000}}},
         {"when", {{"type", "string"}, {"enum", {"period_end"}}}}},
        false);
}

}  // namespace

sdk::Result<void> describe_api(sdk::Host& host) {
    const auto say = [&](Method method, const char* pattern, json operation, json schemas = json::object()) {
        return host.contribute(sdk::ApiOperation{method, pattern, std::move(operation), std::move(schemas)});
    };
    if (auto done = say(Method::get, "/v1/plans",
                        {{"description", "What is for sale now, in every currency."},
                         {"responses", {{"200", answer("Plans", object_of({{"data", list_of(of_type("object"))}}))}}}});
        !done)
        return done;
    if (auto done = say(Method::get, "/v1/subscription",
                        {{"responses",
                          {{"200", answer("The subscription that is not over", reference("Subscription"))},
                           {"404", problem("There is none")}}}},
                        {{"Subscription", subscription_schema()}});
        !done)
        return done;
    if (auto done = say(Method::post, "/v1/subscription", subscribe_operation()); !done) return done;
    if (auto done = say(Method::post, "/v1/subscription/preview", preview_operation()); !done) return done;
    if (auto done = say(Method::post, "/v1/subscription/change", change_operation()); !done) return done;
    if (auto done = say(Method::post, "/v1/subscription/cancel", cancel_operation()); !done) return done;
    if (auto done =
            say(Method::post, "/v1/subscription/uncancel",
                changing("Withdraws a cancellation that waits for the end of the period.", json::object(), false));
        !done)
        return done;
    if (auto done = say(Method::post, "/v1/subscription/pause",
                        changing("Pauses at the end of the period that is paid for.", json::object(), false));
        !done)
        return done;
    if (auto done = say(Method::post, "/v1/subscription/resume",
                        changing("Goes on after a pause, or withdraws one that waits.", json::object(), false));
        !done)
        return done;
    if (auto done =
            say(Method::get, "/v1/invoices",
                {{"parameters", json::array({query("limit", {{"type", "integer"}, {"maximum", 200}}, "50 without it"),
                                             query("after", of_type("string"), "`next` of the page before"),
                                             query("status", {{"type", "string"}, {"enum", {"draft"}}},
                                                   "The invoices that are not final yet, as they would be now, and no "
                                                   "others; without it they are left out")})},
                 {"responses",
                  {{"200",
                    answer("Newest first",
                           object_of({{"data", list_of({{"oneOf", {reference("Invoice"), reference("DraftInvoice")}}})},
                                      {"next", nullable("string")}}))},
                   {"422", problem("Fields that are not acceptable")}}}},
                {{"Invoice", invoice_schema()}, {"DraftInvoice", draft_schema()}});
        !done)
        return done;
    if (auto done = say(
            Method::get, "/v1/invoices/{id}",
            {{"responses", {{"200", answer("The invoice", reference("Invoice"))}, {"404", problem("There is none")}}}});
        !done)
        return done;
    if (auto done =
            say(Method::post, "/v1/usage",
                {{"description",
                  "One event, or up to 1,000 as `events`: all are counted, or none. Ids and the Idempotency-Key "
                  "keep what is sent twice from counting twice."},
                 {"parameters", key_parameter()},
                 {"requestBody",
                  {{"required", true},
                   {"content",
                    content({{"oneOf", {reference("Usage"), object_of({{"events", list_of(reference("Usage"))}})}}})}}},
                 {"responses",
                  {{"202", answer("Counted", object_of({{"accepted", of_type("integer")}}))},
                   {"402", problem("A limit of the plan does not let it through")},
                   {"404", problem("There is no subscription")},
                   {"422", problem("Fields that are not acceptable, or a key that was used for another body")}}}},
                {{"Usage", usage_schema()}});
        !done)
        return done;
    return say(Method::get, "/v1/entitlements",
               {{"description", "What the tenant may do now, and what is used of its limits."},
                {"responses",
                 {{"200", answer("Features and limits", object_of({{"plan", nullable("string")},
                                                                   {"access", of_type("string")},
                                                                   {"features", of_type("object")},
                                                                   {"limits", of_type("object")}}))}}}});
}

}  // namespace whatsflow::billing
