#include "webhook_pages.hpp"

#include "permissions.hpp"
#include "slot_pieces.hpp"
#include "webhook_catalogue.hpp"
#include "words.hpp"

#include <whatsflow/sdk/pages.hpp>

namespace whatsflow::app {

using nlohmann::json;

namespace {

constexpr int kDeliveriesOnAPage = 25;

std::string path_of(const std::string& id) {
    return "/developers/webhooks/" + id;
}

std::string events_text(const sdk::Host& host, const sdk::Request& request, const WebhookEndpoint& endpoint) {
    if (endpoint.events.empty()) return word(host, request, "webhooks.which_all");
    std::string text;
    for (const auto& event : endpoint.events) text += (text.empty() ? "" : ", ") + event;
    return text;
}

json breadcrumbs_to(const sdk::Host& host, const sdk::Request& request, const WebhookEndpoint* endpoint) {
    auto crumbs = json::array({{{"label", word(host, request, "nav.developers")}, {"link_path", "/developers"}}});
    if (endpoint) crumbs.push_back({{"label", endpoint->url}, {"link_path", path_of(endpoint->id)}});
    return crumbs;
}

json endpoint_rows(const sdk::Host& host, const sdk::Request& request, const std::vector<WebhookEndpoint>& endpoints) {
    auto rows = json::array();
    for (const auto& endpoint : endpoints)
        rows.push_back(
            {{"id", endpoint.id},
             {"cells",
              {{{"text", endpoint.url},
                {"cell_path", path_of(endpoint.id)},
                {"is_row_link", true},
                {"cell_sub", endpoint.description}},
               {{"text", endpoint.events.empty() ? word(host, request, "webhooks.which_all")
                                                 : std::to_string(endpoint.events.size())},
                {"is_muted", true}},
               {{"text", word(host, request,
                              endpoint.is_enabled() && endpoint.failing_since ? "webhooks.state.failing"
                                                                              : "webhooks.state." + endpoint.state)},
                {"cell_status", endpoint.is_enabled() ? endpoint.failing_since ? "warn" : "good" : "idle"}},
               {{"text", ""}, {"cell_at", sdk::to_micros(endpoint.created_at)}}}}});
    return rows;
}

std::string tone_of(const WebhookDelivery& delivery) {
    if (delivery.state == "delivered") return "good";
    if (delivery.state == "failed") return "bad";
    return delivery.state == "retrying" ? "warn" : "busy";
}

json column(const std::string& label, bool is_number = false) {
    return {{"label", label}, {"is_number", is_number}};
}

}  // namespace

sdk::Response WebhookPages::developers(const sdk::Request& request) {
    const auto endpoints = endpoints_.list(host_.database(), request.context);
    if (!endpoints) return sdk::problem(503, endpoints.error());
    const bool may_add =
        may_see(request, permission::webhooks) && static_cast<int>(endpoints->size()) < settings_.webhooks_per_tenant;
    const json add{{"label", word(host_, request, "webhooks.add")},
                   {"link_path", "/developers/webhooks/new"},
                   {"primary", true},
                   {"action_icon", "plus"}};
    json table{
        {"caption", word(host_, request, "webhooks.title")},
        {"columns",
         {column(word(host_, request, "webhooks.column.endpoint")),
          column(word(host_, request, "webhooks.column.events")), column(word(host_, request, "webhooks.column.state")),
          column(word(host_, request, "webhooks.column.since"))}},
        {"rows", endpoint_rows(host_, request, *endpoints)},
        {"when_empty", false}};
    if (endpoints->empty())
        table["when_empty"] = {{"icon", "webhook"},
                               {"title", word(host_, request, "webhooks.empty_title")},
                               {"text", word(host_, request, "webhooks.empty_text")},
                               {"actions", may_add ? json::array({add}) : json::array()}};
    auto events = json::array();
    for (const auto& event : webhook_events())
        events.push_back({{"event_name", event.name},
                          {"event_text", word(host_, request, "webhooks.events." + std::string(event.name))}});
    return sdk::page(
        "app/developers",
        {{"title", word(host_, request, "nav.developers")},
         {"header",
          {{"heading", word(host_, request, "nav.developers")}, {"lead", word(host_, request, "developers.lead")}}},
         {"top", {{"actions", may_add && !endpoints->empty() ? json::array({add}) : json::array()}}},
         {"table", std::move(table)},
         {"events", std::move(events)},
         {"removed", request.query.get("done") == "removed"},
         {"sections", model_of(drawn_pieces(host_, request, kDeveloperSection))}});
}

sdk::Response WebhookPages::form_page(const sdk::Request& request, const WebhookForm& form,
                                      const WebhookEndpoint* known, int status) {
    const auto heading = word(host_, request, known ? "webhooks.edit" : "webhooks.add");
    auto model = webhook_form_model(host_, request, form);
    model["title"] = heading;
    model["header"] = {{"heading", heading}, {"breadcrumbs", breadcrumbs_to(host_, request, known)}};
    model["form_path"] = known ? path_of(known->id) : "/developers/webhooks";
    model["back_path"] = known ? path_of(known->id) : "/developers";
    model["submit"] = word(host_, request, known ? "webhooks.save" : "webhooks.add");
    return sdk::page("app/webhook_form", std::move(model), status);
}

sdk::Response WebhookPages::new_endpoint(const sdk::Request& request) {
    return form_page(request, {}, nullptr, 200);
}

sdk::Response WebhookPages::create(const sdk::Request& request) {
    const auto sent = request.form();
    if (!sent) return sdk::problem(400, sent.error());
    auto form = read_webhook_form(host_, request, *sent, settings_.private_addresses);
    const auto known = endpoints_.list(host_.database(), request.context);
    if (!known) return sdk::problem(503, known.error());
    if (static_cast<int>(known->size()) >= settings_.webhooks_per_tenant)
        form.objections["url"] = sdk::fill_in(word(host_, request, "webhooks.too_many"),
                                              {{"most", std::to_string(settings_.webhooks_per_tenant)}});
    if (!form.is_fine()) return form_page(request, form, nullptr, 422);
    const auto created = endpoints_.create(request, form.input);
    if (!created) return sdk::problem(503, created.error());
    return secret_page(request, created->id, created->secret);
}

sdk::Response WebhookPages::secret_page(const sdk::Request& request, const std::string& id, const sdk::Secret& secret) {
    auto response = sdk::page(
        "app/webhook_secret",
        {{"title", word(host_, request, "webhooks.secret_title")},
         {"header",
          {{"heading", word(host_, request, "webhooks.secret_title")},
           {"lead", word(host_, request, "webhooks.secret_text")}}},
         {"block", {{"code_label", word(host_, request, "webhooks.secret_label")}, {"code", secret.reveal()}}},
         {"next_path", path_of(id)}});
    response.header("Cache-Control", "no-store");
    return response;
}

sdk::Response WebhookPages::endpoint(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto after = request.query.get("after");
    auto found = deliveries_.list(request.context, endpoint.id, after, kDeliveriesOnAPage + 1);
    if (!found) return sdk::problem(503, found.error());
    const bool more = found->size() > static_cast<std::size_t>(kDeliveriesOnAPage);
    if (more) found->resize(kDeliveriesOnAPage);
    auto rows = json::array();
    for (const auto& delivery : *found)
        rows.push_back(
            {{"id", delivery.id},
             {"cells",
              {{{"text", delivery.event},
                {"cell_path", path_of(endpoint.id) + "/deliveries/" + delivery.id},
                {"is_row_link", true}},
               {{"text", word(host_, request, "webhooks.delivery." + delivery.state)},
                {"cell_status", tone_of(delivery)}},
               {{"text", delivery.last_status ? std::to_string(delivery.last_status) : "–"}, {"is_number", true}},
               {{"text", std::to_string(delivery.attempts)}, {"is_number", true}},
               {{"text", ""}, {"cell_at", sdk::to_micros(delivery.created_at)}}}}});
    json table{
        {"caption", word(host_, request, "webhooks.deliveries")},
        {"columns",
         {column(word(host_, request, "webhooks.column.event")), column(word(host_, request, "webhooks.column.state")),
          column(word(host_, request, "webhooks.column.answer"), true),
          column(word(host_, request, "webhooks.column.tries"), true),
          column(word(host_, request, "webhooks.column.when"))}},
        {"rows", std::move(rows)},
        {"newer_path", after.empty() ? "" : path_of(endpoint.id)},
        {"older_path", more ? path_of(endpoint.id) + "?after=" + found->back().id : ""},
        {"when_empty", false}};
    if (found->empty())
        table["when_empty"] = {{"icon", "send"},
                               {"title", word(host_, request, "webhooks.no_delivery_title")},
                               {"text", word(host_, request, "webhooks.no_delivery_text")},
                               {"actions", json::array()}};
    auto actions = json::array();
    auto dialogs = json::array();
    if (may_see(request, permission::webhooks)) {
        const auto action = [&](const char* key, const std::string& below, const char* icon) {
            return json{{"label", word(host_, request, key)},
                        {"action_path", path_of(endpoint.id) + below},
                        {"action_icon", icon}};
        };
        actions.push_back(action("webhooks.test", "/test", "send"));
        actions.push_back({{"label", word(host_, request, "webhooks.edit_short")},
                           {"link_path", path_of(endpoint.id) + "/edit"},
                           {"action_icon", "pencil"}});
        actions.push_back(endpoint.is_enabled() ? action("webhooks.disable", "/disable", "circle-x")
                                                : action("webhooks.enable", "/enable", "circle-check"));
        actions.push_back(
            {{"label", word(host_, request, "webhooks.rotate")}, {"opens", "rotate"}, {"action_icon", "refresh-cw"}});
        actions.push_back({{"label", word(host_, request, "webhooks.remove")},
                           {"opens", "remove"},
                           {"danger", true},
                           {"action_icon", "trash-2"}});
        for (const char* what : {"rotate", "remove"}) {
            const std::string key = std::string("webhooks.") + what;
            dialogs.push_back({{"confirm_id", what},
                               {"confirm_title", word(host_, request, key + "_title")},
                               {"confirm_text", word(host_, request, key + "_text")},
                               {"confirm_path", path_of(endpoint.id) + "/" + what},
                               {"confirm_label", word(host_, request, key)},
                               {"is_danger", std::string_view(what) == "remove"}});
        }
    }
    auto notice = json(false);
    if (!endpoint.is_enabled())
        notice = {{"is_warning", true},
                  {"alert_title", word(host_, request, "webhooks.disabled." + endpoint.disabled_reason)}};
    else if (endpoint.failing_since)
        notice = {{"is_warning", true},
                  {"alert_title", sdk::fill_in(word(host_, request, "webhooks.failing_notice"),
                                               {{"days", std::to_string(settings_.disable_after.count())}})}};
    return sdk::page(
        "app/webhook",
        {{"title", endpoint.url},
         {"header",
          {{"heading", endpoint.description.empty() ? endpoint.url : endpoint.description},
           {"breadcrumbs", breadcrumbs_to(host_, request, nullptr)},
           {"actions", std::move(actions)}}},
         {"notice", std::move(notice)},
         {"list",
          {{"facts",
            {{{"term", word(host_, request, "webhooks.field.url")}, {"value", endpoint.url}, {"is_copied", true}},
             {{"term", word(host_, request, "webhooks.column.events")},
              {"value", events_text(host_, request, endpoint)}},
             {{"term", word(host_, request, "webhooks.column.state")},
              {"value", word(host_, request, "webhooks.state." + endpoint.state)},
              {"fact_status", endpoint.is_enabled() ? "good" : "idle"}}}}}},
         {"dialogs", std::move(dialogs)},
         {"table", std::move(table)}});
}

sdk::Response WebhookPages::edit(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    return form_page(request, {{endpoint.url, endpoint.description, endpoint.events}, {}}, &endpoint, 200);
}

sdk::Response WebhookPages::change(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto sent = request.form();
    if (!sent) return sdk::problem(400, sent.error());
    const auto form = read_webhook_form(host_, request, *sent, settings_.private_addresses);
    if (!form.is_fine()) return form_page(request, form, &endpoint, 422);
    const auto done = endpoints_.change(request, endpoint, form.input);
    return done ? sdk::redirect_to(path_of(endpoint.id)) : sdk::problem(503, done.error());
}

sdk::Response WebhookPages::enable(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto done = endpoints_.set_enabled(request, endpoint, true);
    return done ? sdk::redirect_to(path_of(endpoint.id)) : sdk::problem(503, done.error());
}

sdk::Response WebhookPages::disable(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto done = endpoints_.set_enabled(request, endpoint, false);
    return done ? sdk::redirect_to(path_of(endpoint.id)) : sdk::problem(503, done.error());
}

sdk::Response WebhookPages::rotate(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto secret = endpoints_.rotate(request, endpoint);
    return secret ? secret_page(request, endpoint.id, *secret) : sdk::problem(503, secret.error());
}

sdk::Response WebhookPages::remove(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto done = endpoints_.remove(request, endpoint);
    return done ? sdk::redirect_to("/developers?done=removed") : sdk::problem(503, done.error());
}

sdk::Response WebhookPages::test(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto id = sender_.send_test(request, endpoint);
    return id ? sdk::redirect_to(path_of(endpoint.id) + "/deliveries/" + *id) : sdk::problem(503, id.error());
}

sdk::Response WebhookPages::delivery(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto found = deliveries_.find(request.context, request.parameters.get("delivery"));
    if (!found) return sdk::problem(503, found.error());
    if (!*found || (*found)->endpoint_id != endpoint.id) return sdk::not_found();
    const auto& delivery = **found;
    const auto label = [&](const char* key) { return word(host_, request, std::string("webhooks.") + key); };
    auto facts =
        json::array({{{"term", label("column.state")},
                      {"value", label(("delivery." + delivery.state).c_str())},
                      {"fact_status", tone_of(delivery)}},
                     {{"term", "webhook-id"}, {"value", delivery.message_id}, {"is_code", true}, {"is_copied", true}},
                     {{"term", label("column.tries")}, {"value", std::to_string(delivery.attempts)}},
                     {{"term", label("column.answer")},
                      {"value", delivery.last_status ? std::to_string(delivery.last_status) : label("no_answer")}},
                     {{"term", label("duration")}, {"value", std::to_string(delivery.last_duration_ms) + " ms"}}});
    if (!delivery.last_error.empty()) facts.push_back({{"term", label("problem")}, {"value", delivery.last_error}});
    if (delivery.next_try_at)
        facts.push_back({{"term", label("next_try")}, {"value", sdk::to_rfc3339(*delivery.next_try_at)}});
    auto actions = json::array();
    if (may_see(request, permission::webhooks) && delivery.state != "waiting")
        actions.push_back({{"label", label("replay")},
                           {"action_path", path_of(endpoint.id) + "/deliveries/" + delivery.id + "/replay"},
                           {"primary", true},
                           {"action_icon", "rotate-ccw"}});
    return sdk::page("app/webhook_delivery",
                     {{"title", delivery.event},
                      {"header",
                       {{"heading", delivery.event},
                        {"breadcrumbs", breadcrumbs_to(host_, request, &endpoint)},
                        {"actions", std::move(actions)}}},
                      {"list", {{"facts", std::move(facts)}}},
                      {"sent", {{"code_label", label("sent_body")}, {"code", delivery.payload}}},
                      {"answered", delivery.last_response.empty() ? json(false)
                                                                  : json{{"code_label", label("answer_body")},
                                                                         {"code", delivery.last_response}}}});
}

sdk::Response WebhookPages::replay(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto found = deliveries_.find(request.context, request.parameters.get("delivery"));
    if (!found) return sdk::problem(503, found.error());
    if (!*found || (*found)->endpoint_id != endpoint.id) return sdk::not_found();
    const auto& delivery = **found;
    if (delivery.state == "waiting") return sdk::redirect_to(path_of(endpoint.id) + "/deliveries/" + delivery.id);
    const auto done = host_.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto queued = deliveries_.try_again(tx, request.context, delivery.id); !queued) return queued;
        const sdk::AuditEntry entry{.action = "webhooks.delivery_replayed",
                                    .subject = {"webhook_delivery", delivery.id, delivery.event},
                                    .tenant = request.context.tenant};
        return host_.audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
    return done ? sdk::redirect_to(path_of(endpoint.id) + "/deliveries/" + delivery.id)
                : sdk::problem(503, done.error());
}

}  // namespace whatsflow::app
