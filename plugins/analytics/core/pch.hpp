// What nearly every file of the core includes anyway.
#pragma once

#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
