/// \file
/// Events that may not be lost, for the whole host: who records, who subscribes, who is told.
///
///     outbox::Outbox outbox(database, bus, clock, log);
///     auto for_billing = outbox.for_plugin("invoices", guard);    // what the plugin sees
///     outbox.start();                                            // deliveries begin
///
/// README.md has the way of an event.
#pragma once

#include "events/bus.hpp"
#include "outbox/dispatcher.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::outbox {

struct Options {
    DispatcherOptions dispatcher{};
    RetryPlan retries{};
    sdk::Milliseconds lease{30'000};  ///< after it another host may serve a subscriber
    int batch = 200;
    int batch_in_transaction = 50;
    background::Steps steps{};  ///< for tests of crashes
};

/// [thread-safe]
class Outbox {
public:
    static constexpr std::size_t kLongestBody = 60'000;  ///< a TEXT holds 65,535 bytes
    static constexpr unsigned kMostHops = 16;

    /// All of it outlives the outbox, and the plugins' facades with it.
    Outbox(sdk::Database& database, events::Bus& bus, const sdk::Clock& clock, sdk::Logger& log, Options options = {});
    ~Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    std::shared_ptr<sdk::Outbox> for_plugin(const std::string& plugin, background::Guard guard);
    /// Withdraws what the plugin subscribed; waits until none of it runs.
    void withdraw(const std::string& plugin);

    void start() { dispatcher_.start(); }
    bool stop() { return dispatcher_.stop(); }
    /// Staff made a dead letter due again.
    void wake() { dispatcher_.wake(); }
    /// For tests, on the calling thread: see Dispatcher.
    int deliver_due() { return dispatcher_.deliver_due(); }

private:
    class ForPlugin;

    sdk::Result<void> append(const std::string& plugin, sdk::Transaction& tx, const sdk::CallContext& context,
                             sdk::Envelope envelope);
    sdk::Result<void> subscribe(Subscriber subscriber);
    void declare_publisher(const std::string& plugin, const std::string& type);

    events::Bus& bus_;
    const sdk::Clock& clock_;
    EventLog events_;
    Cursors cursors_;
    Retries retries_;
    Dispatcher dispatcher_;

    std::mutex mutex_;
    std::set<std::pair<std::string, std::string>> declared_;  ///< publisher and type
};

}  // namespace whatsflow::outbox
