/// \file
/// The service `whatsflow.backups/1`: backups in one folder, made and verified on request.
#pragma once

#include "backup/backup.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <mutex>

namespace whatsflow::backup {

/// [thread-safe] One at a time; a second make() meanwhile is `backup.busy`.
class HostBackups final : public sdk::Backups {
public:
    HostBackups(InstallationParts parts, std::filesystem::path folder)
        : parts_(std::move(parts)), folder_(std::move(folder)) {}

    sdk::Result<nlohmann::json> list(const sdk::CallContext& context) override;
    sdk::Result<std::string> make(const sdk::CallContext& context) override;
    sdk::Result<nlohmann::json> verify(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<std::string> file_of(const std::string& name) override;

private:
    nlohmann::json row_of(const std::string& name) const;

    const InstallationParts parts_;
    const std::filesystem::path folder_;
    std::mutex working_;
};

}  // namespace whatsflow::backup
