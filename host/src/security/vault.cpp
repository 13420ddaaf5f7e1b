#include "security/vault.hpp"

#include "security/digest.hpp"
#include "security/key_file.hpp"
#include "security/random.hpp"

#include <sodium.h>

#include <array>
#include <charconv>

namespace whatsflow::security {
namespace {

constexpr std::string_view kVersion = "v1";
constexpr std::string_view kFilePrefix = "vault-";
constexpr std::string_view kFileSuffix = ".key";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* as_unsigned(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* as_unsigned(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string padded(int number) {
    auto digits = std::to_string(number);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

/// The id in the name of a key file: `vault-0001.key` → `0001`, nothing for other files.
std::string key_id_of(const std::filesystem::path& file) {
    const auto name = file.filename().string();
    if (!name.starts_with(kFilePrefix) || !name.ends_with(kFileSuffix)) return {};
    const auto size = name.size() - kFilePrefix.size() - kFileSuffix.size();
    auto id = name.substr(kFilePrefix.size(), size);
    return id.find_first_not_of("0123456789") == std::string::npos ? id : std::string();
}

std::string key_name_of(const std::string& id) {
    return std::string(kFilePrefix) + id;
}

std::vector<std::string> ids_in(const std::filesystem::path& folder) {
    std::vector<std::string> ids;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        if (auto id = key_id_of(entry.path()); !id.empty()) ids.push_back(std::move(id));
    std::ranges::sort(ids);
    return ids;
}

/// Forgotten when its scope ends.
class DerivedKey {
public:
    /// The lengths go in as well: ("ab", "c") and ("a", "bc") are different keys.
    DerivedKey(const std::string& master, std::string_view plugin, std::string_view purpose) {
        const auto label =
            "whatsflow vault " + std::to_string(plugin.size()) + ":" + std::string(plugin) + std::string(purpose);
        crypto_generichash(bytes_.data(), bytes_.size(), as_unsigned(label), label.size(), as_unsigned(master),
                           master.size());
    }
    DerivedKey(const DerivedKey&) = delete;
    DerivedKey& operator=(const DerivedKey&) = delete;
    ~DerivedKey() { sodium_memzero(bytes_.data(), bytes_.size()); }
    [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }

private:
    std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> bytes_{};
};

sdk::Error not_ours() {
    return sdk::fail("vault.not_ours", "A stored secret was changed, or sealed elsewhere; enter it again.");
}

}  // namespace

sdk::Result<std::shared_ptr<const VaultKeys>> VaultKeys::load_or_make(const std::filesystem::path& folder) {
    if (sodium_init() < 0) return sdk::fail("security.no_random", "The system has no source of random numbers.");
    auto ids = ids_in(folder);
    if (ids.empty()) ids.push_back(padded(1));
    std::map<std::string, std::string> keys;
    for (const auto& id : ids) {
        auto key = load_or_make_key(folder, key_name_of(id));
        if (!key) return key.error();
        keys.emplace(id, std::move(*key));
    }
    return std::make_shared<const VaultKeys>(std::move(keys));
}

std::shared_ptr<const VaultKeys> VaultKeys::of_this_process() {
    return std::make_shared<const VaultKeys>(std::map<std::string, std::string>{{padded(1), random_bytes(32)}});
}

sdk::Result<std::string> VaultKeys::add_key(const std::filesystem::path& folder) {
    const auto ids = ids_in(folder);
    int last = 0;
    if (!ids.empty()) std::from_chars(ids.back().data(), ids.back().data() + ids.back().size(), last);
    const auto id = padded(last + 1);
    auto made = load_or_make_key(folder, key_name_of(id));
    if (!made) return made.error();
    return id;
}

const std::string* VaultKeys::find(const std::string& id) const {
    const auto found = keys_.find(id);
    return found == keys_.end() ? nullptr : &found->second;
}

sdk::Result<std::string> PluginVault::seal(std::string_view purpose, const sdk::Secret& secret) {
    const auto& id = keys_->newest();
    const DerivedKey key(*keys_->find(id), plugin_, purpose);
    const auto head = std::string(kVersion) + "." + id + ".";
    const auto& message = secret.reveal();
    auto box = random_bytes(kNonceBytes);
    box.resize(kNonceBytes + message.size() + kTagBytes);
    unsigned long long length = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(as_unsigned(box) + kNonceBytes, &length, as_unsigned(message),
                                               message.size(), as_unsigned(head), head.size(), nullptr,
                                               as_unsigned(box), key.data());
    return head + to_base64url(box);
}

sdk::Result<sdk::Secret> PluginVault::open(std::string_view purpose, std::string_view sealed) {
    const auto first = sealed.find('.');
    const auto second = first == sealed.npos ? sealed.npos : sealed.find('.', first + 1);
    if (second == sealed.npos || sealed.substr(0, first) != kVersion) return not_ours();
    const auto* const master = keys_->find(std::string(sealed.substr(first + 1, second - first - 1)));
    if (master == nullptr)
        return sdk::fail("vault.key_gone", "A stored secret was sealed with key " +
                                               std::string(sealed.substr(first + 1, second - first - 1).substr(0, 20)) +
                                               ", which is not in the key folder; restore it from a backup.");
    const auto box = from_base64url(sealed.substr(second + 1));
    if (!box || box->size() < kNonceBytes + kTagBytes) return not_ours();
    const auto head = sealed.substr(0, second + 1);
    const DerivedKey key(*master, plugin_, purpose);
    std::string message(box->size() - kNonceBytes - kTagBytes, '\0');
    unsigned long long length = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(as_unsigned(message), &length, nullptr,
                                                   as_unsigned(*box) + kNonceBytes, box->size() - kNonceBytes,
                                                   as_unsigned(head), head.size(), as_unsigned(*box), key.data()) != 0)
        return not_ours();
    return sdk::Secret(std::move(message));
}

}  // namespace whatsflow::security
