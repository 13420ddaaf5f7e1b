/// \file
/// What was accepted and is not yet in the database: files that only grow.
///
///     spool->append(records);              // then the sender may be answered
///     auto piece = spool->read(cursor, 5'000);
///     … one transaction: the records, and piece.next as the new cursor …
///     spool->forget_before(piece.next);
///
/// A record that append() took survives the end of the program, however it ends; with
/// `Durability::power` also the end of the machine, for the price of waiting for the disk, which
/// those who wait share. A database that is slow or away fills the spool up to its bound; then the
/// oldest file goes, and what was in it is counted.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace whatsflow::analytics {

enum class Durability { crash, power };

class Spool {
public:
    struct Options {
        std::filesystem::path folder;
        std::uint64_t most_bytes = 512ull * 1024 * 1024;
        std::uint64_t file_bytes = 8ull * 1024 * 1024;
        Durability durability = Durability::crash;
    };

    /// A place between two records.
    struct Cursor {
        std::int64_t file = 0;
        std::int64_t offset = 0;
        auto operator<=>(const Cursor&) const = default;
    };

    struct Piece {
        std::vector<std::string> records;
        Cursor next;
    };

    struct Counts {
        std::uint64_t waiting_bytes = 0;
        std::uint64_t lost_records = 0;  ///< pushed out by the bound, since the start
        std::uint64_t damaged_files = 0;
    };

    explicit Spool(Options options) : options_(std::move(options)) {}
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;
    ~Spool();

    /// Finds what an earlier run left and begins a new file. Before anything else, once.
    sdk::Result<void> open();
    /// [any thread] All of them or none. Error `analytics.spool_failed`: the disk is full or broken.
    sdk::Result<void> append(const std::vector<std::string>& records);
    /// [any thread] What follows the cursor, at most so many records, and so many bytes but for the first.
    sdk::Result<Piece> read(Cursor after, std::size_t most_records, std::size_t most_bytes = 16 * 1024 * 1024);
    /// Removes files that lie wholly before the cursor.
    void forget_before(Cursor cursor);
    Counts counts() const;
    /// Where the next record will lie.
    Cursor end() const;
    /// How much lies behind a place.
    std::uint64_t bytes_after(const Cursor& cursor) const;

private:
    struct File {
        std::uint64_t bytes = 0;
        std::uint64_t records = 0;
    };
    std::filesystem::path path_of(std::int64_t number) const;
    sdk::Result<void> begin_file();
    void keep_bound();
    sdk::Result<void> wait_for_disk(std::unique_lock<std::mutex>& lock, std::uint64_t written);

    const Options options_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, File> files_;
    std::int64_t current_ = 0;
    int descriptor_ = -1;
    std::uint64_t written_ = 0;  ///< bytes ever appended by this run
    std::uint64_t synced_ = 0;
    bool syncing_ = false;
    std::condition_variable synced_more_;
    Counts counts_;
};

}  // namespace whatsflow::analytics
