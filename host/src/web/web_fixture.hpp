/// \file
/// A whole application between fakes, for the tests: a renderer that shows its model, assets
/// in a map, an authenticator that knows one session and two tokens, a clock that stands still.
#pragma once

#include "web/web_application.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::web::testing {

struct FakeRenderer : views::Renderer {
    sdk::Result<std::string> render(const sdk::View& view, const views::RenderContext& context) const override {
        ++renderings;
        if (broken || view.name == "broken") return sdk::fail("view.failed", "secret reason");
        if (context.extent == views::Extent::part) return "[" + view.name + "]";
        auto model = view.model.is_object() ? view.model : nlohmann::json::object();
        for (const auto& around : context.frame) model.update(*around);
        return "<html data-view=\"" + view.name + "\" lang=\"" + context.locale + "\">" + model.dump() + "</html>";
    }
    std::string translate(const std::string&, const std::string& key) const override { return key; }
    std::uint64_t generation() const noexcept override { return theme; }

    mutable std::atomic<int> renderings{0};
    std::atomic<bool> broken{false};
    std::atomic<std::uint64_t> theme{1};
};

struct FakeAssets : views::AssetSource {
    std::shared_ptr<const views::Asset> find(std::string_view url_path) const override {
        const auto found = assets.find(std::string(url_path));
        return found == assets.end() ? nullptr : found->second;
    }
    std::map<std::string, std::shared_ptr<const views::Asset>> assets;
};

struct FakeLog : sdk::Logger {
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        const std::lock_guard lock(mutex);
        std::string line(message);
        for (const auto& [name, value] : fields) line += " " + name + "=" + value;
        lines.push_back(std::move(line));
    }
    std::string all() const {
        std::string text;
        for (const auto& line : lines) text += line + "\n";
        return text;
    }
    std::mutex mutex;
    std::vector<std::string> lines;
};

struct FakeClock : sdk::Clock {
    sdk::Instant now() const override { return sdk::from_micros(1'773'100'800'000'000); }  // 2026-03-10
};

struct FakeAuthenticator : sdk::Authenticator {
    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) override {
        if (failing) return sdk::fail("database.unavailable", "down");
        sdk::Identity identity;
        identity.tenant = sdk::TenantId("t1");
        if (const auto session = request.cookies.find("session"); session == "s1" || session == "s2") {
            identity.subject = "u1";
            identity.name = "ann de Silva";
            identity.email = "ann@acme.lk";
            identity.role = "owner";
            identity.tenant_name = "Acme";
            if (session == "s2") identity.impersonator = "staff-1";
            identity.session = *session;
            identity.permissions = {"things.read", "things.write"};
            return std::optional{identity};
        }
        const auto token = request.headers.find("authorization");
        if (token == "Bearer scrape" || token == "Bearer weak") {
            identity.kind = sdk::Identity::Kind::token;
            identity.permissions = token == "Bearer scrape" ? std::set<std::string>{"metrics:read", "things.write"}
                                                            : std::set<std::string>{"nothing"};
            return std::optional{identity};
        }
        return std::optional<sdk::Identity>{};
    }
    bool failing = false;
};

struct OpenLease : sdk::ServiceLease {
    bool enter() noexcept override { return true; }
    void leave() noexcept override {}
    void fault(std::string_view) noexcept override {}
    const std::string& provider() const noexcept override { return id; }
    const sdk::Properties& properties() const noexcept override { return none; }
    std::string id = "people";
    sdk::Properties none;
};

/// What a client sees.
struct Seen {
    int status = 0;
    sdk::Headers headers;
    std::string body;
    bool head_only = false;
    bool close = false;
    bool from_loop = false;

    std::string header(std::string_view name) const { return std::string(headers.find(name).value_or("")); }
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

class WebFixture : public ::testing::Test {
protected:
    static constexpr std::uint16_t kLanding = 5253, kApp = 2153, kAdmin = 5153, kApi = 2152;

    WebFixture() {
        options.sites = {{sdk::Site::landing, kLanding, "http://localhost:5253"},
                         {sdk::Site::app, kApp, "http://localhost:2153"},
                         {sdk::Site::admin, kAdmin, "http://localhost:5153"},
                         {sdk::Site::api, kApi, "http://localhost:2152"}};
    }

    /// The application, made on first use; change `options` and `routes` before.
    WebApplication& web() {
        if (!application_) {
            auto made = WebApplication::make(dependencies(), options);
            EXPECT_TRUE(made);
            application_ = std::move(*made);
            const auto set = application_->set_routes(routes);
            EXPECT_TRUE(set) << (set ? "" : set.error().message);
        }
        return *application_;
    }

