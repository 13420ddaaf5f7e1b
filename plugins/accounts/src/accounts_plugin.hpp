/// \file
/// Tenants, people and sign-in: what opens the app, the admin's pages about both, and tokens.
#pragma once

#include "api_authenticator.hpp"
#include "app_authenticator.hpp"
#include "demonstration.hpp"
#include "directory.hpp"
#include "office.hpp"
#include "personal_data.hpp"
#include "program_tokens.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <optional>

namespace whatsflow::accounts {

class AccountsPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    sdk::Result<void> provide_services(sdk::Host& host);

    std::optional<Office> office_;
    std::optional<AppAuthenticator> app_authenticator_;
    std::optional<ApiAuthenticator> api_authenticator_;
    std::optional<AccountsProgramTokens> program_tokens_;
    std::optional<AccountsDirectory> directory_;
    std::optional<AccountsPersonalData> personal_data_;
    std::optional<Demonstration> demonstration_;
};

}  // namespace whatsflow::accounts
