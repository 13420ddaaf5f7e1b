#include "webhook_form.hpp"

#include "webhook_address.hpp"
#include "webhook_catalogue.hpp"
#include "words.hpp"

namespace whatsflow::app {

using nlohmann::json;

namespace {

json line_field(const sdk::Host& host, const sdk::Request& request, const WebhookForm& form, const std::string& id,
                const std::string& value, bool optional, int most) {
    const auto objection = form.objections.find(id);
    const bool is_wrong = objection != form.objections.end();
    return {{"id", id},
            {"is_line", true},
            {"type", id == "url" ? "url" : "text"},
            {"label", word(host, request, "webhooks.field." + id)},
            {"hint", word(host, request, "webhooks.field." + id + "_hint")},
            {"value", value},
            {"placeholder", id == "url" ? "https://" : ""},
            {"autocomplete", "off"},
            {"most", most},
            {"optional", optional},
            {"invalid", is_wrong},
            {"error", is_wrong ? json(objection->second) : json(false)}};
}

}  // namespace

WebhookForm read_webhook_form(const sdk::Host& host, const sdk::Request& request, const sdk::Fields& sent,
                              bool private_addresses) {
    WebhookForm form;
    form.input.url = sent.get("url");
    form.input.description = shortened(sent.get("description"), 120);
    const bool all = sent.get("which", "all") == "all";
    for (const auto& [name, value] : sent.entries())
        if (!all && name == "event" && find_webhook_event(value)) form.input.events.push_back(value);
    if (const auto objection = objection_to_address(form.input.url, private_addresses))
        form.objections["url"] = word(host, request, "webhooks.address." + *objection);
    if (!all && form.input.events.empty()) form.objections["events"] = word(host, request, "webhooks.no_event");
    return form;
}

json webhook_form_model(const sdk::Host& host, const sdk::Request& request, const WebhookForm& form) {
    auto events = json::array();
    const auto& chosen = form.input.events;
    for (const auto& event : webhook_events())
        events.push_back({{"event_name", event.name},
                          {"event_text", word(host, request, "webhooks.events." + std::string(event.name))},
                          {"checked", std::ranges::find(chosen, event.name) != chosen.end()}});
    auto wrong = json::array();
    for (const auto& [id, sentence] : form.objections)
        wrong.push_back({{"id", id}, {"label", word(host, request, "webhooks.field." + id)}, {"error", sentence}});
    const bool picks = !chosen.empty() || form.objections.contains("events");
    json model{{"url_field", line_field(host, request, form, "url", form.input.url, false, 500)},
               {"description_field", line_field(host, request, form, "description", form.input.description, true, 120)},
               {"which",
                {{"id", "which"},
                 {"is_cards", true},
                 {"label", word(host, request, "webhooks.which")},
                 {"hint", false},
                 {"error", false},
                 {"choices",
                  {{{"value", "all"},
                    {"label", word(host, request, "webhooks.which_all")},
                    {"text", word(host, request, "webhooks.which_all_text")},
                    {"selected", !picks}},
                   {{"value", "some"},
                    {"label", word(host, request, "webhooks.which_some")},
                    {"text", word(host, request, "webhooks.which_some_text")},
                    {"selected", picks}}}}}},
               {"events", std::move(events)},
               {"form_errors", false}};
    if (!wrong.empty())
        model["form_errors"] = {{"text", word(host, request, "webhooks.form_problem")}, {"fields", std::move(wrong)}};
    return model;
}

}  // namespace whatsflow::app
