#include "sink_erasures.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kJob = "analytics.forget_at_sink";
constexpr const char* kPurpose = "erasure at a sink";
/// A batch that is under way with somebody in it has arrived by then.
constexpr std::chrono::minutes kBehindBatches{1};

using Sink = sdk::ServiceHandle<sdk::AnalyticsSink>;

std::string name_of(const Sink& sink) {
    const auto name = sink.properties().find("sink");
    return name == sink.properties().end() ? std::string() : name->second;
}

bool can_erase(const Sink& sink) {
    const auto limits = sink.call(&sdk::AnalyticsSink::limits);
    return limits && limits->can_erase;
}

}  // namespace

sdk::Result<void> SinkErasures::ask(const sdk::CallContext& context, const std::string& person,
                                    const std::string& request) const {
    for (const auto& sink : sdk::find_all_services<sdk::AnalyticsSink>(host_)) {
        const auto name = name_of(sink);
        if (name.empty() || !can_erase(sink)) continue;
        const auto sealed = host_.vault().seal(kPurpose, sdk::Secret(person));
        if (!sealed) return sealed.error();
        sdk::JobRequest job;
        job.kind = kJob;
        job.payload = {{"sink", name}, {"person", *sealed}, {"request", request}};
        job.run_at = host_.clock().now() + kBehindBatches;
        if (auto waits = host_.jobs().enqueue(host_.database(), context, job); !waits) return waits.error();
    }
    return sdk::ok();
}

std::vector<std::string> SinkErasures::by_hand() const {
    std::vector<std::string> names;
    for (const auto& sink : sdk::find_all_services<sdk::AnalyticsSink>(host_))
        if (auto name = name_of(sink); !name.empty() && !can_erase(sink)) names.push_back(std::move(name));
    return names;
}

sdk::Result<void> SinkErasures::run(sdk::JobRun& job) const {
    const auto name = job.payload().value("sink", std::string());
    const auto person = host_.vault().open(kPurpose, job.payload().value("person", std::string()));
    if (!person) return person.error();
    sdk::AnalyticsErasure erasure;
    erasure.id = job.payload().value("request", std::string());
    erasure.user_id = person->reveal();
    const auto done = sdk::find_service<sdk::AnalyticsSink>(host_, {{"sink", name}})
                          .call(&sdk::AnalyticsSink::erase, job.context(), erasure);
    if (!done) return done.error();
    if (done->outcome == sdk::AnalyticsDelivery::Outcome::delivered) return sdk::ok();
    return sdk::fail("analytics.not_forgotten", "The sink '" + name + "' has not forgotten the person: " +
                                                    done->message + " If that stays so, do it there by hand.");
}

sdk::Result<void> register_sink_erasures(sdk::Host& host, const SinkErasures& erasures) {
    return host.jobs().handle(kJob, [&](sdk::JobRun& job) { return erasures.run(job); });
}

}  // namespace whatsflow::analytics
