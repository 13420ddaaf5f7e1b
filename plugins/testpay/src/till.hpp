/// \file
/// Testpay's own records: pages opened, payments made, money given back. What a real provider
/// would keep on its side.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

#include <optional>
#include <string>

namespace whatsflow::testpay {

/// A page where somebody pays, keeps a method, or says yes to their bank.
struct Checkout {
    std::string id;
    std::string kind;   ///< `payment`, `setup`, `approval`
    std::string state;  ///< `open`, `challenge`, `done`, `canceled`, `expired`
    std::string reference;
    sdk::Money amount;
    std::string description;
    std::string customer;
    bool keeps_method = false;
    std::string return_url;
    std::string cancel_url;
    std::string notify_url;
    std::string method_token;  ///< of an approval: what is charged
    sdk::Instant created_at{};
};

struct Payment {
    std::string id;
    std::string reference;
    std::string status;  ///< `succeeded`, `pending`, `failed`, `disputed`
    sdk::Money amount;
    std::int64_t refunded = 0;
    std::string code;
    sdk::Instant created_at{};

    sdk::PaymentRecord record() const;
};

/// [thread-safe] Every error is one of the database.
class Till {
public:
    Till(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}

    /// The same operation always opens the same page.
    sdk::Result<Checkout> open(const sdk::CallContext& context, const std::string& operation, Checkout checkout);
    sdk::Result<std::optional<Checkout>> find_checkout(const sdk::CallContext& context, const std::string& id);
    /// False when it was not in that state any more: two clicks, two tabs.
    sdk::Result<bool> move(const sdk::CallContext& context, const std::string& id, const std::string& from,
                           const std::string& to);
    /// Moves the page and records its payment in one step. Nothing when the page was done before.
    sdk::Result<std::optional<Payment>> pay(const sdk::CallContext& context, const Checkout& checkout,
                                            const std::string& status);

    /// The same operation pays once; the second value says whether this was the time.
    sdk::Result<std::pair<Payment, bool>> record(const sdk::CallContext& context, const std::string& operation,
                                                 const Payment& payment);
    sdk::Result<std::optional<Payment>> find_payment(const sdk::CallContext& context, const std::string& id);
    /// Of several, one that succeeded; else the latest.
    sdk::Result<std::optional<Payment>> find_by_reference(const sdk::CallContext& context,
                                                          const std::string& reference);
    sdk::Result<void> mark(const sdk::CallContext& context, const std::string& payment, const std::string& status);

    /// The refund's id, and whether this was the time it was made; nothing when more than what
    /// is left was asked for.
    sdk::Result<std::optional<std::pair<std::string, bool>>> refund(const sdk::CallContext& context,
                                                                    const std::string& operation,
                                                                    const std::string& payment, std::int64_t amount);

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::testpay
