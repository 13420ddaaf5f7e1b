#include "storage/local_backend.hpp"

#include "security/digest.hpp"
#include "security/random.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace whatsflow::storage {
namespace {

namespace fs = std::filesystem;

/// Beside the files; no key is written with a dot at its start.
constexpr const char* kTypes = ".types";

struct Place {
    fs::path folder;  ///< the plugin's
    std::string file;
    fs::path content() const { return folder / file; }
    fs::path type() const { return folder / kTypes / file; }
};

std::string file_name_of(std::string_view key) {
    std::string name(key);
    std::ranges::replace(name, '/', '%');
    if (name.starts_with('.')) name[0] = '~';
    return name;
}

std::string key_of(std::string name) {
    std::ranges::replace(name, '%', '/');
    if (name.starts_with('~')) name[0] = '.';
    return name;
}

Place place_of(const fs::path& root, const std::string& name) {
    const auto slash = name.find('/');
    return {root / name.substr(0, slash), file_name_of(std::string_view(name).substr(slash + 1))};
}

sdk::Error unavailable(const std::string& what, int number) {
    return sdk::fail("files.unavailable", what + ": " + std::strerror(number) + ".");
}

class OpenFile {
public:
    OpenFile(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }

private:
    int number_;
};

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool sync_folder(const fs::path& folder) {
    const OpenFile opened(folder, O_RDONLY | O_DIRECTORY);
    return opened && ::fsync(opened.number()) == 0;
}

/// The file is there whole or, after any kind of failure, as it was.
sdk::Result<void> replace_file(const fs::path& folder, const std::string& file, std::string_view content) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return unavailable("The folder " + folder.string() + " cannot be made", problem.value());
    const auto draft = folder / (".draft-" + security::to_hex(security::random_bytes(12)));
    bool written = false;
    {
        const OpenFile opened(draft, O_WRONLY | O_CREAT | O_EXCL);
        if (!opened) return unavailable("A file in " + folder.string() + " cannot be written", errno);
        written = write_all(opened.number(), content) && ::fsync(opened.number()) == 0;
    }
    if (!written || ::rename(draft.c_str(), (folder / file).c_str()) != 0 || !sync_folder(folder)) {
        const int number = errno;
        ::unlink(draft.c_str());
        return unavailable("A file in " + folder.string() + " cannot be written", number);
    }
    return sdk::ok();
}

/// Nothing when there is no such file.
sdk::Result<std::optional<std::string>> read_whole(const fs::path& path) {
    const OpenFile opened(path, O_RDONLY);
    if (!opened && errno == ENOENT) return std::optional<std::string>{};
    struct stat status {};
    if (!opened || ::fstat(opened.number(), &status) != 0)
        return unavailable("The file " + path.string() + " cannot be read", errno);
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t at = 0;
    while (at < content.size()) {
        const auto got = ::read(opened.number(), content.data() + at, content.size() - at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return unavailable("The file " + path.string() + " cannot be read", got < 0 ? errno : EIO);
        at += static_cast<std::size_t>(got);
    }
    return std::optional<std::string>{std::move(content)};
}

std::optional<sdk::StoredFile> look_at(const Place& place, const std::string& name) {
    struct stat status {};
    if (::lstat(place.content().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    sdk::StoredFile file;
    file.key = name;
    file.bytes = static_cast<std::uint64_t>(status.st_size);
    file.changed_at = sdk::from_micros(std::int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000);
    return file;
}

}  // namespace

sdk::Result<void> LocalBackend::put(const sdk::CallContext&, const std::string& name, std::string_view content,
                                    const std::string& content_type) {
    const auto place = place_of(folder_, name);
    // The type first: whoever sees the file then finds its type.
    if (auto done = replace_file(place.folder / kTypes, place.file, content_type); !done) return done;
    return replace_file(place.folder, place.file, content);
}

sdk::Result<std::string> LocalBackend::get(const sdk::CallContext&, const std::string& name) {
    auto content = read_whole(place_of(folder_, name).content());
    if (!content) return content.error();
    if (!*content) return no_such_file(name);
    return std::move(**content);
}

sdk::Result<sdk::StoredFile> LocalBackend::describe(const sdk::CallContext&, const std::string& name) {
    const auto place = place_of(folder_, name);
    auto file = look_at(place, name);
    if (!file) return no_such_file(name);
    auto type = read_whole(place.type());
    file->content_type = type && *type ? **type : "application/octet-stream";
    return *file;
}

sdk::Result<void> LocalBackend::remove(const sdk::CallContext&, const std::string& name) {
    const auto place = place_of(folder_, name);
    if (::unlink(place.content().c_str()) != 0 && errno != ENOENT)
        return unavailable("The file " + name + " cannot be removed", errno);
    ::unlink(place.type().c_str());
    return sdk::ok();
}

sdk::Result<std::vector<sdk::StoredFile>> LocalBackend::list(const sdk::CallContext&, const std::string& prefix,
                                                             const std::string& after) {
    std::vector<std::string> names;
    std::error_code missing;
    for (fs::directory_iterator plugin(folder_, missing), end; !missing && plugin != end; plugin.increment(missing)) {
        const auto id = plugin->path().filename().string() + "/";
        if (!prefix.starts_with(id) && !id.starts_with(prefix)) continue;
        std::error_code unreadable;
        for (fs::directory_iterator file(plugin->path(), unreadable); !unreadable && file != end;
             file.increment(unreadable)) {
            auto written = file->path().filename().string();
            if (written.starts_with('.')) continue;
            auto name = id + key_of(std::move(written));
            if (name.starts_with(prefix) && name > after) names.push_back(std::move(name));
        }
        if (unreadable)
            return unavailable("The folder " + plugin->path().string() + " cannot be read", unreadable.value());
    }
    std::ranges::sort(names);
    std::vector<sdk::StoredFile> files;
    for (const auto& name : names) {
        if (files.size() == kMostListed) break;
        const auto place = place_of(folder_, name);
        auto file = look_at(place, name);
        if (!file) continue;
        auto type = read_whole(place.type());
        file->content_type = type && *type ? **type : "application/octet-stream";
        files.push_back(std::move(*file));
    }
    return files;
}

}  // namespace whatsflow::storage
