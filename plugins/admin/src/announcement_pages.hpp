/// \file
/// `/announcements`: written, changed and ended by staff.
#pragma once

#include "announcement_banner.hpp"
#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_announcement_pages(Panel& panel, AnnouncementBanner& banner);

}  // namespace whatsflow::admin
