/// \file
/// For tests: notices signed as PayHere signs them.
#pragma once

#include "notice.hpp"

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/testing/fake_clock.hpp>

#include <map>
#include <string>

namespace whatsflow::payhere::testing {

using Form = std::map<std::string, std::string>;

inline Merchant a_merchant() {
    return {"1000001", sdk::Secret{"WhatsFlowTestSecret01"}};
}

inline std::string encode(const Form& form) {
    std::string body;
    for (const auto& [name, value] : form) {
        if (!body.empty()) body += '&';
        body += sdk::encode_url(name) + "=" + sdk::encode_url(value);
    }
    return body;
}

/// A paid order, with `changes` made before it is signed.
inline Form signed_form(const Form& changes = {}) {
    Form form{{"merchant_id", "1000001"},
              {"order_id", "INV-1001"},
              {"payment_id", "320025071234"},
              {"payhere_amount", "1000.00"},
              {"payhere_currency", "LKR"},
              {"status_code", "2"},
              {"method", "VISA"},
              {"status_message", "Successfully completed"}};
    for (const auto& [name, value] : changes) form[name] = value;
    form["md5sig"] = notice_signature(a_merchant(), form["order_id"], form["payhere_amount"], form["payhere_currency"],
                                      form["status_code"]);
    return form;
}

inline sdk::PaymentNotice notice_of(const std::string& body) {
    sdk::PaymentNotice notice;
    notice.body = body;
    notice.received_at = sdk::from_micros(sdk::testing::FakeClock::kStart);
    return notice;
}

inline sdk::PaymentNotice signed_notice(const Form& changes = {}) {
    return notice_of(encode(signed_form(changes)));
}

}  // namespace whatsflow::payhere::testing
