// What billing promises of speed: renewals with every document, limits under contention, notices.
// SQLite in memory's file system, or the database named by WHATSFLOW_TEST_DATABASE_URL, which is
// left with what was done. The outbox is the host's own; the bank answers at once.
#include "data/database_server.hpp"
#include "data/migrator.hpp"
#include "outbox/outbox.hpp"
#include "src/billing_plugin.hpp"
#include "time/system_clock.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class NoLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel level) const noexcept override { return level >= sdk::LogLevel::error; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::fprintf(stderr, "%s", std::string(message).c_str());
        for (const auto& [name, value] : fields) std::fprintf(stderr, " %s=%s", name.c_str(), value.c_str());
        std::fprintf(stderr, "\n");
    }
};

class EverybodyIsThere final : public sdk::Directory {
public:
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const TenantId& id) override {
        sdk::TenantProfile profile;
        profile.id = id;
        profile.time_zone = "UTC";
        profile.currency = "USD";
        profile.country = "US";
        return std::optional{profile};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const TenantId&,
                                                         const std::vector<std::string>&) override {
        return std::vector<sdk::MemberProfile>{};
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<sdk::TenantProfile>{};
    }
};

class InstantBank final : public sdk::PaymentProvider {
public:
    sdk::Result<sdk::PaymentProviderInfo> describe() const override {
        sdk::PaymentProviderInfo info;
        info.name = "Bank";
        info.capabilities = {sdk::PaymentCapability::hosted_checkout, sdk::PaymentCapability::charge_saved_method,
                             sdk::PaymentCapability::native_idempotency};
        return info;
    }
    sdk::Result<void> health(const sdk::CallContext&) override { return sdk::ok(); }
    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext&, const sdk::CheckoutRequest&) override {
        return sdk::CheckoutPage{};
    }
    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext&, const sdk::ChargeRequest& request) override {
        return sdk::PaymentOutcome::succeeded("pay_" + request.idempotency_key, request.amount);
    }
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext&, const sdk::PaymentLookup&) override {
        return sdk::PaymentRecord{};
    }
    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override {
        return sdk::VerifiedNotice{sdk::NoticeTrust::fully_signed, notice.body.substr(0, 36), "paid"};
    }
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice&) const override {
        return std::vector<sdk::PaymentEvent>{};
    }
};

/// The host of tests with the outbox of production.
class BenchHost final : public sdk::Host {
public:
    BenchHost(sdk::testing::FakeHost& fake, sdk::Outbox& outbox) : fake_(fake), outbox_(outbox) {}
    const std::string& plugin_id() const noexcept override { return fake_.plugin_id(); }
    sdk::Logger& log() noexcept override { return log_; }
    const sdk::Clock& clock() const noexcept override { return fake_.clock(); }
    sdk::Database& database() noexcept override { return fake_.database(); }
    sdk::HttpsClient& https() noexcept override { return fake_.https(); }
    sdk::EventBus& events() noexcept override { return fake_.events(); }
    sdk::Outbox& outbox() override { return outbox_; }
    sdk::Jobs& jobs() override { return fake_.jobs(); }
    sdk::AuditLog& audit() override { return fake_.audit(); }
    sdk::Vault& vault() override { return fake_.vault(); }
    sdk::FileStorage& files() override { return fake_.files(); }
    sdk::Result<void> route(sdk::Route route) override { return fake_.route(std::move(route)); }
    sdk::Result<void> command(sdk::Command command) override { return fake_.command(std::move(command)); }
    sdk::Result<void> contribute(sdk::Contribution what) override { return fake_.contribute(std::move(what)); }
    sdk::Result<void> provide(sdk::ServiceId id, sdk::Service& service, sdk::Properties properties) override {
        return fake_.provide(id, service, std::move(properties));
    }
    sdk::Registration every(sdk::Milliseconds period, std::function<void()> action) override {
        return fake_.every(period, std::move(action));
    }
    std::vector<sdk::FoundService> find_services(sdk::ServiceId id, const sdk::Properties& filter) override {
        return fake_.find_services(id, filter);
    }
    sdk::Registration watch_service(sdk::ServiceId id, std::function<void(const sdk::ServiceChange&)> call) override {
        return fake_.watch_service(id, std::move(call));
    }
    std::vector<sdk::Contribution> contributions(sdk::SlotId slot, sdk::Site site) override {
        return fake_.contributions(slot, site);
    }
    sdk::Result<std::string> render(const sdk::View& view, sdk::Site site, const std::string& locale) override {
        return fake_.render(view, site, locale);
    }
    std::string translate(const std::string& locale, const std::string& key) const override {
        return fake_.translate(locale, key);
    }
    std::string site_url(sdk::Site site) const override { return fake_.site_url(site); }
    sdk::Result<std::string> data_directory() override { return fake_.data_directory(); }
    const std::string& install_directory() const noexcept override { return fake_.install_directory(); }

private:
    sdk::testing::FakeHost& fake_;
    sdk::Outbox& outbox_;
    NoLog log_;
};

