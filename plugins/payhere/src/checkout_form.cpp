#include "checkout_form.hpp"

#include "amounts.hpp"

#include <algorithm>

namespace whatsflow::payhere {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string or_else(std::string text, const char* fallback) {
    return text.empty() ? fallback : text;
}

bool is_email(std::string_view text) {
    const auto sign = text.find('@');
    return sign != std::string_view::npos && sign > 0 && text.find('.', sign) != std::string_view::npos &&
           text.find_first_of(" <>\"") == std::string_view::npos;
}

/// A country as PayHere's own forms spell it, where it matters most.
std::string country_name(const std::string& code) {
    if (code.empty() || code == "LK") return "Sri Lanka";
    if (code == "IN") return "India";
    if (code == "US") return "United States";
    if (code == "GB") return "United Kingdom";
    if (code == "AU") return "Australia";
    return code;
}

void add_customer(Fields& fields, const FormSettings& settings, const sdk::PaymentCustomer& customer) {
    // None may be empty. What nobody knows is a dash: PayHere shows it to its own staff only.
    fields.emplace_back("first_name", or_else(plain_text(customer.first_name, 100), "Customer"));
    fields.emplace_back("last_name", or_else(plain_text(customer.last_name, 100), "-"));
    fields.emplace_back("email", customer.email);
    const auto phone = plain_text(customer.phone, 20);
    fields.emplace_back("phone", phone.empty() ? settings.contact_phone : phone);
    fields.emplace_back("address", or_else(plain_text(customer.address, 200), "-"));
    fields.emplace_back("city", or_else(plain_text(customer.city, 100), "-"));
    fields.emplace_back("country", country_name(plain_text(customer.country, 2)));
}

/// Empty for what PayHere cannot do.
std::string recurrence_text(sdk::ProviderRecurrence::Interval interval, int count) {
    using Interval = sdk::ProviderRecurrence::Interval;
    if (count < 1 || count > 1000 || interval == Interval::day) return {};
    const char* word = interval == Interval::week ? " Week" : interval == Interval::month ? " Month" : " Year";
    return std::to_string(count) + word;
}

sdk::Error reject(std::string why) {
    return sdk::fail("payment.rejected", std::move(why));
}

/// What all forms have in common. `hashed_amount` is not always posted.
sdk::Result<Fields> common_fields(const FormSettings& settings, const sdk::CheckoutRequest& request,
                                  const std::string& hashed_amount) {
    if (!settings.merchant.complete()) return reject("PayHere needs merchant_id and merchant_secret in the settings.");
    if (request.reference.empty()) return reject("A payment without a reference cannot be found again.");
    if (!is_email(request.customer.email)) return reject("PayHere needs the customer's e-mail address.");
    Fields fields{{"merchant_id", settings.merchant.id},
                  {"return_url", request.return_url},
                  {"cancel_url", request.cancel_url},
                  {"notify_url", request.notify_url}};
    add_customer(fields, settings, request.customer);
    fields.emplace_back("order_id", request.reference);
    fields.emplace_back("items", or_else(plain_text(request.description, 200), "Payment"));
    fields.emplace_back("currency", request.amount.currency);
    fields.emplace_back("hash",
                        request_hash(settings.merchant, request.reference, hashed_amount, request.amount.currency));
    return fields;
}

sdk::CheckoutPage page_of(std::string action, Fields fields) {
    sdk::CheckoutPage page;
    page.form = sdk::FormPost{std::move(action), "POST", std::move(fields)};
    return page;
}

}  // namespace

std::vector<sdk::CurrencyLimit> currency_limits(const FormSettings& settings) {
    std::vector<sdk::CurrencyLimit> limits;
    for (const auto currency : kCurrencies) {
        sdk::CurrencyLimit limit{std::string(currency), 100, std::nullopt};
        if (currency == "LKR" && settings.most_per_payment_lkr > 0) limit.maximum = settings.most_per_payment_lkr * 100;
        limits.push_back(std::move(limit));
    }
    return limits;
}

std::optional<sdk::Error> refuse_amount(const FormSettings& settings, const sdk::Money& amount) {
    if (!is_known_currency(amount.currency)) return reject("PayHere takes LKR, USD, EUR, GBP and AUD.");
    for (const auto& limit : currency_limits(settings)) {
        if (limit.currency != amount.currency) continue;
        if (amount.minor < limit.minimum) return reject("PayHere takes payments from 1.00 " + amount.currency + ".");
        if (limit.maximum && amount.minor > *limit.maximum)
            return reject("PayHere takes at most " + sdk::Money{*limit.maximum, amount.currency}.decimal() + " " +
                          amount.currency + " in one payment.");
    }
    return std::nullopt;
}

sdk::Result<sdk::CheckoutPage> payment_form(const FormSettings& settings, const sdk::CheckoutRequest& request) {
    if (auto refused = refuse_amount(settings, request.amount)) return *refused;
    const auto amount = request.amount.decimal();
    auto fields = common_fields(settings, request, amount);
    if (!fields) return fields.error();
    fields->emplace_back("amount", amount);
    if (request.recurrence) {
        const auto& rhythm = *request.recurrence;
        const auto every = recurrence_text(rhythm.interval, rhythm.interval_count);
        const auto during = rhythm.instalments
                                ? recurrence_text(rhythm.interval, rhythm.interval_count * *rhythm.instalments)
                                : "Forever";
        if (every.empty() || during.empty()) return reject("PayHere renews by weeks, months or years.");
        fields->emplace_back("recurrence", every);
        fields->emplace_back("duration", during);
    } else if (request.save_method) {
        // Keeping a card and taking an amount is one form of PayHere's.
        fields->emplace_back("custom_1", kPaysAndKeeps);
        return page_of(settings.base + "/pay/preapprove", std::move(*fields));
    }
    return page_of(settings.base + "/pay/checkout", std::move(*fields));
}

sdk::Result<sdk::CheckoutPage> keep_card_form(const FormSettings& settings, const sdk::CheckoutRequest& request) {
    if (!is_known_currency(request.amount.currency)) return reject("PayHere takes LKR, USD, EUR, GBP and AUD.");
    auto fields = common_fields(
        settings, request, request.amount.currency == "LKR" ? settings.keep_amount_lkr : settings.keep_amount_other);
    if (!fields) return fields.error();
    return page_of(settings.base + "/pay/preapprove", std::move(*fields));
}

std::string plain_text(std::string_view text, std::size_t most) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        const auto letter = text.substr(i, length);
        i += length;
        if (result.size() + letter.size() > most) break;
        // Four bytes are pictographs and rare scripts; E2 98 to E2 9E the older pictographs,
        // E2 80 8D and EF B8 8F what joins them.
        const bool pictograph =
            length == 4 || letter == "\xe2\x80\x8d" || letter == "\xef\xb8\x8f" ||
            (letter.size() == 3 && letter[0] == '\xe2' && letter[1] >= '\x98' && letter[1] <= '\x9e');
        if (pictograph || first < 0x20 || first == 0x7f || letter == "<" || letter == ">") continue;
        result += letter;
    }
    return result;
}

}  // namespace whatsflow::payhere
