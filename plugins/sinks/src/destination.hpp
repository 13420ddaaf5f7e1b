/// \file
/// What all sinks share: post a batch, judge the answer, find the event that is bad.
#pragma once

#include <whatsflow/sdk/analytics_sink.hpp>
#include <whatsflow/sdk/https_client.hpp>

#include <span>

namespace whatsflow::sinks {

using Events = std::span<const sdk::AnalyticsEvent>;

class Destination : public sdk::AnalyticsSink {
public:
    Destination(sdk::HttpsClient& https, const sdk::Clock& clock, sdk::AnalyticsSinkLimits limits)
        : https_(https), clock_(clock), limits_(std::move(limits)) {}

    sdk::Result<sdk::AnalyticsSinkLimits> limits() const final { return limits_; }
    sdk::Result<sdk::AnalyticsDelivery> send(const sdk::CallContext& context,
                                             const sdk::AnalyticsBatch& batch) override;

protected:
    ~Destination() override = default;
    /// Requests for these events; `name` is the same at every attempt for the same events.
    virtual sdk::OutgoingRequest request_for(Events events, const std::string& name) const = 0;
    /// Events that the destination itself names as bad in a 400; nothing: they are found by halving.
    virtual std::optional<std::vector<sdk::AnalyticsRejection>> named_as_bad(Events, const std::string&) const {
        return std::nullopt;
    }

    sdk::AnalyticsDelivery deliver(const sdk::CallContext& context, Events events, const std::string& name) const;
    const sdk::Clock& clock() const { return clock_; }

private:
    sdk::AnalyticsDelivery in_halves(const sdk::CallContext& context, Events events, const std::string& name) const;

    sdk::HttpsClient& https_;
    const sdk::Clock& clock_;
    const sdk::AnalyticsSinkLimits limits_;
};

/// JSON of a request, whatever bytes texts hold.
std::string body_of(const nlohmann::json& value);

}  // namespace whatsflow::sinks
