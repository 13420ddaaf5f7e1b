/// \file
/// What happened to tenants and their people, for whoever needs to know. Each is recorded in
/// the transaction of the change. Others read them as JSON, by the field names given here.
#pragma once

#include <whatsflow/sdk/event.hpp>

namespace whatsflow::accounts {

/// Somebody signed up, or staff made a tenant. `plan`, `interval` and `campaign` (the utm
/// parameters, and `ref`: the code of who recommended us) are what the sign-up page was called with; empty when nothing was.
struct TenantCreated {
    static constexpr sdk::EventType kType{"accounts.tenant_created", 1};
    sdk::TenantId tenant;
    sdk::UserId owner;
    std::string name;
    std::string email;
    std::string locale;
    std::string time_zone;
    std::string country;
    std::string currency;
    std::string plan;
    std::string interval;
    nlohmann::json campaign = nlohmann::json::object();
    static constexpr auto fields() {
        return std::make_tuple(
            sdk::field("tenant", &TenantCreated::tenant), sdk::field("owner", &TenantCreated::owner),
            sdk::field("name", &TenantCreated::name), sdk::field("email", &TenantCreated::email),
            sdk::field("locale", &TenantCreated::locale), sdk::field("time_zone", &TenantCreated::time_zone),
            sdk::field("country", &TenantCreated::country), sdk::field("currency", &TenantCreated::currency),
            sdk::field("plan", &TenantCreated::plan), sdk::field("interval", &TenantCreated::interval),
            sdk::field("campaign", &TenantCreated::campaign));
    }
};

/// Somebody proved to own their e-mail address.
struct UserVerified {
    static constexpr sdk::EventType kType{"accounts.user_verified", 1};
    sdk::UserId user;
    sdk::TenantId tenant;
    std::string email;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("user", &UserVerified::user), sdk::field("tenant", &UserVerified::tenant),
                               sdk::field("email", &UserVerified::email));
    }
};

/// Somebody was invited to a tenant, by address.
struct MemberInvited {
    static constexpr sdk::EventType kType{"accounts.member_invited", 1};
    sdk::TenantId tenant;
    std::string invitation;
    std::string email;
    std::string role;
    std::string invited_by;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &MemberInvited::tenant),
                               sdk::field("invitation", &MemberInvited::invitation),
                               sdk::field("email", &MemberInvited::email), sdk::field("role", &MemberInvited::role),
                               sdk::field("invited_by", &MemberInvited::invited_by));
    }
};

/// Somebody became a member of a tenant.
struct MemberJoined {
    static constexpr sdk::EventType kType{"accounts.member_joined", 1};
    sdk::TenantId tenant;
    sdk::UserId user;
    std::string role;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &MemberJoined::tenant), sdk::field("user", &MemberJoined::user),
                               sdk::field("role", &MemberJoined::role));
    }
};

/// Staff wrote something down about a user or a tenant (`kind`); what it says stays where it is.
struct NoteAdded {
    static constexpr sdk::EventType kType{"accounts.note_added", 1};
    std::string kind;
    std::string subject;  ///< id of the user or tenant
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("kind", &NoteAdded::kind), sdk::field("subject", &NoteAdded::subject));
    }
};

struct MemberRoleChanged {
    static constexpr sdk::EventType kType{"accounts.member_role_changed", 1};
    sdk::TenantId tenant;
    sdk::UserId user;
    std::string before;
    std::string after;
    static constexpr auto fields() {
        return std::make_tuple(
            sdk::field("tenant", &MemberRoleChanged::tenant), sdk::field("user", &MemberRoleChanged::user),
            sdk::field("before", &MemberRoleChanged::before), sdk::field("after", &MemberRoleChanged::after));
    }
};

/// Somebody was removed from a tenant, or left.
struct MemberRemoved {
    static constexpr sdk::EventType kType{"accounts.member_removed", 1};
    sdk::TenantId tenant;
    sdk::UserId user;
    std::string role;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &MemberRemoved::tenant), sdk::field("user", &MemberRemoved::user),
                               sdk::field("role", &MemberRemoved::role));
    }
};

struct TenantSuspended {
    static constexpr sdk::EventType kType{"accounts.tenant_suspended", 1};
    sdk::TenantId tenant;
    std::string reason;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &TenantSuspended::tenant),
                               sdk::field("reason", &TenantSuspended::reason));
    }
};

struct TenantUnsuspended {
    static constexpr sdk::EventType kType{"accounts.tenant_unsuspended", 1};
    sdk::TenantId tenant;
    static constexpr auto fields() { return std::make_tuple(sdk::field("tenant", &TenantUnsuspended::tenant)); }
};

/// The owner closed the tenant. Its data is erased at `erase_at` unless they change their mind.
struct TenantClosed {
    static constexpr sdk::EventType kType{"accounts.tenant_closed", 1};
    sdk::TenantId tenant;
    sdk::Instant erase_at{};
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &TenantClosed::tenant),
                               sdk::field("erase_at", &TenantClosed::erase_at));
    }
};

}  // namespace whatsflow::accounts
