/// \file
/// Files of a plugin, in a local folder or in an S3-compatible store.
///
///     host.files().put(context, "exports/" + id + ".csv", content, "text/csv");
///
/// Each plugin sees its own keys only.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

struct StoredFile {
    std::string key;
    std::uint64_t bytes = 0;
    std::string content_type;
    Instant changed_at{};
};

/// [pool- or job-thread] Blocks. Keys are up to 200 characters of a-z A-Z 0-9 . _ - and `/`,
/// without `..`. Errors: `files.bad_key`, `files.not_found`, `files.too_large` (over 64 MiB),
/// `files.unavailable`.
class FileStorage {
public:
    virtual Result<void> put(const CallContext& context, std::string_view key, std::string_view content,
                             std::string_view content_type) = 0;
    virtual Result<std::string> get(const CallContext& context, std::string_view key) = 0;
    virtual Result<StoredFile> describe(const CallContext& context, std::string_view key) = 0;
    /// Ok, too, when it was not there.
    virtual Result<void> remove(const CallContext& context, std::string_view key) = 0;
    /// Keys that begin with `prefix`, in order, after `after`; at most 1,000.
    virtual Result<std::vector<StoredFile>> list(const CallContext& context, std::string_view prefix,
                                                 std::string_view after = {}) = 0;

protected:
    virtual ~FileStorage();
};

}  // namespace whatsflow::sdk
