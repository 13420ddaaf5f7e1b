#include "security/passwords.hpp"

#include "security/password_weakness.hpp"
#include "security/random.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <thread>

namespace whatsflow::security {
namespace {

PasswordOptions complete(PasswordOptions options) {
    if (options.at_once == 0) options.at_once = std::max(1U, std::thread::hardware_concurrency() / 2);
    return options;
}

/// Looks like every other hash, so that checking against it takes as long.
std::string hash_of_nobody(const HashCost& cost) {
    const auto base64 = [](const std::string& bytes) {
        constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
        std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
        sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                          kVariant);
        text.pop_back();
        return text;
    };
    return "$argon2id$v=19$m=" + std::to_string(cost.memory_bytes / 1024) + ",t=" + std::to_string(cost.passes) +
           ",p=1$" + base64(random_bytes(16)) + "$" + base64(random_bytes(32));
}

}  // namespace

/// Leave to hash, given back at the end of the scope.
class Argon2Passwords::Turn {
public:
    explicit Turn(Argon2Passwords& owner) : owner_(owner) {
        std::unique_lock lock(owner_.mutex_);
        const auto is_free = [&] { return owner_.running_ < owner_.options_.at_once; };
        if (!is_free()) {
            if (owner_.waiting_ >= owner_.options_.waiting) return;
            ++owner_.waiting_;
            owner_.free_.wait_for(lock, owner_.options_.longest_wait, is_free);
            --owner_.waiting_;
            if (!is_free()) return;
        }
        ++owner_.running_;
        mine_ = true;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (!mine_) return;
        {
            const std::lock_guard lock(owner_.mutex_);
            --owner_.running_;
        }
        owner_.free_.notify_one();
    }
    explicit operator bool() const noexcept { return mine_; }

    static sdk::Error refused() {
        return sdk::fail("passwords.busy", "Many people are signing in right now; try again in a moment.");
    }

private:
    Argon2Passwords& owner_;
    bool mine_ = false;
};

// random_bytes, which made the salt, has initialised the library.
Argon2Passwords::Argon2Passwords(PasswordOptions options)
    : options_(complete(options)), nobodys_hash_(hash_of_nobody(options_.cost)) {}

sdk::Result<std::string> Argon2Passwords::hash(const sdk::Secret& password) {
    const Turn turn(*this);
    if (!turn) return Turn::refused();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const auto& characters = password.reveal();
    if (crypto_pwhash_str_alg(text.data(), characters.data(), characters.size(), options_.cost.passes,
                              options_.cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return sdk::fail("passwords.busy", "There is not enough memory to hash a password; try again in a moment.");
    return std::string(text.data());
}

sdk::Result<bool> Argon2Passwords::verify(const std::string& hash, const sdk::Secret& password) {
    const Turn turn(*this);
    if (!turn) return Turn::refused();
    const auto& against = hash.empty() ? nobodys_hash_ : hash;
    const auto& characters = password.reveal();
    return crypto_pwhash_str_verify(against.c_str(), characters.data(), characters.size()) == 0 && !hash.empty();
}

sdk::Result<bool> Argon2Passwords::outdated(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), options_.cost.passes, options_.cost.memory_bytes) != 0;
}

sdk::Result<std::optional<std::string>> Argon2Passwords::weakness(const sdk::Secret& password,
                                                                  const std::vector<std::string>& personal) {
    return weakness_of(password.reveal(), personal);
}

}  // namespace whatsflow::security
