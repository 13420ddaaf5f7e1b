/// \file
/// One file with named entries: a tar, compressed with zstd. Whoever writes knows the checksum of
/// each entry afterwards; whoever reads gets them one by one, in order.
///
///     auto writer = ArchiveWriter::create(path);
///     (*writer)->add("database/schema.json", bytes);
///     (*writer)->finish();             // only now the file has its name
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::backup {

/// Error `backup.damaged`.
[[nodiscard]] sdk::Error damaged(const std::string& why);

struct EntryRecord {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;        ///< 64 hexadecimal digits
    std::string content_type;  ///< of a plugin's file
};

class ArchiveWriter {
public:
    /// Writes beside `file` until finish(). Error `backup.unwritable`.
    static sdk::Result<std::unique_ptr<ArchiveWriter>> create(const std::filesystem::path& file);
    /// Without finish() what was written is removed.
    ~ArchiveWriter();

    sdk::Result<void> add(const std::string& name, std::string_view content, const std::string& content_type = {});
    /// Without having it in memory.
    sdk::Result<void> add_file(const std::string& name, const std::filesystem::path& content);
    sdk::Result<void> finish();

    const std::vector<EntryRecord>& entries() const { return entries_; }

private:
    struct Handle;
    ArchiveWriter(std::unique_ptr<Handle> handle, std::filesystem::path file, std::filesystem::path draft);
    sdk::Result<void> begin(const std::string& name, std::uint64_t bytes);
    sdk::Result<void> write(std::string_view bytes);
    sdk::Error unwritable() const;

    std::unique_ptr<Handle> handle_;
    const std::filesystem::path file_;
    const std::filesystem::path draft_;
    std::vector<EntryRecord> entries_;
};

/// One entry while it is read.
class EntryReader {
public:
    virtual ~EntryReader() = default;
    virtual const std::string& name() const = 0;
    virtual std::uint64_t bytes() const = 0;
    /// The next piece; empty at the end. Error `backup.damaged`.
    virtual sdk::Result<std::string> next() = 0;
    /// What is left, at most `limit` bytes; more is `backup.damaged`.
    sdk::Result<std::string> all(std::size_t limit);
};

/// Calls `use` for each entry; what it leaves unread is skipped. Errors: `backup.unreadable`,
/// `backup.damaged`, and those of `use`, which end the reading.
sdk::Result<void> read_archive(const std::filesystem::path& file,
                               const std::function<sdk::Result<void>(EntryReader&)>& use);

}  // namespace whatsflow::backup
