#include "audit/masking.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace whatsflow::audit {
namespace {

constexpr auto kSecretWords = std::to_array<std::string_view>(
    {"apikey", "auth", "authorization", "cookie",  "credential", "credentials", "csrf",   "cvc",      "cvv",
     "digest", "hash", "key",           "otp",     "passcode",   "passphrase",  "passwd", "password", "pin",
     "pwd",    "salt", "secret",        "secrets", "signature",  "token",       "totp"});

bool is_secret_word(const std::string& word) {
    return std::ranges::find(kSecretWords, word) != kSecretWords.end();
}

/// Empty, absent or a plain yes and no: worth knowing, and nothing to hide.
bool says_nothing(const nlohmann::json& value) {
    return value.is_null() || value.is_boolean() || ((value.is_string() || value.is_structured()) && value.empty()) ||
           (value.is_string() && value.get_ref<const std::string&>().empty());
}

}  // namespace

bool names_a_secret(std::string_view key) {
    std::string word;
    for (std::size_t i = 0; i <= key.size(); ++i) {
        const char c = i < key.size() ? key[i] : '_';
        const bool starts_anew = std::isupper(static_cast<unsigned char>(c)) != 0 && i > 0 &&
                                 std::islower(static_cast<unsigned char>(key[i - 1])) != 0;
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 || starts_anew) {
            if (is_secret_word(word)) return true;
            word.clear();
        }
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
    return false;
}

nlohmann::json masked(nlohmann::json value) {
    if (value.is_object()) {
        for (auto& [key, inner] : value.items()) {
            if (names_a_secret(key) && !says_nothing(inner))
                inner = "***";
            else
                inner = masked(std::move(inner));
        }
    } else if (value.is_array()) {
        for (auto& inner : value) inner = masked(std::move(inner));
    }
    return value;
}

}  // namespace whatsflow::audit
