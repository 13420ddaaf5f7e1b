/// \file
/// Replies for styles, scripts, fonts and pictures, from memory, in the encoding the client
/// likes best, or 304 when it has them already.
#pragma once

#include "http/application.hpp"
#include "views/asset_source.hpp"

#include <whatsflow/sdk/http.hpp>

#include <optional>
#include <string_view>

namespace whatsflow::web {

inline constexpr std::string_view kAssetPrefix = "/assets/";

[[nodiscard]] http::WireReply asset_reply(const views::Asset& asset, const sdk::Headers& request, bool head_only,
                                          bool secure);

}  // namespace whatsflow::web
