/// \file
/// /security: password, two-factor sign-in, and where somebody is signed in. What changes how
/// one gets in asks for the password again.
#pragma once

#include "forms.hpp"
#include "people.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_security(Office& office);

/// What went wrong on that page, by the form it belongs to.
struct SecurityTrouble {
    std::string form;  ///< `password`, `two_factor`, `email`
    Objections objections;
    std::string typed_email;
};
sdk::Result<sdk::Response> security_page(const Office& office, const sdk::Request& request, const Person& person,
                                         const SecurityTrouble& trouble);

}  // namespace whatsflow::accounts
