#include "spool.hpp"

#include "core/checksum.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace whatsflow::analytics {
namespace {

constexpr std::size_t kHead = 8;  // length and checksum, four bytes each
constexpr const char* kEnding = ".spool";

sdk::Error failed(const std::string& what) {
    return sdk::fail("analytics.spool_failed", what + ": " + std::strerror(errno));
}

void put(std::string& out, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xff);
}

std::uint32_t number_at(const std::string& text, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])) << (8 * i);
    return number;
}

/// Records that lie whole at the beginning of `bytes`; the rest of a torn one stays.
struct Parsed {
    std::vector<std::string> records;
    std::size_t used = 0;
    bool damaged = false;
};

Parsed parse(const std::string& bytes, std::size_t most_records, std::size_t most_bytes) {
    Parsed parsed;
    std::size_t taken = 0;
    while (parsed.records.size() < most_records && bytes.size() - parsed.used >= kHead) {
        const std::size_t length = number_at(bytes, parsed.used);
        if (length > bytes.size() - parsed.used - kHead) break;
        if (!parsed.records.empty() && taken + length > most_bytes) break;
        auto record = bytes.substr(parsed.used + kHead, length);
        if (checksum(record) != number_at(bytes, parsed.used + 4)) {
            parsed.damaged = true;
            break;
        }
        taken += length;
        parsed.records.push_back(std::move(record));
        parsed.used += kHead + length;
    }
    return parsed;
}

class OpenFile {
public:
    explicit OpenFile(const std::filesystem::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    bool good() const { return descriptor_ >= 0; }

    sdk::Result<std::string> read(std::int64_t offset, std::size_t most) const {
        std::string bytes(most, '\0');
        std::size_t got = 0;
        while (got < most) {
            const auto count =
                ::pread(descriptor_, bytes.data() + got, most - got, offset + static_cast<std::int64_t>(got));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return failed("The spool cannot be read");
            if (count == 0) break;
            got += static_cast<std::size_t>(count);
        }
        bytes.resize(got);
        return bytes;
    }

private:
    int descriptor_;
};

}  // namespace

Spool::~Spool() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::filesystem::path Spool::path_of(std::int64_t number) const {
    auto name = std::to_string(number);
    return options_.folder / (std::string(12 - std::min<std::size_t>(12, name.size()), '0') + name + kEnding);
}

sdk::Result<void> Spool::open() {
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    if (error) return sdk::fail("analytics.spool_failed", "The spool's folder cannot be made: " + error.message());
    for (const auto& entry : std::filesystem::directory_iterator(options_.folder, error)) {
        if (entry.path().extension() != kEnding) continue;
        const auto number = std::strtoll(entry.path().stem().c_str(), nullptr, 10);
        if (number > 0) files_[number].bytes = entry.file_size(error);
    }
    current_ = files_.empty() ? 0 : files_.rbegin()->first;
    return begin_file();
}

sdk::Result<void> Spool::begin_file() {
    if (descriptor_ >= 0) {
        // Who waits for the disk waits for all of it, the old file's end included.
        if (options_.durability == Durability::power) ::fdatasync(descriptor_);
        ::close(descriptor_);
    }
    ++current_;
    descriptor_ = ::open(path_of(current_).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return failed("The spool's file cannot be made");
    files_[current_] = {};
    return sdk::ok();
}

void Spool::keep_bound() {
    std::uint64_t all = 0;
    for (const auto& [number, file] : files_) all += file.bytes;
    while (all > options_.most_bytes && files_.size() > 1) {
        const auto oldest = files_.begin();
        all -= oldest->second.bytes;
        counts_.lost_records += oldest->second.records;
        std::error_code error;
        std::filesystem::remove(path_of(oldest->first), error);
        files_.erase(oldest);
    }
}

sdk::Result<void> Spool::append(const std::vector<std::string>& records) {
    std::string bytes;
    for (const auto& record : records) {
        put(bytes, static_cast<std::uint32_t>(record.size()));
        put(bytes, checksum(record));
        bytes += record;
    }
    std::unique_lock lock(mutex_);
    if (descriptor_ < 0) return sdk::fail("analytics.spool_failed", "The spool is not open.");
    if (files_[current_].bytes >= options_.file_bytes) {
        while (syncing_) synced_more_.wait(lock);
        if (auto begun = begin_file(); !begun) return begun;
    }
    auto& file = files_[current_];
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const auto error = failed("The spool cannot be written");
            // Half of it must not stay before the next.
            if (::ftruncate(descriptor_, static_cast<off_t>(file.bytes)) != 0) (void)begin_file();
            return error;
        }
        done += static_cast<std::size_t>(count);
    }
    file.bytes += bytes.size();
    file.records += records.size();
    written_ += bytes.size();
    const auto mine = written_;
    keep_bound();
    return options_.durability == Durability::power ? wait_for_disk(lock, mine) : sdk::ok();
}

