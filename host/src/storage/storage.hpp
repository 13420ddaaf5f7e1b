/// \file
/// The files of all plugins: opens the place and hands each plugin its part of it.
///
///     auto storage = Storage::open({.folder = data / "files"}, https, clock);
///     host_of("shop").files = storage->for_plugin("shop");
#pragma once

#include "storage/backend.hpp"
#include "storage/s3_backend.hpp"

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/time.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace whatsflow::storage {

struct StorageSettings {
    std::filesystem::path folder;  ///< used without `s3`
    std::optional<S3Settings> s3{};
};

class Storage {
public:
    /// Error `files.bad_settings`. Nothing is connected or written yet.
    static sdk::Result<std::unique_ptr<Storage>> open(const StorageSettings& settings, sdk::HttpsClient& https,
                                                      const sdk::Clock& clock);

    std::shared_ptr<sdk::FileStorage> for_plugin(const std::string& plugin) const;
    /// Everything, for backups.
    Backend& all() const { return *backend_; }

private:
    explicit Storage(std::shared_ptr<Backend> backend) : backend_(std::move(backend)) {}
    std::shared_ptr<Backend> backend_;
};

/// 1 to 200 characters of a-z A-Z 0-9 . _ - and `/`, no empty part, none of dots alone, no `..`.
bool is_key(std::string_view text);

}  // namespace whatsflow::storage
