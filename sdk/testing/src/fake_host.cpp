#include <whatsflow/sdk/testing/fake_host.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace whatsflow::sdk::testing {
namespace {

/// Splits `/a/b` into its segments.
std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        const auto end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

/// The parameters when `path` fits `pattern`.
std::optional<Fields> match(std::string_view pattern, std::string_view path) {
    const auto wanted = segments(pattern);
    const auto given = segments(path);
    if (wanted.size() != given.size()) return std::nullopt;
    Fields parameters;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].size() > 2 && wanted[i].front() == '{' && wanted[i].back() == '}') {
            if (given[i].empty()) return std::nullopt;
            parameters.add(std::string(wanted[i].substr(1, wanted[i].size() - 2)),
                           decode_url(given[i], false).value_or(std::string(given[i])));
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return parameters;
}

bool contains(const Properties& properties, const Properties& filter) {
    return std::ranges::all_of(filter, [&](const auto& wanted) {
        const auto found = properties.find(wanted.first);
        return found != properties.end() && found->second == wanted.second;
    });
}

class FakeLease final : public ServiceLease {
public:
    FakeLease(std::string provider, Properties properties, std::function<void(std::string)> on_fault)
        : provider_(std::move(provider)), properties_(std::move(properties)), on_fault_(std::move(on_fault)) {}

    bool enter() noexcept override { return open_; }
    void leave() noexcept override {}
    void fault(std::string_view what) noexcept override { on_fault_(std::string(what)); }
    const std::string& provider() const noexcept override { return provider_; }
    const Properties& properties() const noexcept override { return properties_; }

    void close() { open_ = false; }

private:
    std::string provider_;
    Properties properties_;
    std::function<void(std::string)> on_fault_;
    std::atomic<bool> open_{true};
};

struct Provided {
    std::string id;
    Service* service;
    std::shared_ptr<FakeLease> lease;
    bool by_plugin;
};

struct Timer {
    std::uint64_t id;
    Milliseconds period;
    Instant next;
    std::function<void()> action;
};

struct Watch {
    std::uint64_t id;
    std::string service;
    std::function<void(const ServiceChange&)> callback;
};

}  // namespace

struct FakeHost::State {
    std::string plugin_id;
    std::string install_directory;
    std::string data_directory;
    FakeClock clock;
    RecordingLogger logger;
    RecordedEvents events;
    FakeHttpsClient network;
    FakeFacilities facilities{clock};
    UnavailableDatabase no_database;
    Database* database = &no_database;

    mutable std::mutex mutex;
    std::vector<Route> routes;
    std::vector<Command> commands;
    std::vector<Contribution> contributions;
    std::vector<Provided> services;
    std::vector<Timer> timers;
    std::vector<Watch> watches;
    std::vector<std::string> faults;
    std::uint64_t next_id = 1;
    std::uint64_t next_call = 1;

    explicit State(std::string id) : plugin_id(std::move(id)), events(plugin_id, &clock) {}

    Provided provided(std::string id, Service& service, std::string provider, Properties properties, bool by_plugin) {
        auto on_fault = [this](std::string what) {
            std::lock_guard lock(mutex);
            faults.push_back(std::move(what));
        };
        return {std::move(id), &service,
                std::make_shared<FakeLease>(std::move(provider), std::move(properties), std::move(on_fault)),
                by_plugin};
    }

    /// Tells those who watch, without the lock held.
    void announce(const Provided& changed, bool available) {
        std::vector<std::function<void(const ServiceChange&)>> callbacks;
        {
            std::lock_guard lock(mutex);
            for (const auto& watch : watches)
                if (watch.service == changed.id) callbacks.push_back(watch.callback);
        }
        const ServiceChange change{changed.id, changed.lease->provider(), changed.lease->properties(), available};
        for (const auto& callback : callbacks) callback(change);
    }
};

FakeHost::FakeHost(std::string plugin_id, std::string install_directory)
    : state_(std::make_shared<State>(std::move(plugin_id))) {
    state_->install_directory =
        install_directory.empty() ? std::filesystem::current_path().string() : std::move(install_directory);
}

