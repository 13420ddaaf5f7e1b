/// \file
/// Files in a folder: `<folder>/<plugin>/<key>`, where `/` of the key is written `%` and a dot at
/// its start `~`, neither of which a key can hold.
#pragma once

#include "storage/backend.hpp"

#include <filesystem>

namespace whatsflow::storage {

class LocalBackend final : public Backend {
public:
    explicit LocalBackend(std::filesystem::path folder) : folder_(std::move(folder)) {}

    sdk::Result<void> put(const sdk::CallContext& context, const std::string& name, std::string_view content,
                          const std::string& content_type) override;
    sdk::Result<std::string> get(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<sdk::StoredFile> describe(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<void> remove(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<std::vector<sdk::StoredFile>> list(const sdk::CallContext& context, const std::string& prefix,
                                                   const std::string& after) override;

private:
    const std::filesystem::path folder_;
};

}  // namespace whatsflow::storage
