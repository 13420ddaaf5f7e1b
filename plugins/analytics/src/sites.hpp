/// \file
/// Which site an event belongs to: that of the token it came with, or one of the platform's own.
///
/// A token with the scope `analytics:capture` is a site. Its secret is PostHog's `api_key`, its id
/// Umami's `website`. What a token is, is remembered for a second, so a revoked one captures for that
/// second longer.
#pragma once

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/program_tokens.hpp>

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace whatsflow::analytics {

inline constexpr const char* kCapture = "analytics:capture";
inline constexpr const char* kRead = "analytics:read";

/// Sites that exist from the beginning.
namespace own_site {
inline constexpr std::int64_t kLanding = 1;
inline constexpr std::int64_t kApp = 2;
inline constexpr std::int64_t kServer = 3;
}  // namespace own_site

struct Site {
    std::int64_t number = 0;
    sdk::ProgramToken token;

    bool may_capture() const { return token.permissions.contains(kCapture); }
};

struct ListedSite {
    std::int64_t number = 0;
    std::string id;
    std::string tenant;
    std::string name;
};

class Sites {
public:
    explicit Sites(sdk::Host& host) : host_(host) {}

    /// Nothing for a token that does not hold. [pool-thread]
    sdk::Result<std::optional<Site>> of_secret(const sdk::CallContext& context, const std::string& secret);
    sdk::Result<std::optional<Site>> of_id(const sdk::CallContext& context, const std::string& id);
    /// The site that counts the people of one tenant in the app. Its id is the tenant's.
    sdk::Result<std::int64_t> of_tenant_itself(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                               const std::string& name);
    /// Those of tokens of the context's tenant, or of the platform's tokens when it has none.
    sdk::Result<std::vector<ListedSite>> of_tenant(const sdk::CallContext& context) const;
    /// The same, and for the platform also one of its own sites, when it is asked for by name.
    sdk::Result<std::vector<ListedSite>> of_reader(const sdk::CallContext& context, const std::string& name) const;
    sdk::Result<std::vector<ListedSite>> all(const sdk::CallContext& context) const;

private:
    struct Remembered {
        Site site;
        std::chrono::steady_clock::time_point until;
    };
    using Lookup = std::function<sdk::Result<std::optional<sdk::ProgramToken>>()>;

    sdk::Result<std::optional<Site>> found(const sdk::CallContext& context, const std::string& key,
                                           const Lookup& look_up);
    sdk::Result<std::int64_t> number_of(const sdk::CallContext& context, const sdk::ProgramToken& token);

    sdk::Host& host_;
    std::mutex mutex_;
    std::unordered_map<std::string, Remembered> remembered_;
};

}  // namespace whatsflow::analytics
