#include "views/files.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace whatsflow::views {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{32} << 20U;

bool wanted(const fs::directory_entry& entry, std::string_view extension) {
    std::error_code ignored;
    const auto name = entry.path().filename().string();
    return entry.is_regular_file(ignored) && !name.starts_with('.') && name.ends_with(extension);
}

}  // namespace

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> found;
    std::error_code missing;
    for (fs::directory_iterator entry(folder, missing), end; !missing && entry != end; entry.increment(missing)) {
        if (wanted(*entry, extension)) found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> found;
    std::error_code missing;
    for (fs::recursive_directory_iterator entry(folder, missing), end; !missing && entry != end;
         entry.increment(missing)) {
        if (wanted(*entry, extension)) found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string read_file(const fs::path& path, Problems& problems, const std::string& shown_as) {
    std::error_code unreadable;
    const auto size = fs::file_size(path, unreadable);
    if (!unreadable && size > kLargestFile) {
        problems.push_back({shown_as, 0, {}, "the file is larger than 32 MiB.", "Serve large files from elsewhere."});
        return {};
    }
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(unreadable ? 0 : static_cast<std::size_t>(size), '\0');
    if (unreadable || !stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        problems.push_back({shown_as, 0, {}, "the file cannot be read.", "Check its permissions."});
        return {};
    }
    return bytes;
}

}  // namespace whatsflow::views
