/// \file
/// The payment interface's values as JSON, for the pipe of provider_console.
#pragma once

#include <whatsflow/sdk/payment_provider.hpp>

#include <nlohmann/json.hpp>

namespace whatsflow::console {

sdk::CheckoutRequest checkout_from(const nlohmann::json& json);
sdk::ChargeRequest charge_from(const nlohmann::json& json);
sdk::RefundRequest refund_from(const nlohmann::json& json);
/// `{body, headers: {name: value}, received_at}`; the time in seconds.
sdk::PaymentNotice notice_from(const nlohmann::json& json, sdk::Instant now);

nlohmann::json to_json(const sdk::Error& error);
nlohmann::json to_json(const sdk::CheckoutPage& page);
nlohmann::json to_json(const sdk::PaymentOutcome& outcome);
nlohmann::json to_json(const sdk::PaymentRecord& record);
nlohmann::json to_json(const sdk::PaymentEvent& event);

}  // namespace whatsflow::console
