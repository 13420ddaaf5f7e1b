/// \file
/// Feature flags: what opens to whom, asked in process, by OFREP and by Unleash's clients.
#pragma once

#include "board.hpp"
#include "change_notices.hpp"
#include "flag_listing.hpp"
#include "flag_service.hpp"
#include "pages/flag_office.hpp"
#include "schedules.hpp"

#include <whatsflow/sdk/plugin.hpp>

namespace whatsflow::flags {

class FlagsPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    std::optional<Store> store_;
    std::optional<ChangeNotices> notices_;
    std::optional<Board> board_;
    std::optional<Exposures> exposures_;
    std::optional<FlagService> service_;
    std::optional<BoardListing> listing_;
    std::optional<Schedules> schedules_;
    std::optional<ChangeRequests> requests_;
    std::optional<pages::FlagOffice> office_;
    sdk::Registration refreshing_;
    sdk::Registration declaring_;
    sdk::Registration telling_;
    sdk::Registration forgetting_;
};

}  // namespace whatsflow::flags
