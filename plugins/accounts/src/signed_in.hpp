/// \file
/// From a browser to a session and back: who is signed in, letting somebody in, letting go.
#pragma once

#include "office.hpp"
#include "people.hpp"

#include <optional>
#include <string>

namespace whatsflow::accounts {

/// The session of the request's cookie, also one that still waits for its second factor.
sdk::Result<std::optional<sdk::Session>> any_session_of(const Office& office, const sdk::Request& request);
/// The session of somebody who is fully signed in.
sdk::Result<std::optional<sdk::Session>> session_of(const Office& office, const sdk::Request& request);

/// Does this session still wait for the second factor?
bool awaits_second_factor(const sdk::Session& session);

struct Entry {
    bool remember = false;
    std::string next = "/";
};

/// Starts a session for a person whose first factor is proven, and leads on: to the second
/// factor when they have one, else to where they wanted.
sdk::Result<sdk::Response> let_in(Office& office, const sdk::Request& request, const Person& person,
                                  const Entry& entry);
/// After the second factor: the session becomes a full one, with a new token.
sdk::Result<sdk::Response> let_through(Office& office, const sdk::Request& request, const sdk::Session& session);

/// Remembers when, and in which tenant. For a person who has just been let in completely.
sdk::Result<void> note_sign_in(const Office& office, const sdk::CallContext& context, const std::string& user_id);

/// 429 when somebody has to wait before the next try; nothing: go on.
sdk::Result<std::optional<sdk::Response>> brake(const Office& office, const sdk::Request& request,
                                                std::string_view realm, const std::string& account);

/// Buttons for the sign-in form, one for each OpenID Connect provider.
nlohmann::json provider_links(const Office& office);

}  // namespace whatsflow::accounts
