// What nearly every file of this plugin includes anyway.
#pragma once

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/slots.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
