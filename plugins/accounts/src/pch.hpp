// What nearly every file of this plugin includes anyway.
#pragma once

#include <whatsflow/sdk/config.hpp>
#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/sessions.hpp>
#include <whatsflow/sdk/slots.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>