    WebDependencies dependencies() {
        WebDependencies given{.renderer = renderer, .assets = assets, .log = log, .clock = clock};
        given.authenticator = [this](sdk::Site) {
            return with_authenticator ? sdk::ServiceHandle<sdk::Authenticator>(
                                            sdk::FoundService{&authenticator, std::make_shared<OpenLease>()})
                                      : sdk::ServiceHandle<sdk::Authenticator>{};
        };
        given.contributions = [this](const sdk::SlotId& slot, sdk::Site site) {
            auto found = std::make_shared<std::vector<sdk::Contribution>>();
            for (const auto& contribution : contributions)
                if (contribution.slot == slot.text() && contribution.site == site) found->push_back(contribution);
            return found;
        };
        given.live = [this](sdk::Site site) { return site == sdk::Site::app ? live : LiveUpdates{}; };
        given.readiness = [this] { return readiness; };
        given.metrics = [] { return std::string("up 1\n"); };
        given.compress = [](std::string_view bytes, Encoding encoding) {
            return std::optional(std::string(content_coding(encoding)) + ":" + std::string(bytes));
        };
        given.observe = [this](const RequestRecord& record) {
            observed.push_back(std::string(record.route) + " " + std::string(record.plugin) + " " +
                               std::to_string(record.status) + (record.cached ? " cached" : ""));
        };
        given.fault = [this](const std::string& plugin, std::string_view) { faults.push_back(plugin); };
        given.now = [this] { return now; };
        return given;
    }

    void route(sdk::Method method, sdk::Site site, std::string pattern, sdk::RouteHandler handler,
               sdk::Permission permission = sdk::Permission::everyone(), std::function<void(sdk::Route&)> change = {}) {
        auto made = sdk::get(site, std::move(pattern), std::move(permission), std::move(handler));
        made.method = method;
        if (change) change(made);
        routes.push_back({std::move(made), "demo"});
    }

    static http::WireRequest request(std::string method, std::uint16_t port, std::string target,
                                     HeaderList headers = {}, std::string body = "") {
        http::WireRequest wire;
        wire.method = std::move(method);
        wire.target = std::move(target);
        wire.peer_address = "203.0.113.9";
        wire.local_port = port;
        wire.headers.add("Host", "localhost:" + std::to_string(port));
        for (auto& [name, value] : headers) wire.headers.add(std::move(name), std::move(value));
        wire.body = std::move(body);
        return wire;
    }

    /// What the wire does with a request, from its head to its last byte.
    Seen send(http::WireRequest wire) {
        auto head = web().on_head(wire);
        if (auto* reply = std::get_if<http::WireReply>(&head)) return see(wire, *reply, true);
        if (wire.body.size() > std::get<http::BodyLimit>(head).bytes)
            return see(wire, web().refusal(413, "body", wire.local_port), true);
        auto outcome = web().on_request(wire);
        if (auto* reply = std::get_if<http::WireReply>(&outcome)) return see(wire, *reply, true);
        return see(wire, std::get<http::PoolWork>(outcome).run(), false);
    }
    Seen get(std::uint16_t port, std::string target, HeaderList headers = {}) {
        return send(request("GET", port, std::move(target), std::move(headers)));
    }
    Seen post(std::uint16_t port, std::string target, std::string body = "", HeaderList headers = {}) {
        headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        return send(request("POST", port, std::move(target), std::move(headers), std::move(body)));
    }

    /// The `name=value` of the visitor's cookie, and the token, out of a page of FakeRenderer.
    static std::string visitor_cookie_in(const Seen& seen) {
        const auto cookie = seen.header("Set-Cookie");
        return cookie.substr(0, cookie.find(';'));
    }
    static nlohmann::json model_of(const Seen& seen) {
        const auto start = seen.body.find('{');
        const auto end = seen.body.rfind('}');
        return nlohmann::json::parse(seen.body.substr(start, end - start + 1), nullptr, false);
    }

    WebOptions options;
    std::vector<RouteEntry> routes;
    FakeRenderer renderer;
    FakeAssets assets;
    FakeLog log;
    FakeClock clock;
    FakeAuthenticator authenticator;
    bool with_authenticator = true;
    std::vector<sdk::Contribution> contributions;
    Readiness readiness{true, {{"database", "ok"}}};
    LiveUpdates live;
    std::vector<std::string> observed;
    std::vector<std::string> faults;
    std::chrono::steady_clock::time_point now{std::chrono::hours(1)};

private:
    Seen see(const http::WireRequest& wire, const http::WireReply& reply, bool from_loop) {
        Seen seen{reply.status, {}, reply.body ? *reply.body : "", reply.head_only, reply.close, from_loop};
        std::string_view block = reply.header_block ? std::string_view(*reply.header_block) : std::string_view();
        while (!block.empty()) {
            const auto end = block.find("\r\n");
            const auto colon = block.find(": ");
            seen.headers.add(std::string(block.substr(0, colon)),
                             std::string(block.substr(colon + 2, end - colon - 2)));
            block.remove_prefix(end + 2);
        }
        for (const auto& [name, value] : reply.headers.entries()) seen.headers.add(name, value);
        web().finished(wire, reply.status, seen.body.size(), std::chrono::microseconds(7));
        return seen;
    }

    std::unique_ptr<WebApplication> application_;
};

}  // namespace whatsflow::web::testing