double resident_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:") {
            double kib = 0;
            status >> kib;
            return kib / 1024;
        }
    return 0;
}

class Shop {
public:
    Shop() {
        const std::filesystem::path root = WF_SOURCE_DIR;
        data::Migrator migrator(
            *database_,
            {{"core", "core_", root / "migrations"}, {"billing", "billing_", root / "plugins/billing/migrations"}},
            clock_);
        if (auto done = migrator.apply({}); !done) throw std::runtime_error(done.error().message);
        fake_.time().set(start_);
        fake_.install_service(sdk::Directory::kId, directory_);
        fake_.install_service(sdk::PaymentProvider::kId, bank_, {{"provider", "bank"}});
        if (auto done = store::seed(*database_, {}, start_); !done) throw std::runtime_error(done.error().message);
        // What an earlier measurement left is not due here.
        (void)database_->execute(all(), "UPDATE billing_accounts SET next_due_at = NULL");
    }

    sdk::CallContext all() const { return sdk::across_tenants({}, "bench"); }

    /// Tenants with a month that is paid and a card, due in a month.
    void subscribe(int count) {
        std::vector<TenantId> tenants;
        const auto flush = [&] {
            for (const auto& tenant : tenants) open(tenant);
            auto made = transitions_.run_many({}, tenants, [](Account& account, const Surroundings& around) {
                return subscribed_and_paid(account, around);
            });
            if (!made) throw std::runtime_error(made.error().message);
            if (made->size() != tenants.size()) {
                const auto alone = transitions_.run({}, tenants.front(), {}, {}, &subscribed_and_paid);
                throw std::runtime_error(alone ? "not all were subscribed" : alone.error().message);
            }
            tenants.clear();
        };
        for (int i = 0; i < count; ++i) {
            tenants.emplace_back(sdk::make_uuid());
            if (tenants.size() == 64) flush();
        }
        if (!tenants.empty()) flush();
    }
    void a_month_later() { fake_.time().set(start_ += 24h * 31); }

    sdk::testing::FakeHost& fake() { return fake_; }
    data::DatabaseServer& database() { return *database_; }
    Runner& runner() { return runner_; }
    Gatekeeper& gatekeeper() { return gatekeeper_; }
    Inbox& inbox() { return inbox_; }
    TenantId anyone() {
        return TenantId{(*database_->query_one(all(),
                                               "SELECT tenant_id FROM billing_subscriptions ORDER BY id DESC "
                                               "LIMIT 1"))
                            ->text("tenant_id")};
    }

private:
    static std::shared_ptr<data::DatabaseServer> opened() {
        const char* chosen = std::getenv("WHATSFLOW_TEST_DATABASE_URL");
        auto server = data::open(*data::parse_database_url(chosen ? chosen : "sqlite::memory:"), {.sessions = 16});
        if (!server) throw std::runtime_error(server.error().message);
        return *server;
    }
    static sdk::Result<Changes> subscribed_and_paid(Account& account, const Surroundings& around) {
        const auto before = account;
        Subscribe order;
        order.plan = "starter";
        order.trial = false;
        Request request;
        request.command = order;
        auto made = apply(account, request, around);
        if (!made) return made.error();
        auto all = *made;
        for (const auto& charge : made->charges) {
            request.command = ChargeAnswered{charge.payment, ChargeResult::succeeded, std::nullopt, {}, "first"};
            auto paid = apply(account, request, around);
            if (!paid) return paid.error();
            all.postings.insert(all.postings.end(), paid->postings.begin(), paid->postings.end());
            all.events.insert(all.events.end(), paid->events.begin(), paid->events.end());
        }
        all.charges.clear();
        all.entities = difference(before, account);
        return all;
    }
    void open(const TenantId& tenant) {
        if (auto found = transitions_.look({}, tenant, {}); !found) throw std::runtime_error(found.error().message);
        const auto token = *host_.vault().seal("payment_method", sdk::Secret{"tok"});
        const auto done = database_->execute(
            all(),
            "INSERT INTO billing_methods (id, tenant_id, provider, digest, token, customer, kind, brand, last4, "
            "exp_month, exp_year, is_default, created_at) VALUES (?, ?, 'bank', ?, ?, '', 'card', 'visa', '4242', 1, "
            "2040, 1, 0)",
            {sdk::make_uuid(), tenant.text(), tenant.text(), token});
        if (!done) throw std::runtime_error(done.error().message);
    }

