/// \file
/// `/settings`: sections of plugins, and the configuration in effect with its secrets masked.
/// `/webhooks`: what plugins say about notices coming in and going out.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_settings_pages(Panel& panel);

}  // namespace whatsflow::admin
