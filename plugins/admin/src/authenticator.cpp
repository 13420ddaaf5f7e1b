#include "authenticator.hpp"

#include "staff.hpp"

#include <whatsflow/sdk/sessions.hpp>

namespace whatsflow::admin {

sdk::Result<std::optional<sdk::Identity>> StaffAuthenticator::identify(const sdk::Request& request) {
    const std::optional<sdk::Identity> nobody;
    const auto token = sdk::session_token_of(request);
    if (!token || !panel_.settings.allowed.allows(request.remote_address)) return nobody;
    const auto session = sdk::find_service<sdk::Sessions>(panel_.host)
                             .call(&sdk::Sessions::find, request.context, sdk::Site::admin, *token);
    if (!session) return session.error();
    if (!*session || (*session)->facts.contains(kStage)) return nobody;
    const auto member = find_staff(panel_.host.database(), request.context, (*session)->subject);
    if (!member) return member.error();
    if (!*member || (*member)->disabled) return nobody;

    sdk::Identity identity;
    identity.kind = sdk::Identity::Kind::staff;
    identity.subject = (*member)->id;
    identity.session = (*session)->id;
    identity.permissions = panel_.permissions.of((*member)->role);
    identity.name = (*member)->name;
    identity.email = (*member)->email;
    identity.role = (*member)->role;
    identity.time_zone = (*member)->time_zone;
    return std::optional(std::move(identity));
}

}  // namespace whatsflow::admin
