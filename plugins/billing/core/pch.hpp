// What nearly every file of the core includes, compiled once.
#pragma once

#include "changes.hpp"
#include "engine.hpp"

#include <algorithm>
#include <string>
#include <vector>
