#include "given_password.hpp"

#include <whatsflow/sdk/credentials.hpp>

namespace whatsflow::admin {

sdk::Result<sdk::Secret> make_password(sdk::Host& host) {
    constexpr std::size_t kCharacters = 20;
    constexpr std::size_t kGroup = 5;
    // The secret of a one-time code is 160 random bits in 32 characters without look-alikes.
    const auto random = sdk::find_service<sdk::OneTimeCodes>(host).call(&sdk::OneTimeCodes::make_secret);
    if (!random) return random.error();
    if (random->reveal().size() < kCharacters)
        return sdk::fail("admin.no_randomness", "The random source of the host gave too little for a password.");
    std::string text;
    for (std::size_t i = 0; i < kCharacters; ++i) {
        if (i > 0 && i % kGroup == 0) text += '-';
        const char c = random->reveal()[i];
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return sdk::Secret(std::move(text));
}

sdk::Result<std::string> hash_password(sdk::Host& host, const sdk::Secret& password) {
    return sdk::find_service<sdk::Passwords>(host).call(&sdk::Passwords::hash, password);
}

sdk::Result<std::optional<std::string>> password_objection(sdk::Host& host, const sdk::Secret& password,
                                                           const std::vector<std::string>& personal) {
    return sdk::find_service<sdk::Passwords>(host).call(&sdk::Passwords::weakness, password, personal);
}

}  // namespace whatsflow::admin