    time::SystemClock clock_;
    NoLog log_;
    sdk::Instant start_ = start_of_day(LocalDate::of(2026, 3, 10), "UTC") + 1h;
    std::shared_ptr<data::DatabaseServer> database_ = opened();
    events::Bus bus_{log_, clock_};
    sdk::testing::FakeHost fake_{"billing"};
    EverybodyIsThere directory_;
    InstantBank bank_;
    const bool has_database_ = (fake_.use_database(*database_), true);  // before anybody asks for it
    outbox::Outbox outbox_{*database_, bus_, clock_, log_};
    std::shared_ptr<sdk::Outbox> of_billing_ = outbox_.for_plugin(
        "billing", [](const std::string&, const std::function<sdk::Result<void>()>& body) { return body(); });
    BenchHost host_{fake_, *of_billing_};
    Transitions transitions_{host_, {}};
    Gatekeeper gatekeeper_{transitions_};
    ProviderCalls calls_{transitions_};
    Teller teller_{transitions_, calls_};
    Runner runner_{transitions_, calls_};
    Inbox inbox_{teller_, transitions_, calls_};
};

Shop& the_shop() {
    static Shop shop;
    return shop;
}

void renewals(benchmark::State& state) {
    auto& shop = the_shop();
    const auto count = static_cast<int>(state.range(0));
    const int workers = 2;
    shop.subscribe(count);
    shop.a_month_later();
    const auto before = resident_mib();
    double seconds = 0;
    for (auto _ : state) {
        const auto begun = std::chrono::steady_clock::now();
        const auto report = shop.runner().run_all({}, workers);
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        if (!report || report->parked > 0 || report->accounts < count) state.SkipWithError("not all were renewed");
    }
    const auto paid = shop.database().query_one(
        shop.all(),
        "SELECT COUNT(*) AS n FROM billing_invoices i JOIN billing_accounts a ON a.tenant_id = i.tenant_id "
        "WHERE i.n = 2 AND i.state = 'paid' AND a.next_due_at IS NOT NULL");
    if (!paid || (*paid)->integer("n") < count) state.SkipWithError("not all were paid");
    state.counters["renewals/s"] = count / seconds;
    state.counters["MiB more"] = resident_mib() - before;
    (void)shop.database().execute(shop.all(), "UPDATE billing_accounts SET next_due_at = NULL");
}
BENCHMARK(renewals)
    ->Apply([](benchmark::internal::Benchmark* each) {
        each->Arg(2'000)->Arg(8'000);
        if (const char* due = std::getenv("WHATSFLOW_BENCH_DUE")) each->Arg(std::atoi(due));
    })
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

template <class Ask>
double a_second(int threads, int each, Ask ask) {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
            for (int k = 0; k < each; ++k) ask(i, k);
        });
    for (auto& thread : running) thread.join();
    return threads * each / std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void consumed_by_one_tenant(benchmark::State& state) {
    auto& shop = the_shop();
    shop.subscribe(1);
    const sdk::CallContext context{.request_id = "bench", .tenant = shop.anyone()};
    const auto threads = static_cast<int>(state.range(0));
    std::atomic<int> refused{0}, other{0};
    double rate = 0;
    for (auto _ : state)
        rate = a_second(threads, 20'000 / threads, [&](int, int) {
            const auto used = shop.gatekeeper().consume(context, "messages", 1, sdk::make_uuid());
            if (!used) ++(used.error().code == "entitlements.limit_reached" ? refused : other);
        });
    // The limit of the plan is 5,000: the rest is refused, and counted as an answer.
    if (other > 0 || shop.gatekeeper().standing(context, "messages")->used != 5'000) state.SkipWithError("miscounted");
    state.counters["answers/s"] = rate;
}
BENCHMARK(consumed_by_one_tenant)->Arg(8)->Arg(64)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void counted_for_one_tenant(benchmark::State& state) {
    auto& shop = the_shop();
    shop.subscribe(1);
    const sdk::CallContext context{.request_id = "bench", .tenant = shop.anyone()};
    const auto threads = static_cast<int>(state.range(0));
    std::atomic<int> refused{0};
    double rate = 0;
    for (auto _ : state)
        rate = a_second(threads, 20'000 / threads, [&](int, int) {
            if (!shop.gatekeeper().consume(context, "broadcasts", 1, sdk::make_uuid())) ++refused;
        });
    if (refused > 0) state.SkipWithError("refused");
    state.counters["consumed/s"] = rate;
}
BENCHMARK(counted_for_one_tenant)->Arg(8)->Arg(64)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void notices_stored(benchmark::State& state) {
    auto& shop = the_shop();
    const auto threads = static_cast<int>(state.range(0));
    const std::string rest(1'500, 'x');
    std::atomic<int> refused{0};
    double rate = 0;
    for (auto _ : state)
        rate = a_second(threads, 10'000 / threads, [&](int, int) {
            sdk::Request request;
            request.body = sdk::make_uuid() + rest;
            if (shop.inbox().receive(request, "bank").status() != 200) ++refused;
        });
    if (refused > 0) state.SkipWithError("refused");
    state.counters["notices/s"] = rate;
}
BENCHMARK(notices_stored)->Arg(8)->Arg(32)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whatsflow::billing
