#include "views/assets.hpp"

#include "security/digest.hpp"
#include "views/compress.hpp"
#include "views/css_addresses.hpp"
#include "views/files.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace whatsflow::views {

namespace {

constexpr std::string_view kRoot = "/assets/";

struct ContentType {
    std::string_view extension;
    std::string_view type;
    bool compresses;
};

constexpr std::array<ContentType, 20> kContentTypes{{
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".map", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".xml", "application/xml", true},
    {".ttf", "font/ttf", true},
    {".otf", "font/otf", true},
    {".woff2", "font/woff2", false},
    {".woff", "font/woff", false},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".jpeg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".avif", "image/avif", false},
    {".ico", "image/x-icon", false},
    {".pdf", "application/pdf", false},
}};

const ContentType* find_type(std::string_view name) {
    const auto* found = std::find_if(kContentTypes.begin(), kContentTypes.end(),
                                     [name](const ContentType& type) { return name.ends_with(type.extension); });
    return found == kContentTypes.end() ? nullptr : found;
}

/// `css/site.css` and its fingerprint, as `css/site.3f9c1a02.css`.
std::string fingerprinted(std::string_view name, std::string_view fingerprint) {
    const auto slash = name.rfind('/');
    const auto dot = name.rfind('.');
    const bool has_extension = dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash);
    const auto stem = has_extension ? name.substr(0, dot) : name;
    return std::string(stem) + "." + std::string(fingerprint) + std::string(name.substr(stem.size()));
}

struct File {
    std::filesystem::path path;
    std::string shown_as;
    std::string bytes;
};

/// Every file under its name; the first folder that has it wins.
std::map<std::string, File, std::less<>> read_folders(const std::vector<AssetFolder>& folders, Problems& problems) {
    std::map<std::string, File, std::less<>> files;
    for (const auto& [folder, prefix, shown_as] : folders) {
        for (const auto& path : files_below(folder, "")) {
            auto relative = path.lexically_relative(folder).generic_string();
            // Siblings made by the theme's build are another form of the file beside them.
            if (relative.ends_with(".br") || relative.ends_with(".gz")) continue;
            const auto shown = shown_as + "/" + relative;
            auto name = prefix + relative;
            if (files.contains(name)) continue;
            auto bytes = read_file(path, problems, shown);
            files.emplace(std::move(name), File{path, shown, std::move(bytes)});
        }
    }
    return files;
}

/// What the theme's build left beside the file, if it still unpacks to `text`.
std::shared_ptr<const std::string> sibling(const File& file, std::string_view extension, const std::string& text) {
    auto path = file.path;
    path += extension;
    std::error_code missing;
    if (!std::filesystem::is_regular_file(path, missing)) return nullptr;
    Problems unread;
    auto packed = read_file(path, unread, path.string());
    const auto unpacked = extension == ".br" ? unpack_brotli(packed, text.size()) : unpack_gzip(packed, text.size());
    if (!unpacked || *unpacked != text) return nullptr;
    return std::make_shared<const std::string>(std::move(packed));
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
    const auto* type = find_type(name);
    return type == nullptr ? "application/octet-stream" : type->type;
}

Assets Assets::load(const std::vector<AssetFolder>& folders, Problems& problems) {
    Assets assets;
    auto files = read_folders(folders, problems);
    const auto publish = [&assets](const std::string& name, File& file) {
        const auto* type = find_type(name);
        const auto fingerprint = security::sha256_hex(file.bytes).substr(0, 16);
        Asset asset{std::string(content_type_of(name)),
                    "\"" + fingerprint + "\"",
                    std::make_shared<const std::string>(std::move(file.bytes)),
                    nullptr,
                    nullptr,
                    false};
        if (type != nullptr && type->compresses && asset.identity->size() >= kSmallestCompressed) {
            asset.brotli = sibling(file, ".br", *asset.identity);
            asset.gzip = sibling(file, ".gz", *asset.identity);
            if (!asset.brotli || !asset.gzip) {
                auto packed = compress(*asset.identity, Effort::quick);
                if (!asset.brotli) asset.brotli = std::move(packed.brotli);
                if (!asset.gzip) asset.gzip = std::move(packed.gzip);
            }
        }
        auto address = std::string(kRoot) + fingerprinted(name, fingerprint);
        assets.by_path_[std::string(kRoot) + name] = std::make_shared<const Asset>(asset);
        asset.immutable = true;
        assets.by_path_[address] = std::make_shared<const Asset>(std::move(asset));
        assets.addresses_[name] = std::move(address);
    };
    // Style sheets come last: their own fingerprint depends on those of what they name.
    for (auto& [name, file] : files) {
        if (!name.ends_with(".css")) publish(name, file);
    }
    for (auto& [name, file] : files) {
        if (!name.ends_with(".css")) continue;
        const auto& from = file;
        file.bytes = rewrite_css_addresses(
            file.bytes, name, [&assets](std::string_view wanted) { return assets.address_of(wanted); },
            [&](std::string_view address, std::size_t position) {
                problems.push_back({from.shown_as, line_at(from.bytes, position), std::string(address),
                                    "the style sheet names a file that is not there.",
                                    "Add it to assets/, or correct the address. Style sheets cannot name each other."});
            });
        publish(name, file);
    }
    return assets;
}

std::shared_ptr<const Asset> Assets::find(std::string_view url_path) const {
    const auto found = by_path_.find(url_path);
    return found == by_path_.end() ? nullptr : found->second;
}

std::string Assets::address_of(std::string_view name) const {
    const auto found = addresses_.find(name);
    return found == addresses_.end() ? std::string{} : found->second;
}

}  // namespace whatsflow::views
