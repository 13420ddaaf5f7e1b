/// \file
/// The admin panel: staff and their sign-in, and the pages that run the platform.
#pragma once

#include "announcement_banner.hpp"
#include "authenticator.hpp"
#include "demonstration.hpp"
#include "panel.hpp"
#include "saved_views.hpp"
#include "staff_notifier.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <optional>

namespace whatsflow::admin {

class AdminPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    std::optional<Panel> panel_;
    std::optional<StaffAuthenticator> authenticator_;
    std::optional<StaffNotifier> notifier_;
    std::optional<AnnouncementBanner> banner_;
    std::optional<Demonstration> demonstration_;
    std::optional<ViewsOfLists> views_;
};

}  // namespace whatsflow::admin
