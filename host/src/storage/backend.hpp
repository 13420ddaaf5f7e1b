/// \file
/// Where files are kept. Names here are `<plugin>/<key>`, checked before they come.
#pragma once

#include <whatsflow/sdk/file_storage.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::storage {

inline constexpr std::size_t kLargestFile = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMostListed = 1000;

[[nodiscard]] inline sdk::Error no_such_file(const std::string& name) {
    return sdk::fail("files.not_found", "There is no file " + name + ".");
}

/// [thread-safe] Blocks. Errors as sdk::FileStorage has them.
class Backend {
public:
    virtual ~Backend() = default;

    virtual sdk::Result<void> put(const sdk::CallContext& context, const std::string& name, std::string_view content,
                                  const std::string& content_type) = 0;
    virtual sdk::Result<std::string> get(const sdk::CallContext& context, const std::string& name) = 0;
    virtual sdk::Result<sdk::StoredFile> describe(const sdk::CallContext& context, const std::string& name) = 0;
    virtual sdk::Result<void> remove(const sdk::CallContext& context, const std::string& name) = 0;
    /// In the order of names; at most kMostListed. The content type may be empty.
    virtual sdk::Result<std::vector<sdk::StoredFile>> list(const sdk::CallContext& context, const std::string& prefix,
                                                           const std::string& after) = 0;
};

}  // namespace whatsflow::storage
