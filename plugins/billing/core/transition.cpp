#include "transition.hpp"

namespace whatsflow::billing {

nlohmann::json fields_of(const Account& account, const Subscription& subscription) {
    return {{"tenant", account.profile.tenant.text()},
            {"subscription", subscription.id.text()},
            {"plan", subscription.plan()},
            {"status", std::string(to_text(subscription.state))}};
}

nlohmann::json fields_of_leaving(const Account& account, const Subscription& subscription) {
    auto fields = fields_of(account, subscription);
    if (!subscription.left_because.empty()) fields["reason"] = subscription.left_because;
    return fields;
}

nlohmann::json fields_of(const Account& account, const Invoice& invoice) {
    return {{"tenant", account.profile.tenant.text()},
            {"invoice", invoice.id.text()},
            {"number", invoice.number},
            {"amount", invoice.total},
            {"currency", invoice.currency}};
}

nlohmann::json fields_of(const Account& account, const Payment& payment) {
    return {{"tenant", account.profile.tenant.text()},
            {"payment", payment.id.text()},
            {"invoice", payment.invoice.text()},
            {"amount", payment.amount},
            {"currency", account.profile.currency}};
}

}  // namespace whatsflow::billing
