#include "tenant_words.hpp"

#include <whatsflow/sdk/money.hpp>

namespace whatsflow::billing {
namespace {

/// `1234567.50` to `1,234,567.50`; Tamil groups as in India, by two after the first three.
std::string with_groups(std::string decimal, const std::string& locale) {
    const auto first_digit = decimal.starts_with('-') ? 1U : 0U;
    auto at = std::min(decimal.find('.'), decimal.size());
    std::size_t step = 3;
    while (at > first_digit + step) {
        at -= step;
        decimal.insert(at, ",");
        if (locale == "ta") step = 2;
    }
    return decimal;
}

}  // namespace

std::string TenantWords::operator()(const std::string& key,
                                    const std::vector<std::pair<std::string, std::string>>& values) const {
    return sdk::fill_in(host_.translate(locale_, "billing.app." + key), values);
}

std::string TenantWords::refusal(const sdk::Error& error) const {
    const auto code = error.code.substr(error.code.find('.') + 1);
    const auto key = "billing.app.errors." + code;
    auto text = host_.translate(locale_, key);
    return text == key ? error.message : text;
}

std::string TenantWords::money(Amount amount, const std::string& currency) const {
    auto decimal = with_groups(sdk::Money{amount, currency}.decimal(), locale_);
    const std::string sign = decimal.starts_with('-') ? "−" : "";
    if (!sign.empty()) decimal.erase(0, 1);
    return sign + (currency == "USD" ? "$" : currency + "\u00a0") + decimal;  // the space does not break
}

std::string TenantWords::number(std::int64_t number) const {
    return with_groups(std::to_string(number), locale_);
}

std::string TenantWords::feature(const std::string& code) const {
    const auto key = "features." + code;
    auto name = (*this)(key);
    return name == "billing.app." + key ? code : name;
}

std::string TenantWords::date(LocalDate date) const {
    return std::to_string(date.day()) + " " + (*this)("months." + std::to_string(date.month())) + " " +
           std::to_string(date.year());
}

std::string TenantWords::span(const Span& span) const {
    return date(span.from) + " – " + date(span.to.plus_days(-1));
}

std::string TenantWords::interval(const Interval& interval) const {
    const auto code = interval.text();
    return code == "month" || code == "year" || code == "quarter" ? (*this)("interval." + code) : code;
}

std::string title_of(const Catalogue& catalogue, const std::string& code) {
    if (const auto* plan = catalogue.find_plan(code)) return plan->name;
    if (const auto* add_on = catalogue.find_add_on(code)) return add_on->name;
    if (const auto* meter = catalogue.find_meter(code)) return meter->name;
    return code;
}

}  // namespace whatsflow::billing
