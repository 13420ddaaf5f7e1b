/// \file
/// What is known about one request between its head and its log line.
///
/// Made in `on_head`, carried by the wire as the request's note, read by whoever answers.
#pragma once

#include "web/client_address.hpp"
#include "web/page_cache.hpp"
#include "web/router.hpp"
#include "web/target.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace whatsflow::web {

struct Exchange {
    std::string request_id;
    sdk::Site site = sdk::Site::landing;
    sdk::Method method = sdk::Method::get;
    Client client;
    std::string locale = "en";
    bool wants_json = false;  ///< errors go out as problem+json

    std::shared_ptr<const CachedPage> cached_page;  ///< set: everything below is empty
    Target target;
    std::shared_ptr<const Router> router;  ///< keeps `match` alive while routes are swapped
    RouteMatch match;
    bool is_asset = false;
    std::shared_ptr<const sdk::Identity> known;  ///< who is asking, where that was remembered

    [[nodiscard]] bool head_only() const noexcept { return method == sdk::Method::head; }
};

}  // namespace whatsflow::web