FakeHost::~FakeHost() {
    std::error_code ignored;
    if (!state_->data_directory.empty()) std::filesystem::remove_all(state_->data_directory, ignored);
}

const std::string& FakeHost::plugin_id() const noexcept {
    return state_->plugin_id;
}
Logger& FakeHost::log() noexcept {
    return state_->logger;
}
const Clock& FakeHost::clock() const noexcept {
    return state_->clock;
}
Database& FakeHost::database() noexcept {
    return *state_->database;
}
HttpsClient& FakeHost::https() noexcept {
    return state_->network;
}
EventBus& FakeHost::events() noexcept {
    return state_->events;
}
Outbox& FakeHost::outbox() {
    return state_->facilities.outbox;
}
Jobs& FakeHost::jobs() {
    return state_->facilities.jobs;
}
AuditLog& FakeHost::audit() {
    return state_->facilities.audit;
}
Vault& FakeHost::vault() {
    return state_->facilities.vault;
}
FileStorage& FakeHost::files() {
    return state_->facilities.files;
}
FakeFacilities& FakeHost::facilities() {
    return state_->facilities;
}
const std::string& FakeHost::install_directory() const noexcept {
    return state_->install_directory;
}

FakeClock& FakeHost::time() {
    return state_->clock;
}
RecordingLogger& FakeHost::logged() {
    return state_->logger;
}
RecordedEvents& FakeHost::published() {
    return state_->events;
}
FakeHttpsClient& FakeHost::network() {
    return state_->network;
}
void FakeHost::use_database(Database& database) {
    state_->database = &database;
}

Result<void> FakeHost::route(Route route) {
    std::lock_guard lock(state_->mutex);
    if (route.pattern.empty() || route.pattern.front() != '/')
        return fail("route.invalid", "The pattern '" + route.pattern + "' does not start with '/'.");
    if (!route.handler) return fail("route.invalid", "The route " + route.pattern + " has no handler.");
    if (route.permission.text().empty())
        return fail("route.invalid", "The route " + route.pattern + " does not say who may call it.");
    const bool taken = std::ranges::any_of(state_->routes, [&](const Route& other) {
        return other.site == route.site && other.method == route.method && other.pattern == route.pattern;
    });
    if (taken)
        return fail("route.duplicate", std::string(to_text(route.method)) + " " + route.pattern + " is there twice.");
    state_->routes.push_back(std::move(route));
    return ok();
}

Result<void> FakeHost::command(Command command) {
    std::lock_guard lock(state_->mutex);
    const bool taken =
        std::ranges::any_of(state_->commands, [&](const Command& other) { return other.name == command.name; });
    if (taken) return fail("command.duplicate", "The command '" + command.name + "' is there twice.");
    state_->commands.push_back(std::move(command));
    return ok();
}

Result<void> FakeHost::contribute(Contribution contribution) {
    std::lock_guard lock(state_->mutex);
    contribution.plugin = state_->plugin_id;
    state_->contributions.push_back(std::move(contribution));
    return ok();
}

Result<void> FakeHost::provide(ServiceId id, Service& service, Properties properties) {
    auto provided = state_->provided(id.text(), service, state_->plugin_id, std::move(properties), true);
    {
        std::lock_guard lock(state_->mutex);
        const bool taken = std::ranges::any_of(state_->services, [&](const Provided& other) {
            return other.by_plugin && other.id == provided.id &&
                   other.lease->properties() == provided.lease->properties();
        });
        if (taken) return fail("service.duplicate", provided.id + " is there twice with equal properties.");
        state_->services.push_back(provided);
    }
    state_->announce(provided, true);
    return ok();
}

Registration FakeHost::every(Milliseconds period, std::function<void()> action) {
    std::lock_guard lock(state_->mutex);
    const auto id = state_->next_id++;
    state_->timers.push_back({id, period, state_->clock.now() + period, std::move(action)});
    return Registration([weak = std::weak_ptr(state_), id] {
        const auto state = weak.lock();
        if (!state) return;
        std::lock_guard inner(state->mutex);
        std::erase_if(state->timers, [id](const Timer& timer) { return timer.id == id; });
    });
}

