#include "answers.hpp"

#include "amounts.hpp"

#include <charconv>
#include <cstdio>

namespace whatsflow::payhere {
namespace {

using Kind = Answer::Kind;
using sdk::PaymentStatus;

std::optional<std::int64_t> read_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

PaymentStatus status_of(const std::string& text) {
    if (text == "RECEIVED") return PaymentStatus::succeeded;
    if (text == "REFUND REQUESTED" || text == "REFUND PROCESSING") return PaymentStatus::refund_pending;
    if (text == "REFUNDED") return PaymentStatus::refunded;
    if (text == "CHARGEBACKED") return PaymentStatus::disputed;
    return PaymentStatus::pending;
}

/// `2026-03-10 13:30:00`, by the clock of Colombo.
sdk::Instant read_time(const std::string& text) {
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d %2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6) return {};
    const year_month_day day{year(y), month(static_cast<unsigned>(mo)), std::chrono::day(static_cast<unsigned>(d))};
    if (!day.ok() || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return {};
    return sdk::Instant{sys_days(day)} + hours(h) + minutes(mi) + seconds(s) - hours(5) - minutes(30);
}

}  // namespace

const nlohmann::json& at(const nlohmann::json& json, const char* key) {
    static const auto* nothing = new nlohmann::json();
    if (!json.is_object()) return *nothing;
    const auto found = json.find(key);
    return found == json.end() ? *nothing : *found;
}

std::string text_of(const nlohmann::json& value, std::size_t most) {
    if (value.is_number_integer()) return value.dump();
    if (!value.is_string()) return {};
    const auto& text = value.get_ref<const std::string&>();
    return text.size() <= most ? text : std::string{};
}

std::optional<std::int64_t> whole_number_of(const nlohmann::json& value) {
    return value.is_number_integer() || value.is_string() ? read_number(text_of(value, 20)) : std::nullopt;
}

Answer judge(const sdk::Result<sdk::IncomingResponse>& answer) {
    if (!answer) {
        const auto& code = answer.error().code;
        const bool nothing_left = code == "net.not_sent" || code == "net.certificate";
        return {nothing_left ? Kind::transient : Kind::unknown,
                {},
                code,
                "PayHere could not be reached: " + answer.error().message};
    }
    const auto http = "http_" + std::to_string(answer->status);
    const auto json = nlohmann::json::parse(answer->body, nullptr, false);
    if (answer->status == 401 || text_of(at(json, "error")) == "invalid_token")
        return {Kind::stale_token, {}, http, "PayHere does not accept its own token."};
    if (answer->status == 429) return {Kind::transient, {}, http, "PayHere asks for patience."};
    if (answer->status >= 500)
        return {Kind::unknown, {}, http, "PayHere answered " + std::to_string(answer->status) + "."};
    auto message = text_of(at(json, "msg"));
    if (answer->status >= 400)
        return {Kind::refused,
                {},
                http,
                message.empty() ? "PayHere refused the request; is this server's address on its list?"
                                : "PayHere: " + message};
    const auto status = whole_number_of(at(json, "status"));
    if (answer->status >= 300 || !status)
        return {Kind::unknown, {}, "unreadable", "PayHere's answer could not be read."};
    message = message.empty() ? "PayHere gave no reason." : "PayHere: " + message;
    const auto code = "status_" + std::to_string(*status);
    if (*status == 1) return {Kind::succeeded, at(json, "data"), code, {}};
    if (*status == 0) return {Kind::undecided, at(json, "data"), code, message};
    if (*status == -1 || *status == -2) return {Kind::refused, at(json, "data"), code, message};
    return {Kind::unknown, {}, code, message};
}

std::optional<sdk::PaymentRecord> record_of(const nlohmann::json& payment) {
    sdk::PaymentRecord record;
    record.payment_id = text_of(at(payment, "payment_id"), 40);
    if (record.payment_id.empty()) return std::nullopt;
    record.reference = text_of(at(payment, "order_id"), 100);
    record.subscription_id = text_of(at(payment, "subscription_id"), 40);
    record.status = status_of(text_of(at(payment, "status"), 40));
    const auto& detail = at(payment, "amount_detail");
    auto currency = text_of(at(payment, "currency"), 3);
    if (currency.empty()) currency = text_of(at(detail, "currency"), 3);
    record.amount = amount_of(at(payment, "amount"), currency);
    if (!record.amount) record.amount = amount_of(at(detail, "gross"), currency);
    record.fee = amount_of(at(detail, "fee"), currency);
    record.created_at = read_time(text_of(at(payment, "date"), 40));
    if (record.status == PaymentStatus::refunded) record.refunded = record.amount;
    return record;
}

}  // namespace whatsflow::payhere
