#include "flag_outcomes.hpp"

#include "core/arrival.hpp"
#include "pages/event_walk.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

struct Exposed {
    std::string variant;
    std::int64_t at = 0;  ///< first
    bool is_mixed = false;
};

/// The variant that this event tells of, where it is about the flag in the environment; else nothing.
std::optional<std::string> variant_told(const AnalyticsRecord& event, const std::string& flag,
                                        const std::string& environment) {
    const auto properties = json::parse(event.properties, nullptr, false);
    if (!properties.is_object() || scalar_text(properties, "$feature_flag") != flag) return std::nullopt;
    // PostHog's clients know no environments: theirs is production.
    const auto told = scalar_text(properties, "environment");
    if ((told.empty() ? "production" : told) != environment) return std::nullopt;
    const auto answer = properties.find("$feature_flag_response");
    if (answer == properties.end()) return std::nullopt;
    if (answer->is_boolean()) return answer->get<bool>() ? "on" : "off";
    return scalar_text(properties, "$feature_flag_response");
}

}  // namespace

sdk::Result<std::vector<sdk::VariantOutcome>> OutcomesOfFlags::outcomes(const sdk::CallContext& context,
                                                                        const std::string& environment,
                                                                        const std::string& flag,
                                                                        const std::string& goal, sdk::Instant since) {
    const auto sites = office_.sites.all(context);
    if (!sites) return sites.error();
    Asked asked;
    for (const auto& site : *sites)
        if (site.tenant.empty()) asked.sites.push_back(site.number);
    asked.from = sdk::to_micros(since);
    asked.to = sdk::to_micros(office_.host.clock().now()) + 1;
    asked.names = {std::string(kFlagCalled)};
    if (goal != kFlagCalled) asked.names.push_back(goal);
    std::map<std::int64_t, Exposed> exposed;
    std::map<std::int64_t, std::int64_t> last_goal;
    // Shares are compared: a sample of the visitors tells them where there are very many.
    const auto walked = pages::walk(office_, context, asked, pages::Among::sample, Detail::properties,
                                    [&](const AnalyticsRecord& event) {
                                        if (event.name == goal) {
                                            auto& at = last_goal[event.visitor];
                                            at = std::max(at, event.occurred_at);
                                        }
                                        if (event.name != kFlagCalled) return;
                                        const auto variant = variant_told(event, flag, environment);
                                        if (!variant) return;
                                        auto& person = exposed[event.visitor];
                                        if (person.variant.empty()) person = {*variant, event.occurred_at, false};
                                        person.is_mixed = person.is_mixed || person.variant != *variant;
                                        person.at = std::min(person.at, event.occurred_at);
                                    });
    if (!walked) return walked.error();
    std::map<std::string, sdk::VariantOutcome> outcomes;
    for (const auto& [visitor, person] : exposed) {
        if (person.is_mixed) continue;
        auto& outcome = outcomes[person.variant];
        ++outcome.people;
        const auto reached = last_goal.find(visitor);
        if (reached != last_goal.end() && reached->second >= person.at) ++outcome.converted;
    }
    std::vector<sdk::VariantOutcome> all;
    for (auto& [variant, outcome] : outcomes) {
        outcome.variant = variant;
        all.push_back(outcome);
    }
    return all;
}

}  // namespace whatsflow::analytics
