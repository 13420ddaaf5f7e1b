// What every file of these pages includes.
#pragma once

#include "src/desk.hpp"

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/slots.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>
