/// \file
/// What other plugins contributed to a slot, drawn for one request: those pieces the person may
/// see, as finished HTML. A piece that fails is left out and logged; the page stands.
#pragma once

#include "panel.hpp"

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

namespace whatsflow::admin {

/// [{"key", "title", "width", "plugin", "piece_html"}], in order.
nlohmann::json pieces_of(Panel& panel, const sdk::Request& request, sdk::SlotId slot);

}  // namespace whatsflow::admin
