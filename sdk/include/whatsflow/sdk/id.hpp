/// \file
/// Identifiers that the compiler can tell apart.
///
///     using TenantId = Id<struct TenantTag>;
///     TenantId tenant{"0190a5…"};
///     tenant.text();             // the 36 characters
///     load(InvoiceId{…});        // load(tenant) does not compile
///
/// Ids are UUID version 7 as text: sortable by creation time, 36 characters.
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace whatsflow::sdk {

template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}

    const std::string& text() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    std::string text_;
};

using TenantId = Id<struct TenantTag>;
using UserId = Id<struct UserTag>;
using InvoiceId = Id<struct InvoiceTag>;
using SubscriptionId = Id<struct SubscriptionTag>;
using PaymentId = Id<struct PaymentTag>;

/// A new UUID version 7 from the system's clock and random source. [thread-safe]
/// Two ids made by one process are strictly increasing.
std::string make_uuid();

}  // namespace whatsflow::sdk