std::vector<FoundService> FakeHost::find_services(ServiceId id, const Properties& filter) {
    std::lock_guard lock(state_->mutex);
    std::vector<FoundService> found;
    for (const auto& provided : state_->services)
        if (provided.id == id.text() && contains(provided.lease->properties(), filter))
            found.push_back({provided.service, provided.lease});
    std::ranges::sort(found, {}, [](const FoundService& one) { return one.lease->provider(); });
    return found;
}

Registration FakeHost::watch_service(ServiceId id, std::function<void(const ServiceChange&)> callback) {
    std::lock_guard lock(state_->mutex);
    const auto number = state_->next_id++;
    state_->watches.push_back({number, id.text(), std::move(callback)});
    return Registration([weak = std::weak_ptr(state_), number] {
        const auto state = weak.lock();
        if (!state) return;
        std::lock_guard inner(state->mutex);
        std::erase_if(state->watches, [number](const Watch& watch) { return watch.id == number; });
    });
}

std::vector<Contribution> FakeHost::contributions(SlotId slot, Site site) {
    std::lock_guard lock(state_->mutex);
    std::vector<Contribution> found;
    for (const auto& contribution : state_->contributions)
        if (contribution.slot == slot.text() && contribution.site == site) found.push_back(contribution);
    std::ranges::stable_sort(found, {}, &Contribution::order);
    return found;
}

Result<std::string> FakeHost::render(const View& view, Site, const std::string&) {
    return view.name + "\n" + view.model.dump();
}

std::string FakeHost::translate(const std::string&, const std::string& key) const {
    return key;
}

std::string FakeHost::site_url(Site site) const {
    return "https://" + std::string(to_text(site)) + ".test";
}

Result<std::string> FakeHost::data_directory() {
    std::lock_guard lock(state_->mutex);
    if (state_->data_directory.empty()) {
        std::error_code failure;
        auto name = (std::filesystem::temp_directory_path(failure) / "whatsflow-test-XXXXXX").string();
        if (failure || ::mkdtemp(name.data()) == nullptr)
            return fail("files.unavailable", "No temporary folder could be made.");
        state_->data_directory = name;
    }
    return state_->data_directory;
}

void FakeHost::install_service(ServiceId id, Service& service, Properties properties, std::string provider) {
    auto provided = state_->provided(id.text(), service, std::move(provider), std::move(properties), false);
    {
        std::lock_guard lock(state_->mutex);
        state_->services.push_back(provided);
    }
    state_->announce(provided, true);
}

void FakeHost::remove_services(const std::string& provider) {
    std::vector<Provided> gone;
    {
        std::lock_guard lock(state_->mutex);
        for (const auto& provided : state_->services)
            if (provided.lease->provider() == provider) gone.push_back(provided);
        std::erase_if(state_->services,
                      [&](const Provided& provided) { return provided.lease->provider() == provider; });
    }
    for (const auto& provided : gone) {
        provided.lease->close();
        state_->announce(provided, false);
    }
}

Response FakeHost::call(Method method, std::string_view target, CallOptions options) {
    Request request;
    request.method = method;
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    if (question != std::string_view::npos) {
        request.query_string = target.substr(question + 1);
        Request form;
        form.body = request.query_string;
        if (auto fields = form.form()) request.query = std::move(*fields);
    }
    request.path = decode_url(path, false).value_or(std::string(path));
    request.body = std::move(options.body);
    request.headers = std::move(options.headers);
    request.cookies = std::move(options.cookies);
    request.locale = std::move(options.locale);
    request.identity = std::move(options.identity);
    request.remote_address = "127.0.0.1";
    request.csrf_token = "csrf-token-of-the-test";
    request.context.tenant = request.identity && options.tenant.empty() ? request.identity->tenant : options.tenant;

    std::optional<Route> found;
    {
        std::lock_guard lock(state_->mutex);
        request.context.request_id = "test-" + std::to_string(state_->next_call++);
        for (const auto& route : state_->routes) {
            if (route.method != method || (options.site && *options.site != route.site)) continue;
            auto parameters = match(route.pattern, path);
            // A pattern without parameters is more exact than one with.
            if (!parameters || (found && !parameters->empty())) continue;
            request.parameters = std::move(*parameters);
            found = route;
        }
    }
    if (!found) return not_found();
    request.site = found->site;
    const auto& permission = found->permission.text();
    if (permission != "public" && permission != "loopback") {
        if (!request.identity) return problem(401, "unauthenticated", "Sign in first.");
        if (!request.identity->may(permission)) return problem(403, "forbidden", "You may not do this.");
    }
    if (request.body.size() > found->limits.body_bytes) return problem(413, "too_large", "The body is too large.");
    return found->handler(request);
}

