#include <whatsflow/sdk/audit.hpp>

namespace whatsflow::sdk {

Actor actor_of(const Request& request) {
    Actor actor;
    actor.address = request.remote_address;
    if (!request.identity) {
        actor.kind = "visitor";
        return actor;
    }
    const auto& identity = *request.identity;
    switch (identity.kind) {
        case Identity::Kind::user: actor.kind = "user"; break;
        case Identity::Kind::staff: actor.kind = "staff"; break;
        case Identity::Kind::token: actor.kind = "token"; break;
    }
    actor.id = identity.subject;
    actor.label = identity.email.empty()  ? identity.name
                  : identity.name.empty() ? identity.email
                                          : identity.name + " <" + identity.email + ">";
    actor.impersonator = identity.impersonator;
    return actor;
}

}  // namespace whatsflow::sdk
