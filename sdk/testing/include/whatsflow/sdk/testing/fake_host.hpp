/// \file
/// A host in memory: enough to unit test a plugin without the server.
///
///     FakeHost host("com.acme.pay");
///     AcmePay plugin;
///     ASSERT_TRUE(plugin.start(host, Config{{{"api_key", "k"}}}));
///     auto response = host.call(Method::get, "/acme/status");
///     host.advance(std::chrono::minutes(5));   // fires the timers that are due
///     plugin.stop();
///
/// Nothing happens by itself: timers fire in advance() or fire_timers(), events arrive in
/// published().deliver(), and time stands still until the test moves it.
#pragma once

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/testing/fake_clock.hpp>
#include <whatsflow/sdk/testing/fake_database.hpp>
#include <whatsflow/sdk/testing/fake_facilities.hpp>
#include <whatsflow/sdk/testing/fake_https_client.hpp>
#include <whatsflow/sdk/testing/recorded_events.hpp>
#include <whatsflow/sdk/testing/recording_logger.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk::testing {

/// What a call of a route carries besides method and path.
struct CallOptions {
    std::string body{};
    Headers headers{};
    Fields cookies{};
    std::optional<Identity> identity{};
    std::optional<Site> site{};  ///< needed when two sites have the same pattern
    TenantId tenant{};
    std::string locale = "en";
};

/// What is registered with the host at this moment.
struct Registered {
    std::size_t routes = 0;
    std::size_t commands = 0;
    std::size_t contributions = 0;
    std::size_t services = 0;
    std::size_t subscriptions = 0;
    std::size_t timers = 0;
    std::size_t watches = 0;
};

/// [thread-safe] as Host is. Callbacks run on the thread of the test.
class FakeHost final : public Host {
public:
    explicit FakeHost(std::string plugin_id = "com.example.test", std::string install_directory = {});
    ~FakeHost() override;
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    // The plugin's side.
    const std::string& plugin_id() const noexcept override;
    Logger& log() noexcept override;
    const Clock& clock() const noexcept override;
    Database& database() noexcept override;
    HttpsClient& https() noexcept override;
    EventBus& events() noexcept override;
    Outbox& outbox() override;
    Jobs& jobs() override;
    AuditLog& audit() override;
    Vault& vault() override;
    FileStorage& files() override;
    Result<void> route(Route route) override;
    Result<void> command(Command command) override;
    Result<void> contribute(Contribution contribution) override;
    using Host::contribute;
    Result<void> provide(ServiceId id, Service& service, Properties properties) override;
    Registration every(Milliseconds period, std::function<void()> action) override;
    std::vector<FoundService> find_services(ServiceId id, const Properties& filter) override;
    Registration watch_service(ServiceId id, std::function<void(const ServiceChange&)> callback) override;
    std::vector<Contribution> contributions(SlotId slot, Site site) override;
    /// The view's name, a line break, and its model as JSON: nothing is really rendered.
    Result<std::string> render(const View& view, Site site, const std::string& locale) override;
    /// The key.
    std::string translate(const std::string& locale, const std::string& key) const override;
    /// `https://landing.test`, `https://app.test`, …
    std::string site_url(Site site) const override;
    /// A new folder below the temporary directory, removed with the host.
    Result<std::string> data_directory() override;
    const std::string& install_directory() const noexcept override;

    // The test's side.
    FakeClock& time();
    RecordingLogger& logged();
    RecordedEvents& published();
    FakeHttpsClient& network();
    FakeFacilities& facilities();
    /// Until this is called the database is an UnavailableDatabase. The caller keeps it alive.
    void use_database(Database& database);
    /// A service of the host or of another plugin. The caller keeps it alive.
    void install_service(ServiceId id, Service& service, Properties properties = {},
                         std::string provider = "com.example.other");
    /// That provider goes away: calls through its handles are refused from now on.
    void remove_services(const std::string& provider);

    /// Finds the route and runs its handler as the host would: 404 without a route, 401 and
    /// 403 by its permission, 413 by its body limit. CSRF and rates are not looked at. An
    /// exception of the handler passes through, so that the test fails with its message.
    Response call(Method method, std::string_view target, CallOptions options = {});
    Result<CommandOutput> run_command(std::string_view name, const CommandArguments& arguments = {});
    /// Runs every timer once, whether due or not. Returns how many ran.
    std::size_t fire_timers();
    /// Moves the clock and runs each timer as often as it came due.
    void advance(Milliseconds by);

    std::vector<Route> routes() const;
    std::vector<Command> commands() const;
    std::vector<Contribution> contributions() const;
    Registered registered() const;
    /// What escaped from services called through a handle.
    std::vector<std::string> faults() const;

    /// What the host does when the plugin has stopped: nothing registered is left.
    void withdraw_all();

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// A context with a request id and no deadline.
CallContext a_context(TenantId tenant = {});

/// A user of `tenant` with these permissions.
Identity a_user(std::string tenant, std::set<std::string> permissions = {});

/// A staff member with these permissions.
Identity a_staff_member(std::set<std::string> permissions = {});

}  // namespace whatsflow::sdk::testing
