#include "storage/storage.hpp"

#include "storage/local_backend.hpp"

#include <algorithm>

namespace whatsflow::storage {
namespace {

bool may_stand_in_a_key(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '/';
}

sdk::Error bad_key(std::string_view key) {
    return sdk::fail("files.bad_key", "\"" + std::string(key.substr(0, 60)) +
                                          "\" is not a key: up to 200 of a-z A-Z 0-9 . _ - and /, without \"..\".");
}

/// One plugin's part of it.
class PluginFiles final : public sdk::FileStorage {
public:
    PluginFiles(std::shared_ptr<Backend> backend, std::string plugin)
        : backend_(std::move(backend)), prefix_(std::move(plugin) + "/") {}

    sdk::Result<void> put(const sdk::CallContext& context, std::string_view key, std::string_view content,
                          std::string_view content_type) override {
        if (!is_key(key)) return bad_key(key);
        if (content.size() > kLargestFile) return sdk::fail("files.too_large", "A file has at most 64 MiB.");
        const bool plain = std::ranges::all_of(content_type, [](char c) { return c >= 0x20 && c < 0x7f; });
        if (content_type.empty() || content_type.size() > 120 || !plain) content_type = "application/octet-stream";
        return backend_->put(context, name(key), content, std::string(content_type));
    }
    sdk::Result<std::string> get(const sdk::CallContext& context, std::string_view key) override {
        if (!is_key(key)) return bad_key(key);
        return backend_->get(context, name(key));
    }
    sdk::Result<sdk::StoredFile> describe(const sdk::CallContext& context, std::string_view key) override {
        if (!is_key(key)) return bad_key(key);
        auto file = backend_->describe(context, name(key));
        if (file) file->key = key;
        return file;
    }
    sdk::Result<void> remove(const sdk::CallContext& context, std::string_view key) override {
        if (!is_key(key)) return bad_key(key);
        return backend_->remove(context, name(key));
    }
    sdk::Result<std::vector<sdk::StoredFile>> list(const sdk::CallContext& context, std::string_view prefix,
                                                   std::string_view after) override {
        const auto fits = [](std::string_view text) {
            return text.size() <= 200 && std::ranges::all_of(text, may_stand_in_a_key);
        };
        if (!fits(prefix)) return bad_key(prefix);
        if (!fits(after)) return bad_key(after);
        auto files = backend_->list(context, name(prefix), after.empty() ? std::string{} : name(after));
        if (files)
            for (auto& file : *files) file.key.erase(0, prefix_.size());
        return files;
    }

private:
    std::string name(std::string_view key) const { return prefix_ + std::string(key); }

    const std::shared_ptr<Backend> backend_;
    const std::string prefix_;
};

}  // namespace

bool is_key(std::string_view text) {
    if (text.empty() || text.size() > 200 || text.find("..") != std::string_view::npos) return false;
    if (!std::ranges::all_of(text, may_stand_in_a_key)) return false;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('/', at), text.size());
        const auto part = text.substr(at, end - at);
        if (part.empty() || part == ".") return false;
        at = end + 1;
    }
    return true;
}

sdk::Result<std::unique_ptr<Storage>> Storage::open(const StorageSettings& settings, sdk::HttpsClient& https,
                                                    const sdk::Clock& clock) {
    if (!settings.s3) return std::unique_ptr<Storage>(new Storage(std::make_shared<LocalBackend>(settings.folder)));
    auto backend = S3Backend::make(*settings.s3, https, clock);
    if (!backend) return backend.error();
    return std::unique_ptr<Storage>(new Storage(std::move(*backend)));
}

std::shared_ptr<sdk::FileStorage> Storage::for_plugin(const std::string& plugin) const {
    return std::make_shared<PluginFiles>(backend_, plugin);
}

}  // namespace whatsflow::storage
