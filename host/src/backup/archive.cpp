#include "backup/archive.hpp"

#include "security/sha256_stream.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace whatsflow::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{256} * 1024;

std::string words_of(archive* handle) {
    const char* words = archive_error_string(handle);
    return words == nullptr ? "it ends too early" : words;
}

class LibarchiveEntry final : public EntryReader {
public:
    LibarchiveEntry(archive* handle, archive_entry* entry)
        : handle_(handle),
          name_(archive_entry_pathname(entry)),
          bytes_(static_cast<std::uint64_t>(archive_entry_size(entry))) {}

    const std::string& name() const override { return name_; }
    std::uint64_t bytes() const override { return bytes_; }
    sdk::Result<std::string> next() override {
        std::string piece(kPiece, '\0');
        const auto size = archive_read_data(handle_, piece.data(), piece.size());
        if (size < 0) return damaged(name_ + ": " + words_of(handle_));
        piece.resize(static_cast<std::size_t>(size));
        return piece;
    }

private:
    archive* handle_;
    std::string name_;
    std::uint64_t bytes_;
};

}  // namespace

sdk::Error damaged(const std::string& why) {
    return sdk::fail("backup.damaged", "The backup is damaged: " + why + ".");
}

struct ArchiveWriter::Handle {
    archive* tar = archive_write_new();
    int file = -1;
    ~Handle() {
        archive_write_free(tar);
        if (file >= 0) ::close(file);
    }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<Handle> handle, fs::path file, fs::path draft)
    : handle_(std::move(handle)), file_(std::move(file)), draft_(std::move(draft)) {}

ArchiveWriter::~ArchiveWriter() {
    if (!handle_) return;
    handle_.reset();
    std::error_code gone;
    fs::remove(draft_, gone);
}

sdk::Error ArchiveWriter::unwritable() const {
    return sdk::fail("backup.unwritable",
                     "The backup " + file_.string() + " cannot be written: " + words_of(handle_->tar) + ".");
}

sdk::Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const fs::path& file) {
    if (fs::exists(file))
        return sdk::fail("backup.unwritable", file.string() + " exists already. Choose another name.");
    auto draft = file;
    draft += ".unfinished";
    auto handle = std::make_unique<Handle>();
    // Everything of every customer is in it: nobody else may read it.
    handle->file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    std::unique_ptr<ArchiveWriter> writer(new ArchiveWriter(std::move(handle), file, draft));
    auto* tar = writer->handle_->tar;
    if (writer->handle_->file < 0)
        return sdk::fail("backup.unwritable", "The backup " + file.string() + " cannot be made there.");
    if (archive_write_set_format_pax_restricted(tar) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(tar) != ARCHIVE_OK ||
        archive_write_open_fd(tar, writer->handle_->file) != ARCHIVE_OK)
        return writer->unwritable();
    return writer;
}

sdk::Result<void> ArchiveWriter::begin(const std::string& name, std::uint64_t bytes) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    const int result = archive_write_header(handle_->tar, entry);
    archive_entry_free(entry);
    if (result != ARCHIVE_OK) return unwritable();
    return sdk::ok();
}

sdk::Result<void> ArchiveWriter::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = archive_write_data(handle_->tar, bytes.data(), bytes.size());
        if (written <= 0) return unwritable();
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return sdk::ok();
}

sdk::Result<void> ArchiveWriter::add(const std::string& name, std::string_view content,
                                     const std::string& content_type) {
    if (auto begun = begin(name, content.size()); !begun) return begun;
    if (auto written = write(content); !written) return written;
    security::Sha256Stream sum;
    sum.add(content);
    entries_.push_back({name, content.size(), sum.hex(), content_type});
    return sdk::ok();
}

sdk::Result<void> ArchiveWriter::add_file(const std::string& name, const fs::path& content) {
    std::error_code problem;
    const auto size = fs::file_size(content, problem);
    std::ifstream stream(content, std::ios::binary);
    if (problem || !stream) return sdk::fail("backup.unreadable", "Cannot read " + content.string() + ".");
    if (auto begun = begin(name, size); !begun) return begun;
    security::Sha256Stream sum;
    std::string piece(kPiece, '\0');
    for (std::uint64_t left = size; left > 0;) {
        const auto wanted = std::min<std::uint64_t>(left, piece.size());
        if (!stream.read(piece.data(), static_cast<std::streamsize>(wanted)))
            return sdk::fail("backup.unreadable", "Cannot read " + content.string() + ".");
        const auto bytes = std::string_view(piece).substr(0, wanted);
        sum.add(bytes);
        if (auto written = write(bytes); !written) return written;
        left -= wanted;
    }
    entries_.push_back({name, size, sum.hex(), {}});
    return sdk::ok();
}

sdk::Result<void> ArchiveWriter::finish() {
    if (archive_write_close(handle_->tar) != ARCHIVE_OK) return unwritable();
    if (::fsync(handle_->file) != 0 || ::rename(draft_.c_str(), file_.c_str()) != 0)
        return sdk::fail("backup.unwritable", "The backup " + file_.string() + " cannot be finished.");
    handle_.reset();
    auto folder = file_.parent_path();
    const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened >= 0) {
        ::fsync(opened);
        ::close(opened);
    }
    return sdk::ok();
}

sdk::Result<std::string> EntryReader::all(std::size_t limit) {
    std::string content;
    while (true) {
        auto piece = next();
        if (!piece) return piece.error();
        if (piece->empty()) return content;
        content += *piece;
        if (content.size() > limit) return damaged(name() + " is larger than it can be");
    }
}

sdk::Result<void> read_archive(const fs::path& file, const std::function<sdk::Result<void>(EntryReader&)>& use) {
    struct Reader {
        archive* tar = archive_read_new();
        ~Reader() { archive_read_free(tar); }
    } reader;
    archive_read_support_filter_zstd(reader.tar);
    archive_read_support_format_tar(reader.tar);
    if (!fs::is_regular_file(file)) return sdk::fail("backup.unreadable", "There is no backup " + file.string() + ".");
    if (archive_read_open_filename(reader.tar, file.c_str(), kPiece) != ARCHIVE_OK)
        return sdk::fail("backup.unreadable", file.string() + " is not a backup: " + words_of(reader.tar) + ".");
    while (true) {
        archive_entry* header = nullptr;
        const int result = archive_read_next_header(reader.tar, &header);
        if (result == ARCHIVE_EOF) return sdk::ok();
        if (result != ARCHIVE_OK) return damaged(words_of(reader.tar));
        LibarchiveEntry entry(reader.tar, header);
        if (auto used = use(entry); !used) return used;
    }
}

}  // namespace whatsflow::backup
