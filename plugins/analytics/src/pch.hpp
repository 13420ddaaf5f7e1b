// What nearly every file of the plugin includes anyway.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>
