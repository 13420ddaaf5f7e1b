/// \file
/// What programs report: that they run, and how often each flag was asked, kept by the hour.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::flags {

sdk::Response take_registration(sdk::Host& host, const sdk::Request& request, int status);
sdk::Response take_metrics(sdk::Host& host, const sdk::Request& request, int status);
/// What a program in between has gathered from others: `{"applications": […], "metrics": [{"featureName",
/// "appName", "environment", "timestamp", "yes", "no"}]}`. Rows of another environment than the token's are
/// passed over.
sdk::Response take_many_metrics(sdk::Host& host, const sdk::Request& request);

}  // namespace whatsflow::flags
