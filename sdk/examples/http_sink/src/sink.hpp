/// \file
/// Posts a batch and says what became of it.
///
/// The collector answers for the whole request only, so a batch it calls bad (400, 413, 422)
/// is halved until the bad event stands alone: its neighbours arrive, it is reported.
#pragma once

#include "ndjson.hpp"

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/secret.hpp>

namespace httpsink {

struct SinkSettings {
    std::string url;
    sdk::Secret token;
    std::size_t max_events = 500;
    std::string consent = "analytics";
};

class HttpSink final : public sdk::AnalyticsSink {
public:
    HttpSink(sdk::HttpsClient& https, const sdk::Clock& clock, SinkSettings settings);

    sdk::Result<sdk::AnalyticsSinkLimits> limits() const override;
    sdk::Result<sdk::AnalyticsDelivery> send(const sdk::CallContext& context,
                                             const sdk::AnalyticsBatch& batch) override;

private:
    using Events = std::span<const sdk::AnalyticsEvent>;
    sdk::AnalyticsDelivery deliver(const sdk::CallContext& context, Events events);
    sdk::AnalyticsDelivery deliver_in_halves(const sdk::CallContext& context, Events events);

    sdk::HttpsClient& https_;
    const sdk::Clock& clock_;
    SinkSettings settings_;
};

}  // namespace httpsink
