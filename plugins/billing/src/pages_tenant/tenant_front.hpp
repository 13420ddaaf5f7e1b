/// \file
/// What every page of a tenant begins with: the desk, the person, the account as it stands.
///
/// A page is a function of a `TenantFront` that may fail; an error becomes the fitting answer in
/// one place (`tenant_routes.cpp`). The tenant is always the one of the session.
#pragma once

#include "desk.hpp"
#include "seller.hpp"
#include "tenant_words.hpp"

#include <whatsflow/sdk/host.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace whatsflow::billing {

/// Everything about billing but usage is for those who hold it.
inline constexpr const char* kManageBilling = "billing.manage";
inline constexpr const char* kReadUsage = "billing.usage.read";

struct TenantFront {
    sdk::Host& host;
    Desk& desk;
    const sdk::Request& request;
    const Seller& seller;
    TenantWords words{host, request};

    const TenantId& tenant() const { return request.identity->tenant; }
    By by() const { return {sdk::actor_of(request), {}}; }
    bool impersonated() const { return !request.identity->impersonator.empty(); }
};

/// The account with what pages need beside it.
struct Standing {
    std::shared_ptr<const Catalogue> catalogue;
    Account account;
    sdk::Instant now{};
    LocalDate today;
};
sdk::Result<Standing> standing_of(const TenantFront& front);

sdk::Error nothing_there();

/// A fresh page of a form: a key that makes sending it twice one change, and the account's version
/// that refuses it when another tab was faster. Names `key` and `version`.
nlohmann::json guard_fields(const Account& account);
/// The same, read back. Broken ones are `billing.bad_form`.
sdk::Result<Request> guarded(const TenantFront& front, const sdk::Fields& form, Command command,
                             std::string fingerprint);

/// Ready to take a payment: [{value, label, selected}] for a choice, and what the person chose.
std::vector<ProviderRow> ready_providers(const std::vector<ProviderRow>& providers);
nlohmann::json provider_choices(const std::vector<ProviderRow>& providers, const std::string& chosen);
/// Ways to pay besides the first one, which is the saved method or the only provider: a provider's
/// page each, [{value, label}].
nlohmann::json other_ways(const TenantFront& front);
PayWith pay_with(const TenantFront& front, std::string provider, std::string_view back_path = "/billing");

/// Leads to the provider's page: by address, or by a form the browser posts.
sdk::Response lead_to(const TenantFront& front, const Checkout& checkout, const std::string& provider_name);

/// Without spaces at the ends; empty when it is longer than `most` or has control characters.
std::string tidy_code(std::string_view text, std::size_t most = 64);

nlohmann::json header_of(std::string heading, std::string lead = {}, nlohmann::json crumbs = nlohmann::json::array());
nlohmann::json status_of(const TenantWords& words, std::string_view group, std::string_view state);
bool is_owed(const Invoice& invoice);

}  // namespace whatsflow::billing
