/// \file
/// The four sinks: how a request looks at each.
#pragma once

#include "destination.hpp"

#include <whatsflow/sdk/secret.hpp>

namespace whatsflow::sinks {

/// JSON to any address, signed as Standard Webhooks has it.
class Webhook final : public Destination {
public:
    Webhook(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, sdk::Secret secret);

protected:
    sdk::OutgoingRequest request_for(Events events, const std::string& name) const override;

private:
    const std::string url_;
    const sdk::Secret secret_;
};

/// Measurement Protocol of Google Analytics 4: one client a request.
class GoogleAnalytics final : public Destination {
public:
    GoogleAnalytics(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, std::string measurement_id,
                    sdk::Secret secret);
    sdk::Result<sdk::AnalyticsDelivery> send(const sdk::CallContext& context,
                                             const sdk::AnalyticsBatch& batch) override;

protected:
    sdk::OutgoingRequest request_for(Events events, const std::string& name) const override;

private:
    const std::string url_, measurement_id_;
    const sdk::Secret secret_;
};

/// A name as Google takes it: letters, digits, `_`; a letter first; 40 characters; none that is reserved.
std::string google_name(std::string_view name);

class PostHog final : public Destination {
public:
    PostHog(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, sdk::Secret token);

protected:
    sdk::OutgoingRequest request_for(Events events, const std::string& name) const override;

private:
    const std::string url_;
    const sdk::Secret token_;
};

class Mixpanel final : public Destination {
public:
    Mixpanel(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, std::string project, sdk::Secret token);

protected:
    sdk::OutgoingRequest request_for(Events events, const std::string& name) const override;
    std::optional<std::vector<sdk::AnalyticsRejection>> named_as_bad(Events events,
                                                                     const std::string& answer) const override;

private:
    const std::string url_, project_;
    const sdk::Secret token_;
};

}  // namespace whatsflow::sinks
