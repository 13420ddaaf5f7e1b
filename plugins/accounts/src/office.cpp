#include "office.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <algorithm>

namespace whatsflow::accounts {
namespace {

Settings read_settings(const sdk::Config& config) {
    Settings settings;
    settings.signup = config.boolean("signup");
    settings.default_country = config.text("default_country");
    settings.default_currency = config.text("default_currency");
    settings.brand = config.text("brand");
    settings.closing_days = config.integer("closing_days");
    settings.unverified_days = config.integer("unverified_days");
    settings.export_days = config.integer("export_days");
    for (const auto& provider : config.value("providers"))
        settings.providers.push_back({provider.at("id").get<std::string>(), provider.at("name").get<std::string>(),
                                      provider.at("issuer").get<std::string>(),
                                      provider.at("client_id").get<std::string>(),
                                      sdk::Secret{provider.at("client_secret").get<std::string>()}});
    return settings;
}

}  // namespace

Office::Office(sdk::Host& host, const sdk::Config& config)
    : host_(host), settings_(read_settings(config)), roles_(host) {}

std::string Office::text(const std::string& locale, std::string_view key, const TextValues& values) const {
    return sdk::fill_in(host_.translate(locale, "accounts." + std::string(key)), values);
}

std::string Office::text_or(const std::string& locale, std::string_view key, std::string fallback) const {
    const auto full = "accounts." + std::string(key);
    auto text = host_.translate(locale, full);
    return text == full ? std::move(fallback) : text;
}

sdk::Result<std::string> digest_of(const Office& office, std::string_view token) {
    return office.codes().call(&sdk::OneTimeCodes::digest, token);
}

sdk::Result<std::string> make_token(const Office& office) {
    const auto secret = office.codes().call(&sdk::OneTimeCodes::make_secret);
    if (!secret) return secret.error();
    auto token = secret->reveal();
    std::ranges::transform(token, token.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return token;
}

}  // namespace whatsflow::accounts
