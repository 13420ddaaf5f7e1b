/// \file
/// Flags of WhatsFlow's own plugins: whoever asks for one says so in a slot, and staff find it
/// listed in /flags, as it is without them.
///
///     sdk::Contribution flag;
///     flag.slot = "whatsflow.slot.platform_flag/1";
///     flag.site = sdk::Site::admin;
///     flag.key = "announcements";
///     flag.data = {{"description", "Announcements in the app"}, {"type", "kill-switch"}, {"enabled", true}};
///     host.contribute(std::move(flag));
///     … flag_value(find_service<FeatureFlags>(host), "announcements", true, {.targeting_key = tenant})
#pragma once

#include "board.hpp"

namespace whatsflow::flags {

inline constexpr sdk::SlotId kPlatformFlag{"whatsflow.slot.platform_flag", 1};

/// [background thread] Adds those that are not there yet to the project `platform` in production.
sdk::Result<void> add_platform_flags(sdk::Host& host, Store& store, const Board& board);

/// The flags that this plugin itself asks for: `maintenance-notice`, a banner in the app, and
/// `maintenance-mode`, which closes it.
sdk::Result<void> contribute_own_flags(sdk::Host& host);

}  // namespace whatsflow::flags
