// Our checkout → Stripe's hosted page, in payment and in setup mode.
#include "provider.hpp"
#include "stripe_json.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::stripe {
namespace {

/// Languages that Stripe's page speaks, among those that we do; the browser decides otherwise.
std::string page_language(const std::string& locale) {
    constexpr std::array<std::string_view, 8> kSpoken{"en", "de", "fr", "es", "it", "pt", "nl", "ja"};
    const auto language = locale.substr(0, 2);
    return std::ranges::find(kSpoken, language) == kSpoken.end() ? "auto" : language;
}

void add_line(FormBody& body, std::size_t index, const std::string& name, const sdk::Money& price, int quantity) {
    const auto prefix = "line_items[" + std::to_string(index) + "]";
    body.add(prefix + "[price_data][currency]", stripe_currency(price));
    body.add(prefix + "[price_data][unit_amount]", price.minor);
    body.add(prefix + "[price_data][product_data][name]", name.empty() ? "Payment" : name.substr(0, 250));
    body.add(prefix + "[quantity]", quantity);
}

/// Stripe's page adds the lines up by itself, so they are shown only where the sum is the
/// amount to be paid; discounts and tax are lines that Stripe does not take here.
bool lines_are_the_amount(const sdk::CheckoutRequest& request) {
    if (request.lines.empty() || request.lines.size() > 50) return false;
    std::int64_t sum = 0;
    for (const auto& line : request.lines) {
        if (line.quantity <= 0 || line.quantity > 10'000 || line.unit_amount.minor <= 0 ||
            line.unit_amount.currency != request.amount.currency || line.unit_amount.minor > request.amount.minor)
            return false;
        sum += line.unit_amount.minor * line.quantity;
    }
    return sum == request.amount.minor;
}

void add_customer(FormBody& body, const sdk::PaymentCustomer& customer, bool keep) {
    if (!customer.id.empty()) {
        body.add("customer", customer.id);
        return;
    }
    body.add_known("customer_email", customer.email);
    // A saved method belongs to a customer; without one Stripe forgets it.
    if (keep) body.add("customer_creation", "always");
}

}  // namespace

sdk::Result<sdk::CheckoutPage> Provider::open_session(const sdk::CallContext& context, const FormBody& body,
                                                      const std::string& key) {
    const auto session = api_.post(context, "/checkout/sessions", body, "checkout-" + key);
    if (!session) {
        auto error = session.failure().as_error();
        if (error.code == "payment.not_found") error.code = "payment.rejected";
        return error;
    }
    sdk::CheckoutPage page;
    page.session = id_of(*session);
    page.url = text_of(at(*session, "url"), 4000);
    page.expires_at = time_of(at(*session, "expires_at"));
    if (page.session.empty() || !api_.is_page_address(page.url))
        return sdk::fail("payment.transient", "Stripe opened no page.");
    return page;
}

sdk::Result<sdk::CheckoutPage> Provider::create_checkout(const sdk::CallContext& context,
                                                         const sdk::CheckoutRequest& request) {
    if (auto refused = refuse_amount(request.amount)) return *refused;
    FormBody body;
    body.add("mode", "payment").add("client_reference_id", request.reference);
    body.add("success_url", request.return_url).add("cancel_url", request.cancel_url);
    body.add("locale", page_language(request.locale));
    add_customer(body, request.customer, request.save_method);
    if (lines_are_the_amount(request)) {
        for (std::size_t i = 0; i < request.lines.size(); ++i)
            add_line(body, i, request.lines[i].description, request.lines[i].unit_amount, request.lines[i].quantity);
    } else {
        add_line(body, 0, request.description, request.amount, 1);
    }
    body.add("metadata[reference]", request.reference);
    body.add("payment_intent_data[metadata][reference]", request.reference);
    body.add_known("payment_intent_data[description]", request.description);
    if (request.save_method) body.add("payment_intent_data[setup_future_usage]", "off_session");
    return open_session(context, body, request.idempotency_key);
}

sdk::Result<sdk::CheckoutPage> Provider::create_setup(const sdk::CallContext& context,
                                                      const sdk::CheckoutRequest& request) {
    FormBody body;
    body.add("mode", "setup").add("client_reference_id", request.reference);
    body.add("success_url", request.return_url).add("cancel_url", request.cancel_url);
    body.add("locale", page_language(request.locale));
    body.add("currency", stripe_currency(request.amount));
    add_customer(body, request.customer, true);
    body.add("metadata[reference]", request.reference);
    body.add("setup_intent_data[metadata][reference]", request.reference);
    return open_session(context, body, request.idempotency_key);
}

sdk::Result<sdk::PaymentOutcome> Provider::expire_checkout(const sdk::CallContext& context,
                                                           const std::string& session) {
    const auto answer = api_.post(context, "/checkout/sessions/" + sdk::encode_url(session) + "/expire", FormBody{},
                                  "expire-" + session);
    sdk::PaymentOutcome done;
    done.outcome = sdk::PaymentOutcomeClass::succeeded;
    done.id = session;
    if (answer) return done;
    // It may have been closed before, or paid in the meantime: ask which.
    if (answer.failure().kind != ApiFailure::Kind::rejected) return answer.failure().as_outcome();
    const auto found = api_.get(context, "/checkout/sessions/" + sdk::encode_url(session));
    if (!found) return found.failure().as_outcome();
    if (text_of(at(*found, "status")) == "expired") return done;
    return sdk::PaymentOutcome::rejected("already_complete", "The checkout has been completed and cannot be closed.");
}

}  // namespace whatsflow::stripe
