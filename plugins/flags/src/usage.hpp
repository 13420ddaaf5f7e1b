/// \file
/// What programs report: that they run, how often each flag was asked and each variant given, kept by the hour.
/// Variants that the flag does not have are counted together, under no name: reports come from outside.
#pragma once

#include "board.hpp"

namespace whatsflow::flags {

sdk::Response take_registration(sdk::Host& host, const sdk::Request& request, int status);
sdk::Response take_metrics(sdk::Host& host, const Board& board, const sdk::Request& request, int status);
/// What a program in between has gathered from others: `{"applications": […], "metrics": [{"featureName",
/// "appName", "environment", "timestamp", "yes", "no", "variants"}]}`. Rows of another environment than the token's are
/// passed over.
sdk::Response take_many_metrics(sdk::Host& host, const Board& board, const sdk::Request& request);

/// How often a program gave a variant; no name: variants that the flag does not have.
struct VariantCount {
    std::string variant;
    std::string program;
    std::int64_t given = 0;
    std::int64_t last_hour_at = 0;  ///< microseconds
};
/// Of one flag, by variant and program.
sdk::Result<std::vector<VariantCount>> counted_variants(sdk::Host& host, const sdk::CallContext& context,
                                                        const std::string& environment, const std::string& flag,
                                                        sdk::Instant since);
/// Counts and programs of more than thirty days ago.
sdk::Result<void> forget_old_usage(sdk::Host& host);

}  // namespace whatsflow::flags
