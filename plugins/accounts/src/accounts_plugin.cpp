#include "accounts_plugin.hpp"

#include "closure.hpp"
#include "commands.hpp"
#include "data_export.hpp"
#include "email_change.hpp"
#include "impersonation.hpp"
#include "invitation_links.hpp"
#include "invitations.hpp"
#include "letters.hpp"
#include "notes.hpp"
#include "openid_sign_in.hpp"
#include "password_reset.hpp"
#include "profile.hpp"
#include "retention.hpp"
#include "security_page.hpp"
#include "session_list.hpp"
#include "sign_in.hpp"
#include "sign_in_places.hpp"
#include "signup.hpp"
#include "staff_search.hpp"
#include "staff_tenant_page.hpp"
#include "staff_tenants.hpp"
#include "staff_tokens.hpp"
#include "staff_user_actions.hpp"
#include "staff_user_page.hpp"
#include "staff_users.hpp"
#include "standing_banner.hpp"
#include "team.hpp"
#include "team_news.hpp"
#include "tenant_settings.hpp"
#include "token_pages.hpp"
#include "two_factor_pages.hpp"
#include "workspaces.hpp"

namespace whatsflow::accounts {

sdk::Result<void> AccountsPlugin::start(sdk::Host& host, const sdk::Config& config) {
    office_.emplace(host, config);
    if (auto done = define_permissions(host); !done) return done;
    if (auto done = provide_services(host); !done) return done;
    for (const auto register_part : {&register_letters,
                                     &register_signup,
                                     &register_sign_in,
                                     &register_sign_in_places,
                                     &register_openid,
                                     &register_password_reset,
                                     &register_profile,
                                     &register_security,
                                     &register_session_list,
                                     &register_two_factor,
                                     &register_email_change,
                                     &register_team,
                                     &register_team_news,
                                     &register_invitations,
                                     &register_invitation_links,
                                     &register_workspaces,
                                     &register_tenant_settings,
                                     &register_closure,
                                     &register_standing_banner,
                                     &register_token_pages,
                                     &register_data_export,
                                     &register_commands,
                                     &register_retention,
                                     &register_staff_search,
                                     &register_staff_users,
                                     &register_staff_user_page,
                                     &register_staff_user_actions,
                                     &register_staff_tenants,
                                     &register_staff_tenant_page,
                                     &register_staff_tokens,
                                     &register_notes,
                                     &register_impersonation})
        if (auto done = register_part(*office_); !done) return done;
    return sdk::ok();
}

sdk::Result<void> AccountsPlugin::provide_services(sdk::Host& host) {
    app_authenticator_.emplace(*office_);
    api_authenticator_.emplace(*office_);
    program_tokens_.emplace(*office_);
    directory_.emplace(*office_);
    if (auto done = sdk::provide_service<sdk::Authenticator>(host, *app_authenticator_, {{"site", "app"}}); !done)
        return done;
    if (auto done = sdk::provide_service<sdk::Authenticator>(host, *api_authenticator_, {{"site", "api"}}); !done)
        return done;
    if (auto done = sdk::provide_service<sdk::ProgramTokens>(host, *program_tokens_); !done) return done;
    if (auto done = sdk::provide_service<sdk::Directory>(host, *directory_); !done) return done;
    const sdk::Properties of_this_plugin{{"plugin", host.plugin_id()}};
    personal_data_.emplace(*office_);
    demonstration_.emplace(*office_);
    if (auto done = sdk::provide_service<sdk::PersonalData>(host, *personal_data_, of_this_plugin); !done) return done;
    return sdk::provide_service<sdk::DemoData>(host, *demonstration_, of_this_plugin);
}

void AccountsPlugin::stop() noexcept {
    demonstration_.reset();
    personal_data_.reset();
    directory_.reset();
    program_tokens_.reset();
    api_authenticator_.reset();
    app_authenticator_.reset();
    office_.reset();
}

}  // namespace whatsflow::accounts
