/// \file
/// What the pages of a signed-in person have in common.
#pragma once

#include "forms.hpp"
#include "people.hpp"
#include "routes.hpp"

#include <whatsflow/sdk/audit.hpp>

namespace whatsflow::accounts {

/// The person who asks; gone meanwhile: nothing_there().
sdk::Result<Person> me(const Office& office, const sdk::Request& request);

/// Is this their password? Braked like signing in. An objection to field `current_password`
/// is added when it is wrong; an answer when they have to wait.
sdk::Result<std::optional<sdk::Response>> confirm_it_is_me(const Office& office, const sdk::Request& request,
                                                           const Person& person, const sdk::Secret& password,
                                                           Objections& objections);

/// One entry of the audit log about a person.
sdk::Result<void> audit_person(const Office& office, sdk::SqlExecutor& where, const sdk::Request& request,
                               const std::string& action, const Person& person, nlohmann::json before = nullptr,
                               nlohmann::json after = nullptr, std::string reason = {});

/// Tabs of the personal pages; `current` is `account` or `security`.
nlohmann::json my_tabs(const Office& office, const sdk::Request& request, std::string_view current);

/// A sentence of `notices.` when the page was led to with `?done=<name>`; empty else.
std::string done_notice(const Office& office, const sdk::Request& request);

}  // namespace whatsflow::accounts
