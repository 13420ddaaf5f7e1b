/// \file
/// What of billing staff can switch off at once, as flags of the platform: see admin /flags.
#pragma once

#include "core/ids.hpp"

#include <whatsflow/sdk/host.hpp>

#include <string_view>

namespace whatsflow::billing {

inline constexpr std::string_view kCouponsFlag = "coupons";
inline constexpr std::string_view kReferralsFlag = "referrals";
inline constexpr std::string_view kProviderRenewalsFlag = "provider-renewals";

/// [in start() only]
sdk::Result<void> contribute_open_offers(sdk::Host& host);

/// [any thread] Open where nobody serves flags.
bool is_open(sdk::Host& host, std::string_view flag, const TenantId& tenant);

}  // namespace whatsflow::billing
