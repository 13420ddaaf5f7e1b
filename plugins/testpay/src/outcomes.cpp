#include "outcomes.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::testpay {
namespace {

using sdk::PaymentEventType;

constexpr std::array<std::pair<std::string_view, Choice>, 12> kChoices{{{"success", Choice::success},
                                                                        {"decline", Choice::decline},
                                                                        {"challenge", Choice::challenge},
                                                                        {"slow", Choice::slow},
                                                                        {"unknown", Choice::unknown},
                                                                        {"duplicate", Choice::duplicate},
                                                                        {"out_of_order", Choice::out_of_order},
                                                                        {"chargeback", Choice::chargeback},
                                                                        {"expired", Choice::expired},
                                                                        {"cancel", Choice::cancel},
                                                                        {"approve", Choice::approve},
                                                                        {"refuse", Choice::refuse}}};

Message message_about(const Checkout& checkout, PaymentEventType type, const std::string& payment_id) {
    Message message;
    message.event.type = type;
    message.event.reference = checkout.reference;
    message.event.payment_id = payment_id;
    message.event.customer_id = checkout.customer;
    if (checkout.kind != "setup") message.event.amount = checkout.amount;
    return message;
}

NextStep leave_to(const std::string& url) {
    return {NextStep::Kind::leave, url};
}

}  // namespace

std::optional<Choice> choice_of(std::string_view text) {
    for (const auto& [word, choice] : kChoices)
        if (word == text) return choice;
    return std::nullopt;
}

sdk::CheckoutPage Outcomes::page_of(const Checkout& checkout) const {
    sdk::CheckoutPage page;
    page.session = checkout.id;
    page.url = host_.site_url(sdk::Site::app) + "/testpay/" + checkout.id;
    return page;
}

sdk::Result<NextStep> Outcomes::choose(const sdk::CallContext& context, const Checkout& checkout, Choice choice,
                                       Behaviour later) {
    // At the bank's door there are two answers; before it, all the others.
    const bool at_the_bank = checkout.state == "challenge" || checkout.kind == "approval";
    const bool answers_bank = choice == Choice::approve || choice == Choice::refuse;
    if ((checkout.state != "open" && checkout.state != "challenge") || at_the_bank != answers_bank) return NextStep{};

    if (choice == Choice::decline)
        return fail(context, checkout, "insufficient_funds", "There is not enough money on the card.",
                    sdk::Decline::soft);
    if (choice == Choice::refuse) {
        if (checkout.state == "challenge") {
            const auto moved = till_.move(context, checkout.id, "challenge", "open");
            if (!moved) return moved.error();
            if (!*moved) return NextStep{};
        }
        return fail(context, checkout, "authentication_failed", "The customer did not confirm the payment.",
                    sdk::Decline::soft);
    }
    if (choice == Choice::challenge) {
        const auto moved = till_.move(context, checkout.id, "open", "challenge");
        if (!moved) return moved.error();
        return *moved ? NextStep{NextStep::Kind::stay, {}} : NextStep{};
    }
    if (choice == Choice::cancel) {
        const auto moved = till_.move(context, checkout.id, "open", "canceled");
        if (!moved) return moved.error();
        if (!*moved) return NextStep{};
        messenger_.bring(context, checkout.notify_url,
                         {message_about(checkout, PaymentEventType::checkout_canceled, "")});
        return leave_to(checkout.cancel_url);
    }
    return settle(context, checkout, choice, choice == Choice::expired ? Behaviour::expired : later);
}

sdk::Result<NextStep> Outcomes::fail(const sdk::CallContext& context, const Checkout& checkout, const char* code,
                                     const char* sentence, sdk::Decline decline) {
    auto message = message_about(checkout, PaymentEventType::payment_failed, "");
    message.event.code = code;
    message.event.message = sentence;
    message.event.decline = decline;
    // Nothing was charged when a method was only to be kept, so there is nothing to tell.
    if (checkout.kind != "setup") messenger_.bring(context, checkout.notify_url, {message});
    return NextStep{NextStep::Kind::stay, {}};
}

sdk::Result<NextStep> Outcomes::settle(const sdk::CallContext& context, const Checkout& checkout, Choice choice,
                                       Behaviour later) {
    std::string payment_id;
    Payment paid;
    if (checkout.kind == "setup") {
        const auto moved = till_.move(context, checkout.id, checkout.state, "done");
        if (!moved) return moved.error();
        if (!*moved) return NextStep{};
    } else {
        const auto payment = till_.pay(context, checkout, choice == Choice::slow ? "pending" : "succeeded");
        if (!payment) return payment.error();
        if (!*payment) return NextStep{};
        paid = **payment;
        payment_id = paid.id;
    }
    std::vector<Message> messages;
    if (checkout.kind != "approval")
        messages.push_back(message_about(checkout, PaymentEventType::checkout_completed, payment_id));
    if (!payment_id.empty())
        messages.push_back(message_about(checkout, PaymentEventType::payment_succeeded, payment_id));
    if (checkout.keeps_method) {
        messages.push_back(message_about(checkout, PaymentEventType::payment_method_saved, payment_id));
        messages.back().event.method = make_method(later, checkout.customer, host_.clock().now());
    }

    if (choice == Choice::unknown) return leave_to(checkout.return_url);  // and nobody is told
    if (choice == Choice::slow) {
        messenger_.bring(context, checkout.notify_url,
                         {message_about(checkout, PaymentEventType::checkout_pending, payment_id)});
        for (auto& message : messages) {
            if (!payment_id.empty()) message.marks = "succeeded";
            messenger_.bring_later(context, checkout.notify_url, message, slow_);
        }
        return leave_to(checkout.return_url);
    }
    if (choice == Choice::duplicate)
        for (auto& message : messages) message.times = 2;
    if (choice == Choice::out_of_order) {
        std::ranges::reverse(messages);
        auto first = message_about(checkout, PaymentEventType::checkout_pending, payment_id);
        first.event.occurred_at = host_.clock().now() - std::chrono::seconds(30);
        messages.push_back(first);  // what happened first comes last
    }
    messenger_.bring(context, checkout.notify_url, messages);
    if (choice == Choice::chargeback) dispute_later(context, checkout.notify_url, paid);
    return leave_to(checkout.return_url);
}

void Outcomes::dispute_later(const sdk::CallContext& context, const std::string& notify_url, const Payment& payment) {
    Message message;
    message.event.type = PaymentEventType::dispute_opened;
    message.event.reference = payment.reference;
    message.event.payment_id = payment.id;
    message.event.dispute_id = "tpd_" + payment.id;
    message.event.amount = payment.amount;
    message.event.code = "fraudulent";
    message.marks = "disputed";
    messenger_.bring_later(context, notify_url, message, slow_);
    message.event.type = PaymentEventType::dispute_closed;
    messenger_.bring_later(context, notify_url, message, slow_ * 2);
}

}  // namespace whatsflow::testpay