Result<CommandOutput> FakeHost::run_command(std::string_view name, const CommandArguments& arguments) {
    std::optional<Command> found;
    for (auto& command : commands())
        if (command.name == name) found = std::move(command);
    if (!found) return fail("command.unknown", "There is no command '" + std::string(name) + "'.");
    if (arguments.positional.size() != found->positional.size())
        return fail("command.usage", "The command takes " + std::to_string(found->positional.size()) + " arguments.");
    return found->run(a_context(), arguments);
}

std::size_t FakeHost::fire_timers() {
    std::vector<std::function<void()>> actions;
    {
        std::lock_guard lock(state_->mutex);
        for (const auto& timer : state_->timers) actions.push_back(timer.action);
    }
    for (const auto& action : actions) action();
    return actions.size();
}

void FakeHost::advance(Milliseconds by) {
    const Instant until = state_->clock.now() + by;
    while (true) {
        std::function<void()> action;
        {
            std::lock_guard lock(state_->mutex);
            const auto due = std::ranges::min_element(state_->timers, {}, &Timer::next);
            if (due == state_->timers.end() || due->next > until) break;
            state_->clock.set(due->next);
            due->next += std::max(due->period, Milliseconds{1});
            action = due->action;
        }
        action();
    }
    state_->clock.set(until);
}

std::vector<Route> FakeHost::routes() const {
    std::lock_guard lock(state_->mutex);
    return state_->routes;
}

std::vector<Command> FakeHost::commands() const {
    std::lock_guard lock(state_->mutex);
    return state_->commands;
}

std::vector<Contribution> FakeHost::contributions() const {
    std::lock_guard lock(state_->mutex);
    return state_->contributions;
}

Registered FakeHost::registered() const {
    std::lock_guard lock(state_->mutex);
    Registered count;
    count.routes = state_->routes.size();
    count.commands = state_->commands.size();
    count.contributions = state_->contributions.size();
    count.services = static_cast<std::size_t>(std::ranges::count_if(state_->services, &Provided::by_plugin));
    count.subscriptions = state_->events.subscriptions();
    count.timers = state_->timers.size();
    count.watches = state_->watches.size();
    return count;
}

std::vector<std::string> FakeHost::faults() const {
    std::lock_guard lock(state_->mutex);
    return state_->faults;
}

void FakeHost::withdraw_all() {
    remove_services(state_->plugin_id);
    state_->events.withdraw_all();
    // Taken out under the lock and destroyed without it: captures may own registrations.
    std::vector<Route> routes;
    std::vector<Command> commands;
    std::vector<Contribution> contributions;
    std::vector<Timer> timers;
    std::vector<Watch> watches;
    std::lock_guard lock(state_->mutex);
    routes.swap(state_->routes);
    commands.swap(state_->commands);
    contributions.swap(state_->contributions);
    timers.swap(state_->timers);
    watches.swap(state_->watches);
}

CallContext a_context(TenantId tenant) {
    CallContext context;
    context.request_id = "test";
    context.tenant = std::move(tenant);
    return context;
}

Identity a_user(std::string tenant, std::set<std::string> permissions) {
    Identity identity;
    identity.subject = "user-1";
    identity.tenant = TenantId{std::move(tenant)};
    identity.session = "session-1";
    identity.permissions = std::move(permissions);
    return identity;
}

Identity a_staff_member(std::set<std::string> permissions) {
    Identity identity;
    identity.kind = Identity::Kind::staff;
    identity.subject = "staff-1";
    identity.session = "session-1";
    identity.permissions = std::move(permissions);
    return identity;
}

}  // namespace whatsflow::sdk::testing
