/// \file
/// Registers pages whose handlers may fail: an error becomes the fitting answer in one place.
///
///     return Routes(office, Site::app)
///         .get("/team", "team.read", "The team", &show_team)
///         .post("/team/invite", "team.manage", "Invites somebody", &invite)
///         .done();
#pragma once

#include "office.hpp"

#include <functional>
#include <string>

namespace whatsflow::accounts {

using Page = std::function<sdk::Result<sdk::Response>(Office&, const sdk::Request&)>;

class Routes {
public:
    Routes(Office& office, sdk::Site site) : office_(office), site_(site) {}

    Routes& get(std::string path, std::string permission, std::string summary, Page page);
    Routes& post(std::string path, std::string permission, std::string summary, Page page);
    /// A form that lets somebody in, or could be used to guess or to flood.
    Routes& sign_in_post(std::string path, std::string permission, std::string summary, Page page);
    sdk::Result<void> done() const { return result_; }

private:
    Routes& add(sdk::Route route, std::string summary);
    sdk::RouteHandler handler(Page page);

    Office& office_;
    sdk::Site site_;
    sdk::Result<void> result_;
};

/// The same answer for what does not exist, is another's, or may not be seen.
sdk::Error nothing_there();

/// `/path?x` of this site and nothing else, else `fallback`.
std::string own_path(std::string_view wanted, std::string fallback);

}  // namespace whatsflow::accounts
