#include "pay_page.hpp"

namespace whatsflow::testpay {
namespace {

using nlohmann::json;

/// The quiet buttons, in the order of the page. Success has a place of its own.
constexpr std::array kOrdinary{"decline", "challenge", "slow", "cancel"};
constexpr std::array kRare{"unknown", "duplicate", "out_of_order", "chargeback", "expired"};

}  // namespace

sdk::Result<void> PayPage::register_routes() {
    auto shown = sdk::get(sdk::Site::app, "/testpay/{id}", sdk::Permission::everyone(),
                          [this](const sdk::Request& request) { return show(request); });
    shown.summary = "Testpay's page to pay on";
    if (auto done = host_.route(std::move(shown)); !done) return done;
    auto chosen = sdk::post(sdk::Site::app, "/testpay/{id}", sdk::Permission::everyone(),
                            [this](const sdk::Request& request) { return choose(request); });
    chosen.summary = "What happens to a payment on Testpay's page";
    return host_.route(std::move(chosen));
}

sdk::Response PayPage::show(const sdk::Request& request) {
    const auto checkout = till_.find_checkout(request.context, request.parameters.get("id"));
    if (!checkout) return sdk::problem(503, checkout.error());
    if (!*checkout) return sdk::not_found();
    return page(request, **checkout, "", 200);
}

sdk::Response PayPage::choose(const sdk::Request& request) {
    const auto checkout = till_.find_checkout(request.context, request.parameters.get("id"));
    if (!checkout) return sdk::problem(503, checkout.error());
    if (!*checkout) return sdk::not_found();
    const auto form = request.form();
    if (!form) return sdk::problem(400, form.error());
    const auto choice = choice_of(form->get("outcome"));
    if (!choice) return page(request, **checkout, "nothing_chosen", 422);
    const auto next = outcomes_.choose(request.context, **checkout, *choice, behaviour_of(form->get("later")));
    if (!next) return sdk::problem(503, next.error());
    if (next->kind == NextStep::Kind::leave) return sdk::redirect_to(next->url);
    const auto now = till_.find_checkout(request.context, (*checkout)->id);
    if (!now || !*now) return sdk::not_found();
    if (next->kind == NextStep::Kind::already_done) return page(request, **now, "", 409);
    const char* alert = *choice == Choice::decline ? "declined" : *choice == Choice::refuse ? "refused" : "";
    return page(request, **now, alert, 200);
}

sdk::Response PayPage::page(const sdk::Request& request, const Checkout& checkout, const char* alert, int status) {
    const auto text = [&](const std::string& key) { return host_.translate(request.locale, "testpay." + key); };
    const auto buttons = [&](const auto& words, bool allowed_for_setup) {
        json list = json::array();
        for (const std::string word : words) {
            if (checkout.kind == "setup" && !allowed_for_setup && word != "unknown" && word != "duplicate" &&
                word != "expired")
                continue;
            // Without a payment the same button tells another story.
            const auto told = checkout.kind == "setup" && word == "unknown" ? word + "_kept" : word;
            list.push_back({{"outcome", word}, {"label", text("choice." + told)}, {"hint", text("hint." + told)}});
        }
        return list;
    };
    json later = json::array();
    for (const auto behaviour : kBehaviours) {
        const std::string word(to_text(behaviour));
        later.push_back(
            {{"value", word}, {"label", text("later." + word)}, {"selected", behaviour == Behaviour::works}});
    }
    const bool finished = checkout.state != "open" && checkout.state != "challenge";
    const bool bank = !finished && (checkout.state == "challenge" || checkout.kind == "approval");
    json model{{"title", text("title")},
               {"action_path", "/testpay/" + checkout.id},
               {"csrf_token", request.csrf_token},
               {"headline", text(finished ? "finished." + checkout.state
                                 : bank   ? "bank"
                                          : checkout.kind)},
               {"amount", checkout.kind == "setup" ? json(false)
                                                   : json(checkout.amount.decimal() + " " + checkout.amount.currency)},
               {"facts", json::array()},
               {"choosing", !finished && !bank},
               {"at_the_bank", bank},
               {"finished", finished},
               {"return_url", checkout.state == "done" ? checkout.return_url : checkout.cancel_url},
               {"alert", false},
               {"success", {{"label", text(checkout.kind == "setup" ? "choice.keep" : "choice.pay")}}},
               {"ordinary", buttons(kOrdinary, true)},
               {"rare", buttons(kRare, false)},
               {"later", false}};
    const auto fact = [&](const char* term, const std::string& value, bool is_code) {
        if (value.empty()) return;
        model["facts"].push_back({{"term", text(term)},
                                  {"value", value},
                                  {"is_code", is_code},
                                  {"fact_path", false},
                                  {"fact_status", false},
                                  {"is_copied", false}});
    };
    fact("for", checkout.description, false);
    fact("reference", checkout.reference, true);
    if (*alert != '\0')
        model["alert"] = {{"alert_title", text(std::string("alert.") + alert)},
                          {"alert_text", text("alert.again")},
                          {"is_error", true},
                          {"is_success", false},
                          {"is_warning", false},
                          {"link_path", false}};
    if (checkout.keeps_method)
        model["later"] = {{"id", "later"},
                          {"label", text("later.label")},
                          {"hint", text("later.hint")},
                          {"is_choice", true},
                          {"choices", later},
                          {"is_line", false},
                          {"is_password", false},
                          {"is_text", false},
                          {"is_cards", false},
                          {"is_check", false},
                          {"is_switch", false},
                          {"is_date", false},
                          {"is_code", false},
                          {"is_file", false},
                          {"error", false},
                          {"invalid", false},
                          {"optional", false},
                          {"unmarked", false},
                          {"field_name", false},
                          {"readonly", false}};
    return sdk::page("testpay/pay", std::move(model), status).header("Cache-Control", "no-store");
}

}  // namespace whatsflow::testpay
