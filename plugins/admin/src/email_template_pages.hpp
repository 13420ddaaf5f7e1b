/// \file
/// `/email-templates`: the texts of mails, changed with a preview at hand, and put back.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_email_template_pages(Panel& panel);

}  // namespace whatsflow::admin
