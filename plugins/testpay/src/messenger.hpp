/// \file
/// Brings Testpay's notices to the webhook, as a provider would: over HTTP, signed, and again
/// when nobody took them.
#pragma once

#include "till.hpp"

#include <whatsflow/sdk/host.hpp>

#include <vector>

namespace whatsflow::testpay {

/// A notice, and what has to be true at Testpay by the time it arrives.
struct Message {
    sdk::PaymentEvent event;
    std::string marks{};  ///< the new status of the event's payment; empty leaves it
    int times = 1;        ///< how often it is brought
};

/// [thread-safe]
class Messenger {
public:
    Messenger(sdk::Host& host, Till& till, sdk::Secret secret) : host_(host), till_(till), secret_(std::move(secret)) {}

    /// The job that brings what could not be brought, or is not due yet. In start() only.
    sdk::Result<void> start();

    /// Now, one after the other. What nobody takes is tried again by a job.
    void bring(const sdk::CallContext& context, const std::string& notify_url, const std::vector<Message>& messages);
    void bring_later(const sdk::CallContext& context, const std::string& notify_url, const Message& message,
                     sdk::Milliseconds after);

    const sdk::Secret& secret() const { return secret_; }

private:
    std::string address(const std::string& notify_url) const;
    sdk::Result<void> deliver(const sdk::CallContext& context, const std::string& url, const std::string& body);
    sdk::Result<void> run(sdk::JobRun& job);
    void enqueue(const sdk::CallContext& context, const std::string& url, const Message& message, sdk::Instant at);

    sdk::Host& host_;
    Till& till_;
    sdk::Secret secret_;
};

}  // namespace whatsflow::testpay
