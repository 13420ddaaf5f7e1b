// The code blocks of writing-a-plugin.md and lifecycle.md.
#include <whatsflow/sdk/plugin.hpp>

#include <optional>

namespace {

namespace sdk = whatsflow::sdk;

class Clockwork {
public:
    explicit Clockwork(sdk::Host& host) : host_(host) {}
    void tick() { host_.log().debug("tick"); }

private:
    sdk::Host& host_;
};

// [first_plugin]
class Greeter final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        greeting_ = config.text("greeting");
        return host.route(sdk::get(sdk::Site::landing, "/hello/{name}", sdk::Permission::everyone(),
                                   [this](const sdk::Request& request) {
                                       return sdk::text(greeting_ + ", " + request.parameters.get("name") + "!");
                                   }));
    }

    void stop() noexcept override {}

private:
    std::string greeting_;
};
// In one .cpp file: #include <whatsflow/sdk/plugin_entry.hpp> and WHATSFLOW_PLUGIN(Greeter)
// [/first_plugin]

// [timer]
class Ticker final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config&) override {
        clockwork_.emplace(host);
        timer_ = host.every(std::chrono::minutes(5), [this] { clockwork_->tick(); });
        return sdk::ok();
    }

    void stop() noexcept override {
        timer_.release();  // waits for a tick that is running
        clockwork_.reset();
    }

private:
    std::optional<Clockwork> clockwork_;
    sdk::Registration timer_;  // last: dies first
};
// [/timer]

[[maybe_unused]] void built() {
    Greeter greeter;
    Ticker ticker;
}

}  // namespace
