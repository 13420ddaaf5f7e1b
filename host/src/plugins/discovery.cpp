#include "plugins/discovery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace whatsflow::plugins {
namespace {

namespace fs = std::filesystem;

/// Why others could change this file, as the end of a sentence; empty when they cannot.
std::string untrusted(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};  // missing files are told about where they are needed
    if (info.st_mode & S_IWOTH) return path.string() + " can be written by everybody. Run: chmod o-w " + path.string();
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
        return path.string() + " belongs to user " + std::to_string(info.st_uid) +
               ", which is neither root nor the user this server runs as. Run: chown " + std::to_string(::geteuid()) +
               " " + path.string();
    return {};
}

bool is_below(const fs::path& path, const fs::path& directory) {
    std::error_code error;
    const auto real = fs::canonical(path, error);
    if (error) return false;
    const auto root = fs::canonical(directory, error);
    if (error) return false;
    return std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Candidate refused(Candidate candidate, const std::string& why) {
    candidate.refusal = candidate.id + (candidate.manifest.version.empty() ? "" : " " + candidate.manifest.version) +
                        " not loaded: " + why;
    return candidate;
}

void refuse_doubles(std::vector<Candidate>& candidates) {
    std::map<std::string, std::vector<std::size_t>> by_id;
    for (std::size_t i = 0; i < candidates.size(); ++i) by_id[candidates[i].id].push_back(i);
    for (const auto& [id, places] : by_id) {
        if (places.size() < 2) continue;
        std::string folders;
        for (const auto place : places)
            folders += (folders.empty() ? "" : " and in ") + candidates[place].folder.string();
        for (const auto place : places)
            candidates[place].refusal = id + " not loaded: found more than once, in " + folders +
                                        ". Remove all but one; which of them is meant cannot be guessed.";
    }
}

}  // namespace

Candidate inspect(const fs::path& folder) {
    Candidate candidate;
    candidate.folder = fs::absolute(folder).lexically_normal();
    candidate.id = candidate.folder.filename().string();
    const auto file = candidate.folder / "plugin.json";
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return refused(std::move(candidate), "there is no plugin.json in " + candidate.folder.string() + ".");
    for (const auto& path : {candidate.folder, file})
        if (auto why = untrusted(path); !why.empty()) return refused(std::move(candidate), why);
    auto manifest = parse_manifest(read_file(file));
    if (!manifest) return refused(std::move(candidate), manifest.error().message + ". File: " + file.string());
    candidate.manifest = std::move(*manifest);
    candidate.id = candidate.manifest.id;

    const auto library = candidate.library();
    if (!fs::is_regular_file(library, error))
        return refused(std::move(candidate),
                       "its library " + library.string() + " is missing. Install the plugin again.");
    if (!is_below(library, candidate.folder) || !is_below(file, candidate.folder))
        return refused(std::move(candidate), "a symbolic link leads out of its folder " + candidate.folder.string() +
                                                 ". Copy the file instead of linking it.");
    if (auto why = untrusted(library); !why.empty()) return refused(std::move(candidate), why);
    return candidate;
}

std::vector<Candidate> discover(const std::vector<fs::path>& directories) {
    std::vector<Candidate> found;
    for (const auto& directory : directories) {
        std::error_code error;
        std::vector<fs::path> folders;
        for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
            std::error_code ignored;
            if (fs::exists(at->path() / "plugin.json", ignored)) folders.push_back(at->path());
        }
        std::ranges::sort(folders);
        const auto exposed = untrusted(directory);
        for (const auto& folder : folders) {
            auto candidate = inspect(folder);
            if (candidate.refusal.empty() && !is_below(folder, directory))
                candidate =
                    refused(std::move(candidate), folder.string() + " is a symbolic link out of " + directory.string() +
                                                      ". Copy the folder, or add its place to plugins.directories.");
            if (candidate.refusal.empty() && !exposed.empty()) candidate = refused(std::move(candidate), exposed);
            const bool known = std::ranges::any_of(
                found, [&](const Candidate& other) { return fs::equivalent(other.folder, candidate.folder, error); });
            if (!known) found.push_back(std::move(candidate));
        }
    }
    refuse_doubles(found);
    std::ranges::stable_sort(found, {}, &Candidate::id);
    return found;
}

}  // namespace whatsflow::plugins
