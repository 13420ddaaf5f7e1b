/// \file
/// Which permissions a role of a tenant has: what the plugins defined, by role.
#pragma once

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/slots.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::accounts {

/// A scope that a token may have.
struct Scope {
    std::string name;
    std::string title;
};

/// [thread-safe] Looks at the definitions again when what it knows is older than a second,
/// so that a plugin that comes or goes is noticed without a restart.
class RoleBook {
public:
    explicit RoleBook(sdk::Host& host) : host_(host) {}

    /// Of a person in the app. An empty role belongs to no tenant: what is personal only.
    std::set<std::string> permissions(const std::string& role, bool suspended) const;
    /// Of a token: its scopes, and what a definition for the api site gives to any of them. A
    /// definition that names scopes as its roles is no scope itself.
    std::set<std::string> permissions_of_scopes(const std::vector<std::string>& scopes) const;
    std::vector<Scope> scopes() const;

private:
    struct Known {
        std::chrono::steady_clock::time_point read_at;
        std::map<std::pair<std::string, bool>, std::set<std::string>> by_role;
        std::map<std::string, std::set<std::string>> by_scope;
        std::vector<Scope> scopes;
    };
    std::shared_ptr<const Known> known() const;
    Known read() const;

    sdk::Host& host_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Known> known_;
};

/// What staff who act as somebody may not do: `account.security.*`, `billing.methods.*`, and
/// whatever lets people or programs in for longer than they act: the team, tokens, webhooks.
bool is_kept_from_impersonators(const std::string& permission);

/// Defines the permissions of this plugin's own pages, in the app and in the admin panel.
sdk::Result<void> define_permissions(sdk::Host& host);

inline constexpr const char* kRoles[] = {"owner", "admin", "agent", "viewer"};
bool is_role(std::string_view text);

}  // namespace whatsflow::accounts
