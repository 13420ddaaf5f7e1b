/// \file
/// What other plugins contributed to a slot, drawn for one request: those pieces the person may
/// see, as finished HTML. A piece that fails is left out and logged; the page stands.
#pragma once

#include "panel.hpp"

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

namespace whatsflow::admin {

/// [{"key", "title", "is_half", "is_full", "plugin", "piece_html"}], in order. With `subject` only those
/// that are about it.
nlohmann::json pieces_of(Panel& panel, const sdk::Request& request, sdk::SlotId slot, const std::string& subject = {});

}  // namespace whatsflow::admin