/// The first who waits asks the disk, for everybody who has come until then.
sdk::Result<void> Spool::wait_for_disk(std::unique_lock<std::mutex>& lock, std::uint64_t written) {
    while (synced_ < written) {
        if (syncing_) {
            synced_more_.wait(lock);
            continue;
        }
        syncing_ = true;
        const auto until = written_;
        const int descriptor = descriptor_;
        lock.unlock();
        const bool good = ::fdatasync(descriptor) == 0;
        lock.lock();
        syncing_ = false;
        if (good) synced_ = until;
        synced_more_.notify_all();
        if (!good) return failed("The disk did not take the spool");
    }
    return sdk::ok();
}

sdk::Result<Spool::Piece> Spool::read(Cursor after, std::size_t most_records, std::size_t most_bytes) {
    Piece piece{{}, after};
    while (true) {
        std::uint64_t end = 0;
        bool is_current = false;
        {
            const std::lock_guard lock(mutex_);
            const auto found = files_.lower_bound(piece.next.file);
            if (found == files_.end()) return piece;
            if (found->first != piece.next.file) piece.next = {found->first, 0};
            end = found->second.bytes;
            is_current = found->first == current_;
        }
        const auto offset = static_cast<std::uint64_t>(piece.next.offset);
        bool damaged = false;
        if (offset < end) {
            const OpenFile file(path_of(piece.next.file));
            if (file.good()) {
                // One record may be larger than the usual piece.
                for (auto want = std::min<std::uint64_t>(end - offset, most_bytes + kHead); piece.records.empty();
                     want = end - offset) {
                    const auto bytes = file.read(piece.next.offset, want);
                    if (!bytes) return bytes.error();
                    auto parsed = parse(*bytes, most_records, most_bytes);
                    damaged = parsed.damaged;
                    piece.records = std::move(parsed.records);
                    piece.next.offset += static_cast<std::int64_t>(parsed.used);
                    if (damaged || want == end - offset) break;
                }
            }
        }
        if (!piece.records.empty() || is_current) return piece;
        // The end of an older file, or a record that the end of the program tore: nobody was told
        // that it was accepted.
        if (damaged) {
            const std::lock_guard lock(mutex_);
            ++counts_.damaged_files;
        }
        piece.next = {piece.next.file + 1, 0};
    }
}

void Spool::forget_before(Cursor cursor) {
    const std::lock_guard lock(mutex_);
    while (!files_.empty() && files_.begin()->first < cursor.file && files_.begin()->first != current_) {
        std::error_code error;
        std::filesystem::remove(path_of(files_.begin()->first), error);
        files_.erase(files_.begin());
    }
    // A file that is read to its end and large enough makes room at once.
    const auto found = files_.find(cursor.file);
    if (found != files_.end() && cursor.file != current_ &&
        static_cast<std::uint64_t>(cursor.offset) >= found->second.bytes) {
        std::error_code error;
        std::filesystem::remove(path_of(cursor.file), error);
        files_.erase(found);
    }
}

Spool::Cursor Spool::end() const {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(current_);
    return {current_, found == files_.end() ? 0 : static_cast<std::int64_t>(found->second.bytes)};
}

std::uint64_t Spool::bytes_after(const Cursor& cursor) const {
    const std::lock_guard lock(mutex_);
    std::uint64_t bytes = 0;
    for (auto file = files_.lower_bound(cursor.file); file != files_.end(); ++file) {
        const auto read = file->first == cursor.file ? static_cast<std::uint64_t>(cursor.offset) : 0;
        bytes += file->second.bytes - std::min(file->second.bytes, read);
    }
    return bytes;
}

Spool::Counts Spool::counts() const {
    const std::lock_guard lock(mutex_);
    auto counts = counts_;
    for (const auto& [number, file] : files_) counts.waiting_bytes += file.bytes;
    return counts;
}

}  // namespace whatsflow::analytics
