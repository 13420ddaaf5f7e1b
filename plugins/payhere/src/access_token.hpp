/// \file
/// PayHere's key for a few minutes, got for the app's id and secret and kept until shortly
/// before its end.
#pragma once

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/secret.hpp>
#include <whatsflow/sdk/time.hpp>

#include <mutex>
#include <string>

namespace whatsflow::payhere {

struct AppCredentials {
    std::string id;
    sdk::Secret secret;

    bool complete() const { return !id.empty() && !secret.empty(); }
};

/// [thread-safe] Two threads without a token may both ask for one; PayHere gives both.
class AccessToken {
public:
    AccessToken(sdk::HttpsClient& https, const sdk::Clock& clock, std::string base, AppCredentials app);

    /// Errors: `payment.rejected` (credentials), `payment.transient`. Nothing has happened then.
    sdk::Result<sdk::Secret> get(const sdk::CallContext& context);
    /// PayHere does not take this one any more.
    void discard(const sdk::Secret& token);

    const AppCredentials& app() const { return app_; }

private:
    sdk::Result<sdk::Secret> fetch(const sdk::CallContext& context);

    sdk::HttpsClient& https_;
    const sdk::Clock& clock_;
    std::string base_;
    AppCredentials app_;
    std::mutex mutex_;
    sdk::Secret token_;
    sdk::Instant usable_until_{};
};

/// Standard Base64.
std::string base64(std::string_view text);

}  // namespace whatsflow::payhere
