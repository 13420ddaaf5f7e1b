/// \file
/// A runtime with fakes around it, for tests that load the misbehaving plugins of
/// tests/fixtures/plugins.
#pragma once

#include "plugins/runtime.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace whatsflow::plugins::testing {

namespace fs = std::filesystem;

class FakeClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(micros); }
    std::atomic<std::int64_t> micros{1'770'000'000'000'000};
};

class SilentLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::lock_guard lock(mutex);
        lines.emplace_back(message);
        for (const auto& [name, value] : fields) lines.back() += " " + name + "=" + value;
    }
    bool contains(const std::string& text) {
        std::lock_guard lock(mutex);
        return std::ranges::any_of(lines, [&](const auto& line) { return line.find(text) != std::string::npos; });
    }
    std::mutex mutex;
    std::vector<std::string> lines;
};

class NoDatabase final : public sdk::Database {
public:
    sdk::Result<std::vector<sdk::Row>> query(const sdk::CallContext&, std::string_view, const sdk::DbValues&) override {
        return sdk::fail("database.unavailable", "There is no database in this test.");
    }
    sdk::Result<std::int64_t> execute(const sdk::CallContext&, std::string_view, const sdk::DbValues&) override {
        return sdk::fail("database.unavailable", "There is no database in this test.");
    }
    sdk::Dialect dialect() const noexcept override { return sdk::Dialect::sqlite; }
    sdk::Result<void> transaction(const sdk::CallContext&,
                                  const std::function<sdk::Result<void>(sdk::Transaction&)>&) override {
        return sdk::fail("database.unavailable", "There is no database in this test.");
    }
};

class NoNetwork final : public sdk::HttpsClient {
public:
    sdk::Result<sdk::IncomingResponse> send(const sdk::CallContext&, const sdk::OutgoingRequest&) override {
        return sdk::fail("net.not_sent", "There is no network in this test.");
    }
};

/// A folder that goes away with the test.
class Scratch {
public:
    Scratch() {
        std::string pattern = (fs::temp_directory_path() / "wf-plugins-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Scratch() {
        std::error_code error;
        fs::remove_all(path, error);
    }
    fs::path path;
};

inline fs::path fixture(const std::string& name) {
    return fs::path(WF_FIXTURE_PLUGINS) / name;
}

inline std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class RuntimeTest : public ::testing::Test {
protected:
    Platform platform() { return platform(bus, services); }
    Platform platform(events::Bus& its_bus, services::ServiceRegistry& its_services) {
        return Platform{
            .database = [this](const std::string&) -> sdk::Database& { return database; },
            .https = network,
            .bus = its_bus,
            .services = its_services,
            .clock = clock,
            .logger = [this](const std::string&) -> sdk::Logger& { return log; },
            .render = [](const sdk::View& view, sdk::Site, const std::string&) { return sdk::Result<std::string>(view.name); },
            .translate = [](const std::string&, const std::string& key) { return key; },
            .site_url = [](sdk::Site site) { return "http://" + std::string(sdk::to_text(site)) + ".test"; },
            .config =
                [](const std::string&, const nlohmann::json& schema) {
                    auto values = nlohmann::json::object();
                    for (const auto& [key, property] : schema.at("properties").items())
                        if (property.contains("default")) values[key] = property["default"];
                    return sdk::Result<nlohmann::json>(values);
                },
            .migrate = [this](const std::string& id, const fs::path& folder) -> sdk::Result<void> {
                for (const auto& file : fs::directory_iterator(folder))
                    if (read_text(file.path()).find("TABEL") != std::string::npos)
                        return sdk::fail("database.failed",
                                         "Migration " + file.path().filename().string() + " failed. Repair it.");
                migrated.push_back(id);
                return sdk::ok();
            },
            .views = [this](const std::string& id, const fs::path&) -> sdk::Result<void> {
                if (broken_views == id)
                    return sdk::fail("view.broken", "Template home.mustache does not compile. Repair it.");
                return sdk::ok();
            },
            .sha256_of_file =
                [](const fs::path& file) { return sdk::Result<std::string>("sum-of-" + file.filename().string()); },
            .data_directory = scratch.path,
        };
    }

    /// The named fixtures, all of them enabled.
    Options with(const std::vector<std::string>& fixtures) {
        Options options;
        for (const auto& name : fixtures) options.directories.push_back(fixture(name));
        options.bundled_directory = options.directories.empty() ? scratch.path : options.directories.front();
        options.enabled.emplace();
        for (const auto& name : fixtures)
            for (const auto& folder : fs::directory_iterator(fixture(name)))
                options.enabled->push_back(folder.path().filename().string());
        options.start_timeout = std::chrono::milliseconds(3'000);
        options.stop_timeout = std::chrono::milliseconds(3'000);
        return options;
    }

    Runtime& start(Options options) {
        runtime = std::make_unique<Runtime>(platform(), std::move(options));
        outcome = runtime->start_all();
        return *runtime;
    }
    Runtime& start(const std::vector<std::string>& fixtures) { return start(with(fixtures)); }

    PluginStatus status_of(const std::string& id) const {
        for (const auto& status : runtime->status())
            if (status.id == id) return status;
        ADD_FAILURE() << id << " is not listed";
        return {};
    }

    sdk::Response visit(const std::string& path) const {
        for (const auto& registered : runtime->routes())
            if (registered.route.pattern == path) return registered.route.handler(sdk::Request{});
        ADD_FAILURE() << path << " is not registered";
        return sdk::Response(0);
    }

    /// Waits for something that another thread does.
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::yield();
        }
        return true;
    }

    Scratch scratch;
    FakeClock clock;
    SilentLog log;
    NoDatabase database;
    NoNetwork network;
    services::ServiceRegistry services;
    events::Bus bus{log, clock};
    std::vector<std::string> migrated;
    std::string broken_views;  ///< id of the plugin whose templates do not compile
    sdk::Result<void> outcome;
    std::unique_ptr<Runtime> runtime;
};

}  // namespace whatsflow::plugins::testing
