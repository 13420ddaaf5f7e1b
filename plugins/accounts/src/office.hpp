/// \file
/// What every page of this plugin needs, under short names: the host's services, the
/// settings, the texts, and who has which permission.
///
///     auto started = office.sessions().call(&sdk::Sessions::start, context, wanted);
///     office.text(request.locale, "login.wrong");       // accounts.login.wrong
#pragma once

#include "role_book.hpp"

#include <whatsflow/sdk/config.hpp>
#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/sessions.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::accounts {

/// One OpenID Connect provider of the configuration.
struct ProviderSettings {
    std::string id;
    std::string name;
    std::string issuer;
    std::string client_id;
    sdk::Secret client_secret;
};

struct Settings {
    bool signup = true;
    std::string default_country;
    std::string default_currency;
    std::string brand;
    std::int64_t closing_days = 14;
    std::int64_t unverified_days = 30;
    std::int64_t export_days = 7;
    std::vector<ProviderSettings> providers;
};

using TextValues = std::vector<std::pair<std::string, std::string>>;

/// [thread-safe] Lives as long as the plugin runs.
class Office {
public:
    Office(sdk::Host& host, const sdk::Config& config);

    sdk::Host& host() const { return host_; }
    sdk::Database& database() const { return host_.database(); }
    sdk::Instant now() const { return host_.clock().now(); }
    const Settings& settings() const { return settings_; }
    const RoleBook& roles() const { return roles_; }

    sdk::ServiceHandle<sdk::Sessions> sessions() const { return sdk::find_service<sdk::Sessions>(host_); }
    sdk::ServiceHandle<sdk::Passwords> passwords() const { return sdk::find_service<sdk::Passwords>(host_); }
    sdk::ServiceHandle<sdk::OneTimeCodes> codes() const { return sdk::find_service<sdk::OneTimeCodes>(host_); }
    sdk::ServiceHandle<sdk::LoginThrottle> throttle() const { return sdk::find_service<sdk::LoginThrottle>(host_); }
    sdk::ServiceHandle<sdk::Mailer> mailer() const { return sdk::find_service<sdk::Mailer>(host_); }

    /// The text below `accounts.`, with {name} filled in.
    std::string text(const std::string& locale, std::string_view key, const TextValues& values = {}) const;
    /// The same, or `fallback` when there is no such text.
    std::string text_or(const std::string& locale, std::string_view key, std::string fallback) const;
    /// An absolute address in the app, for mails.
    std::string app_url(std::string_view path) const { return host_.site_url(sdk::Site::app) + std::string(path); }

private:
    sdk::Host& host_;
    Settings settings_;
    RoleBook roles_;
};

/// The digest that is stored of a random token. An error when the service is not there.
sdk::Result<std::string> digest_of(const Office& office, std::string_view token);
/// A random token of 160 bits, as lower-case letters and digits.
sdk::Result<std::string> make_token(const Office& office);

}  // namespace whatsflow::accounts
