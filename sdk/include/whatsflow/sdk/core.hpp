/// \file
/// The small types every other header needs: results, ids, time, money.
#pragma once

#include <whatsflow/sdk/id.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>
