/// \file
/// What programs report: that they run, and how often each flag was asked, kept by the hour.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::flags {

sdk::Response take_registration(sdk::Host& host, const sdk::Request& request, int status);
sdk::Response take_metrics(sdk::Host& host, const sdk::Request& request, int status);

}  // namespace whatsflow::flags
