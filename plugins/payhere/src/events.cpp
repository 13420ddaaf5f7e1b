// A signed notice → what WhatsFlow understands.
#include "amounts.hpp"
#include "checkout_form.hpp"
#include "notice.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::payhere {
namespace {

using sdk::PaymentEvent;
using sdk::PaymentEventType;
using Events = std::vector<PaymentEvent>;

std::optional<int> read_count(std::string_view text, int most) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most)
        return std::nullopt;
    return value;
}

std::string lower(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// `************1292`, `1228` or `12/28`. Nothing here tells one card from all others: four digits and a
/// holder's name are shared by too many for a fingerprint.
sdk::SavedPaymentMethod method_of(const SignedNotice& notice) {
    sdk::SavedPaymentMethod method;
    method.token = sdk::Secret{notice.field("customer_token")};
    method.kind = "card";
    method.brand = lower(notice.field("method").substr(0, 20));
    const auto number = notice.field("card_no");
    if (number.size() >= 4 && read_count(std::string_view(number).substr(number.size() - 4), 9999))
        method.last4 = number.substr(number.size() - 4);
    auto expiry = notice.field("card_expiry");
    std::erase(expiry, '/');
    if (expiry.size() == 4) {
        const auto month = read_count(std::string_view(expiry).substr(0, 2), 12).value_or(0);
        const auto year = read_count(std::string_view(expiry).substr(2), 99);
        if (month > 0 && year) {
            method.exp_month = month;
            method.exp_year = 2000 + *year;
        }
    }
    return method;
}

class Translation {
public:
    Translation(const SignedNotice& notice, sdk::Instant received_at) : notice_(notice) {
        common_.trust = sdk::NoticeTrust::partially_signed;
        common_.event_id = notice.event_id;
        common_.provider_type = notice.type;
        common_.occurred_at = received_at;
        common_.reference = notice.order_id;
        common_.payment_id = notice.field("payment_id");
        common_.subscription_id = notice.field("subscription_id");
        common_.amount = read_amount(notice.amount, notice.currency);
        common_.next_charge_at = read_day(notice.field("item_rec_date_next"));
    }

    Events events() {
        const auto& status = notice_.status;
        // Whatever the message calls itself: the status is what is signed.
        if (status == "-3") return charged_back();
        const auto message = notice_.field("message_type");
        if (message == "RECURRING_STOPPED") return {make(PaymentEventType::subscription_canceled)};
        if (message == "RECURRING_COMPLETE") return {make(PaymentEventType::subscription_completed)};
        if (status == "2") return succeeded(message);
        if (status == "3") return authorized();
        if (status == "0") return {make(PaymentEventType::checkout_pending)};
        if (status == "-1") return {make(PaymentEventType::checkout_canceled)};
        if (status == "-2") return failed(message);
        return {};
    }

private:
    PaymentEvent make(PaymentEventType type) const {
        auto event = common_;
        event.type = type;
        return event;
    }

    Events succeeded(const std::string& message) {
        if (message.ends_with("_FAILED")) return {};
        if (!notice_.field("customer_token").empty()) return kept();
        if (!notice_.field("authorization_token").empty()) return authorized();
        const auto paid = read_count(notice_.field("item_rec_install_paid"), 10'000);
        auto payment = make(PaymentEventType::payment_succeeded);
        if (paid && *paid > 0) payment.instalment = paid;
        const bool recurring = !common_.subscription_id.empty() || notice_.field("recurring") == "1";
        if (!recurring) return {make(PaymentEventType::checkout_completed), payment};
        const bool later = message == "RECURRING_INSTALLMENT_SUCCESS" || (message.empty() && paid.value_or(1) > 1);
        auto subscription =
            make(later ? PaymentEventType::subscription_renewed : PaymentEventType::subscription_activated);
        subscription.instalment = payment.instalment;
        return {payment, subscription};
    }

    Events kept() const {
        auto saved = make(PaymentEventType::payment_method_saved);
        saved.method = method_of(notice_);
        if (notice_.field("custom_1") == kPaysAndKeeps)
            return {make(PaymentEventType::checkout_completed), make(PaymentEventType::payment_succeeded), saved};
        // The small authorization is given back by PayHere itself: nobody paid it.
        saved.amount.reset();
        return {saved};
    }

    Events authorized() const {
        auto event = make(PaymentEventType::authorization_succeeded);
        event.authorization_id = notice_.field("authorization_token");
        return {event};
    }

    Events failed(const std::string& message) const {
        if (message.ends_with("_SUCCESS")) return {};
        auto event = make(message == "RECURRING_INSTALLMENT_FAILED" ? PaymentEventType::subscription_past_due
                                                                    : PaymentEventType::payment_failed);
        // As many were paid, so the next one failed.
        if (const auto paid = read_count(notice_.field("item_rec_install_paid"), 10'000)) event.instalment = *paid + 1;
        event.decline = sdk::Decline::soft;
        event.code = "failed";
        event.message = "PayHere says that the payment failed.";
        return {event};
    }

    Events charged_back() const {
        auto opened = make(PaymentEventType::dispute_opened);
        opened.dispute_id = common_.payment_id;
        auto closed = opened;
        closed.type = PaymentEventType::dispute_closed;
        closed.dispute = sdk::DisputeResult::lost;
        return {opened, closed};
    }

    const SignedNotice& notice_;
    PaymentEvent common_;
};

}  // namespace

std::vector<sdk::PaymentEvent> events_of(const SignedNotice& notice, sdk::Instant received_at) {
    auto events = Translation(notice, received_at).events();
    // One notice, several events: each needs an identity of its own.
    for (std::size_t i = 1; i < events.size(); ++i) events[i].event_id += "/" + std::to_string(i + 1);
    return events;
}

std::optional<sdk::Instant> read_day(std::string_view text) {
    using namespace std::chrono;
    if (text.size() != 10) return std::nullopt;
    const bool year_first = text[4] == '-' && text[7] == '-';
    if (!year_first && !(text[2] == '/' && text[5] == '/')) return std::nullopt;
    const auto y = read_count(year_first ? text.substr(0, 4) : text.substr(6), 9999);
    const auto m = read_count(year_first ? text.substr(5, 2) : text.substr(3, 2), 12);
    const auto d = read_count(year_first ? text.substr(8) : text.substr(0, 2), 31);
    if (!y || !m || !d || *y < 2000) return std::nullopt;
    const year_month_day day{year(*y), month(static_cast<unsigned>(*m)), std::chrono::day(static_cast<unsigned>(*d))};
    if (!day.ok()) return std::nullopt;
    return sdk::Instant{sys_days(day)} - hours(5) - minutes(30);
}

}  // namespace whatsflow::payhere
