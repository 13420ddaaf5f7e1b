#include "signature.hpp"

#include "digests.hpp"

namespace whatsflow::payhere {

std::string request_hash(const Merchant& merchant, std::string_view order_id, std::string_view amount,
                         std::string_view currency) {
    return notice_signature(merchant, order_id, amount, currency, "");
}

std::string notice_signature(const Merchant& merchant, std::string_view order_id, std::string_view amount,
                             std::string_view currency, std::string_view status_code) {
    std::string text = merchant.id;
    text.append(order_id).append(amount).append(currency).append(status_code);
    text += upper_md5(merchant.secret.reveal());
    return upper_md5(text);
}

}  // namespace whatsflow::payhere
