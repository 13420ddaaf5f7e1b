/// \file
/// Registers a group of the panel's routes; the first refusal is kept.
///
///     return RouteBook(host)
///         .get("/staff", permission::staff_read, "Everybody in the staff", show_list)
///         .post("/staff", permission::staff_manage, "Adds a member of staff", create)
///         .done();
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace whatsflow::admin {

class RouteBook {
public:
    explicit RouteBook(sdk::Host& host) : host_(host) {}

    RouteBook& get(std::string pattern, std::string_view permission, std::string summary, sdk::RouteHandler handler) {
        return add(sdk::get(sdk::Site::admin, std::move(pattern), sdk::Permission::named(std::string(permission)),
                            std::move(handler)),
                   std::move(summary));
    }
    RouteBook& post(std::string pattern, std::string_view permission, std::string summary, sdk::RouteHandler handler) {
        return add(sdk::post(sdk::Site::admin, std::move(pattern), sdk::Permission::named(std::string(permission)),
                             std::move(handler)),
                   std::move(summary));
    }
    /// A route with limits, site or permission of its own.
    RouteBook& add(sdk::Route route, std::string summary) {
        if (!refusal_) return *this;
        route.summary = std::move(summary);
        refusal_ = host_.route(std::move(route));
        return *this;
    }
    sdk::Result<void> done() const { return refusal_; }

private:
    sdk::Host& host_;
    sdk::Result<void> refusal_;
};

}  // namespace whatsflow::admin
