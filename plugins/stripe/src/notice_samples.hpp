/// \file
/// For tests: notices signed as Stripe signs them.
#pragma once

#include "notice.hpp"
#include "signature.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>

#include <string>

namespace whatsflow::stripe::testing {

inline constexpr const char* kSecret = "whsec_test_secret_WhatsFlow";
inline constexpr std::int64_t kNow = sdk::testing::FakeClock::kStart / 1'000'000;

inline NoticeRules rules() {
    NoticeRules rules;
    rules.secrets = {sdk::Secret{kSecret}};
    return rules;
}

inline sdk::PaymentNotice notice_with(const std::string& header, const std::string& body, std::int64_t now = kNow) {
    sdk::PaymentNotice notice;
    notice.body = body;
    notice.received_at = sdk::from_micros(now * 1'000'000);
    notice.headers.add("Stripe-Signature", header);
    return notice;
}

inline sdk::PaymentNotice signed_notice(const std::string& body, std::int64_t signed_at = kNow,
                                        const std::string& secret = kSecret) {
    const auto time = std::to_string(signed_at);
    return notice_with("t=" + time + ",v1=" + sign(secret, time, body), body);
}

/// A whole event about `object`.
inline std::string event_about(const std::string& type, const nlohmann::json& object,
                               const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json event{
        {"id", "evt_1"},    {"object", "event"}, {"type", type}, {"created", kNow - 5}, {"data", {{"object", object}}},
        {"livemode", false}};
    event.merge_patch(more);
    return event.dump();
}

}  // namespace whatsflow::stripe::testing
