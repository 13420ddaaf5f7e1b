/// \file
/// What other plugins contributed to a slot of the app, for one request and one person.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <vector>

namespace whatsflow::app {

/// Sections of the page /usage and of the page /developers, declared in README.md.
inline constexpr sdk::SlotId kUsageSection{"whatsflow.slot.usage_section", 1};
inline constexpr sdk::SlotId kDeveloperSection{"whatsflow.slot.developer_section", 1};

/// One piece that had something to say. `html` is finished.
struct Piece {
    std::string key;
    std::string title;
    std::string width;
    std::string html;
};

/// Those this person may see, drawn. A piece that fails is left out and logged: the page stands.
std::vector<Piece> drawn_pieces(sdk::Host& host, const sdk::Request& request, sdk::SlotId slot);
nlohmann::json model_of(const std::vector<Piece>& pieces);

/// A contribution and the model it answered with, for slots whose views are never drawn.
struct Answered {
    sdk::Contribution contribution;
    nlohmann::json model;
};
std::vector<Answered> answered_models(sdk::Host& host, const sdk::Request& request, sdk::SlotId slot);

bool may_see(const sdk::Request& request, const std::string& permission);

}  // namespace whatsflow::app
