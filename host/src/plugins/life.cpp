#include "plugins/life.hpp"

#include "plugins/library.hpp"

#include <array>

namespace whatsflow::plugins {
namespace {

std::string in_words(std::chrono::milliseconds time) {
    if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
    return std::to_string(time.count()) + " ms";
}

/// Runs plugin code that may throw; what it threw becomes the error.
template <class Body>
sdk::Result<void> catching(const std::string& where, Body&& body) {
    try {
        return body();
    } catch (const std::exception& exception) {
        return sdk::fail("plugin.fault", "threw an exception in " + where + ": " + exception.what());
    } catch (...) {
        return sdk::fail("plugin.fault", "threw something that is not a std::exception in " + where);
    }
}

/// Objects that code we do not control may still be using. Never freed, on purpose.
void leak(std::shared_ptr<void> object) {
    static std::mutex mutex;
    static auto* const graveyard = new std::vector<std::shared_ptr<void>>();
    std::lock_guard lock(mutex);
    graveyard->push_back(std::move(object));
}

}  // namespace

struct Life::Body {
    Body(const Candidate& candidate, const Surroundings& around, const std::shared_ptr<Gate>& gate)
        : id(candidate.id),
          host(candidate.id, candidate.folder.string(), around.platform, gate, around.registrations, around.timers) {}

    const std::string id;
    const wf_plugin_v1* entry = nullptr;
    wf_plugin* object = nullptr;
    PluginHost host;
    sdk::Result<void> outcome;
    bool taken_over = false;

    sdk::Plugin& plugin() const { return *reinterpret_cast<sdk::Plugin*>(object); }
};

Life::Life(const Candidate& candidate, const Surroundings& around)
    : candidate_(candidate),
      around_(around),
      gate_(std::make_shared<Gate>(candidate.id, around.on_fault)),
      body_(std::make_shared<Body>(candidate, around, gate_)) {}

Life::~Life() {
    if (stuck_) leak(body_);
}

sdk::Error Life::give_up(const std::string& what, std::chrono::milliseconds timeout) {
    stuck_ = true;
    gate_->close();
    body_->host.revoke();
    return sdk::fail("plugins.stuck", what + " within " + in_words(timeout) +
                                          ". Its code is left alone; restart the server to use the plugin again.");
}

sdk::Result<void> Life::load() {
    auto attempt = around_.markers.attempt(candidate_.id);
    const auto opened = around_.control.run(
        [body = body_, candidate = candidate_] {
            RunningPlugin running(body->id);
            auto entry = open_library(candidate);
            if (entry)
                body->entry = *entry;
            else
                body->outcome = entry.error();
        },
        around_.start_timeout);
    if (!opened) return give_up("its library did not finish loading", around_.start_timeout);
    return body_->outcome;
}

sdk::Result<void> Life::create() {
    const auto created = around_.control.run(
        [body = body_] {
            RunningPlugin running(body->id);
            std::array<char, 512> why{};
            body->object = body->entry->create(why.data(), static_cast<std::uint32_t>(why.size()));
            why.back() = 0;
            if (!body->object)
                body->outcome = sdk::fail("plugins.create_failed", std::string("could not be created: ") +
                                                                       (why[0] ? why.data() : "no reason given"));
        },
        around_.start_timeout);
    if (!created) return give_up("it did not finish its constructor", around_.start_timeout);
    return body_->outcome;
}

sdk::Result<void> Life::start(const nlohmann::json& config) {
    auto attempt = around_.markers.attempt(candidate_.id);
    if (auto created = create(); !created) return created;
    const auto returned = around_.control.run(
        [body = body_, settings = sdk::Config(config)] {
            RunningPlugin running(body->id);
            body->outcome = catching("start()", [&] { return body->plugin().start(body->host, settings); });
        },
        around_.start_timeout);
    if (!returned) return give_up("start() did not return", around_.start_timeout);
    if (!body_->outcome) {
        const auto why = body_->outcome.error();
        (void)stop();
        return why;
    }
    gate_->open();
    tell_others(&PluginHost::commit);
    return sdk::ok();
}

/// Others hear of services on the control thread, and one of them may hang.
bool Life::tell_others(void (PluginHost::*news)()) {
    return around_.control.run([body = body_, news] { (body->host.*news)(); }, around_.stop_timeout);
}

sdk::Result<void> Life::all_started() {
    body_->host.enter_phase(Phase::all_started);
    const auto returned = around_.control.run(
        [body = body_, gate = gate_] {
            Inside inside(*gate);
            if (!inside) return;
            const auto done = catching("on_all_started()", [&] {
                body->plugin().on_all_started(body->host);
                return sdk::ok();
            });
            if (!done) gate->fault(done.error().message);
        },
        around_.start_timeout);
    if (!returned) return give_up("on_all_started() did not return", around_.start_timeout);
    body_->host.enter_phase(Phase::running);
    return sdk::ok();
}

sdk::Result<bool> Life::reconfigure(const nlohmann::json& config) {
    const auto returned = around_.control.run(
        [body = body_, gate = gate_, settings = sdk::Config(config)] {
            body->taken_over = false;
            Inside inside(*gate);
            if (!inside) return;
            const auto done = catching("reconfigure()", [&] {
                body->taken_over = body->plugin().reconfigure(settings);
                return sdk::ok();
            });
            if (!done) gate->fault(done.error().message);
        },
        around_.stop_timeout);
    if (!returned) return give_up("reconfigure() did not return", around_.stop_timeout);
    return body_->taken_over;
}

sdk::Result<void> Life::stop() {
    if (stuck_) return sdk::fail("plugins.stuck", "it is stuck");
    const bool was_started = static_cast<bool>(body_->outcome);
    tell_others(&PluginHost::withdraw);
    gate_->close();
    if (!gate_->wait_until_empty(around_.stop_timeout))
        return give_up("a call into it did not come back", around_.stop_timeout);
    if (body_->object && was_started) {
        const auto stopped = around_.control.run(
            [body = body_] {
                RunningPlugin running(body->id);
                body->plugin().stop();
            },
            around_.stop_timeout);
        if (!stopped) return give_up("stop() did not return", around_.stop_timeout);
    }
    body_->host.revoke();
    if (!body_->object) return sdk::ok();
    const auto destroyed = around_.control.run(
        [body = body_] {
            RunningPlugin running(body->id);
            body->entry->destroy(body->object);
            body->object = nullptr;
        },
        around_.stop_timeout);
    if (!destroyed) return give_up("its destructor did not return", around_.stop_timeout);
    return sdk::ok();
}

}  // namespace whatsflow::plugins
