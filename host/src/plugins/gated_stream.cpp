#include "plugins/gated_stream.hpp"

#include "plugins/guarded.hpp"

namespace whatsflow::plugins {
namespace {

/// What the plugin's function holds is the plugin's too, so it is let go inside the gate.
class GatedStream {
public:
    GatedStream(std::shared_ptr<Gate> gate, std::string call, sdk::BodyStream stream)
        : gate_(std::move(gate)), call_(std::move(call)), stream_(std::move(stream)) {}
    GatedStream(const GatedStream&) = delete;
    GatedStream& operator=(const GatedStream&) = delete;
    ~GatedStream() {
        const Inside inside(*gate_);
        stream_.next = nullptr;
    }

    sdk::Result<std::string> next() {
        using Answer = sdk::Result<std::string>;
        return guarded(
            *gate_, call_, [&] { return stream_.next(); },
            [&] { return Answer(sdk::fail("plugin.unavailable", stopping_sentence(gate_->plugin()))); },
            [&] { return Answer(sdk::fail("plugin.fault", fault_sentence(gate_->plugin()))); });
    }

private:
    const std::shared_ptr<Gate> gate_;
    const std::string call_;
    sdk::BodyStream stream_;
};

}  // namespace

sdk::Response behind_gate(sdk::Response response, std::shared_ptr<Gate> gate, const std::string& call) {
    const auto* body = std::get_if<sdk::BodyStream>(&response.body());
    if (!body) return response;
    auto stream = std::make_shared<GatedStream>(std::move(gate), call + ", its stream", *body);
    response.body(sdk::BodyStream{[stream = std::move(stream)] { return stream->next(); }});
    return response;
}

}  // namespace whatsflow::plugins
