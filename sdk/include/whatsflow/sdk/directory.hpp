/// \file
/// Tenants and their people, as other plugins may know them. Provided by whoever owns the
/// accounts.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct TenantProfile {
    TenantId id;
    std::string name;
    std::string slug;
    std::string locale;     ///< `en`
    std::string time_zone;  ///< IANA: `Asia/Colombo`
    std::string country;    ///< ISO 3166-1 alpha-2
    std::string currency;   ///< ISO 4217
    std::string status;     ///< `active`, `suspended`, `closed`
    Instant created_at{};
};

struct MemberProfile {
    UserId id;
    std::string email;
    std::string name;
    std::string role;  ///< `owner`, `admin`, `agent`, `viewer`
    std::string locale;
    bool verified = false;
};

/// [pool- or job-thread]
class Directory : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.directory", 1};

    virtual Result<std::optional<TenantProfile>> tenant(const CallContext& context, const TenantId& id) = 0;
    /// Members with one of these roles; everybody when it is empty. At most 1,000.
    virtual Result<std::vector<MemberProfile>> members(const CallContext& context, const TenantId& id,
                                                       const std::vector<std::string>& roles) = 0;
    /// Tenants by id after `after`, at most `limit`: to walk over all of them.
    virtual Result<std::vector<TenantProfile>> tenants(const CallContext& context, const std::string& after,
                                                       int limit) = 0;

protected:
    ~Directory() override;
};

/// What a plugin knows of a person or a tenant: for the export that the law promises and for
/// erasure. Each plugin that keeps such rows provides one. Properties: {"plugin", its id}.
class PersonalData : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.personal_data", 1};

    struct ExportedFile {
        std::string name;  ///< `accounts/profile.json`
        std::string content;
    };

    virtual Result<std::vector<ExportedFile>> export_user(const CallContext& context, const UserId& user) = 0;
    virtual Result<std::vector<ExportedFile>> export_tenant(const CallContext& context, const TenantId& tenant) = 0;
    /// Removes what is personal; keeps, under a pseudonym, what the law wants kept. Running it
    /// twice does no harm. Returns how many rows it touched.
    virtual Result<int> erase_user(const CallContext& context, const UserId& user) = 0;
    virtual Result<int> erase_tenant(const CallContext& context, const TenantId& tenant) = 0;

protected:
    ~PersonalData() override;
};

}  // namespace whatsflow::sdk
