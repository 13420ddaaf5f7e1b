// Variants of a flag, and how many of their people reached a goal.
#include "core/arrival.hpp"
#include "core/experiment.hpp"
#include "event_walk.hpp"
#include "report.hpp"
#include "staff_pages.hpp"

#include <cstdio>

namespace whatsflow::analytics::pages {

using nlohmann::json;

namespace {

/// Exposures of one flag, as PostHog's clients tell them and as our flags do.
struct Exposures {
    std::map<std::string, std::map<std::int64_t, std::int64_t>> first_by_variant;  ///< visitor → first exposure
    std::map<std::int64_t, std::set<std::string>> variants_of;

    /// Who saw several variants can convert for none of them.
    std::int64_t mixed() const {
        return std::ranges::count_if(variants_of, [](const auto& each) { return each.second.size() > 1; });
    }
};

std::string small(double number) {
    char text[32];
    std::snprintf(text, sizeof text, number < 0.0001 ? "%.1e" : "%.4f", number);
    return text;
}

std::string points(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%+.1f", 100 * share);
    return text;
}

void note_exposure(std::map<std::string, Exposures>& all, const AnalyticsRecord& event) {
    const auto properties = json::parse(event.properties, nullptr, false);
    const auto flag = properties.is_object() ? scalar_text(properties, "$feature_flag") : std::string{};
    if (flag.empty()) return;
    const auto answer = properties.find("$feature_flag_response");
    const auto variant = answer == properties.end() ? std::string("?")
                         : answer->is_string()      ? answer->get<std::string>()
                                                    : answer->dump();
    all[flag].first_by_variant[variant].emplace(event.visitor, event.occurred_at);
    all[flag].variants_of[event.visitor].insert(variant);
}

std::vector<Arm> arms_of(const Exposures& seen, const std::map<std::int64_t, std::int64_t>& last_goal) {
    std::vector<Arm> arms;
    for (const auto& [variant, people] : seen.first_by_variant) {
        Arm arm{variant, 0, 0, 1};
        for (const auto& [visitor, at] : people) {
            if (seen.variants_of.at(visitor).size() > 1) continue;
            ++arm.people;
            const auto reached = last_goal.find(visitor);
            if (reached != last_goal.end() && reached->second >= at) ++arm.converted;
        }
        arms.push_back(std::move(arm));
    }
    return arms;
}

std::vector<std::vector<std::string>> rows_of(const std::vector<Arm>& arms) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& arm : arms) {
        const auto versus = compare(arms.front(), arm);
        const bool is_first = &arm == &arms.front();
        rows.push_back({arm.variant, grouped(arm.people), grouped(arm.converted),
                        percent(static_cast<double>(arm.converted), static_cast<double>(arm.people)),
                        is_first ? "–" : points(versus.difference),
                        is_first ? "–" : points(versus.low) + " … " + points(versus.high),
                        is_first ? "–" : small(versus.p)});
    }
    return rows;
}

/// Gives the arms the weights that staff set up; the words say what the check is against.
sdk::Result<std::string> weigh_as_set_up(const AnalyticsOffice& office, const sdk::Request& request, Report& report,
                                         const std::string& flag, std::vector<Arm>& arms) {
    const auto splits = splits_of(office.host.database(), request.context);
    if (!splits) return splits.error();
    const auto equal = office.text(request.locale, "experiments.ratio_method");
    const auto split = std::ranges::find(*splits, flag, &Split::flag);
    if (split == splits->end()) return equal;
    const auto weights = read_weights(split->weights);
    auto weighed = arms;
    if (!weights || !weigh(weighed, *weights)) {
        report.note(office.text(request.locale, "experiments.other_split", {{"weights", split->weights}}), true);
        return equal;
    }
    arms = std::move(weighed);
    return office.text(request.locale, "experiments.ratio_split", {{"weights", split->weights}});
}

sdk::Result<sdk::Response> show_experiments(const AnalyticsOffice& office, const sdk::Request& request) {
    auto scope = scope_in(office, request, {});
    if (!scope) return scope.error();
    if (scope->site.empty())
        for (const auto& site : scope->sites) scope->numbers.push_back(site.number);
    const auto names = names_of(office, request.context, *scope);
    if (!names) return names.error();
    const auto goal = request.query.get("goal");
    std::map<std::string, Exposures> exposures;
    std::map<std::int64_t, std::int64_t> last_goal;
    std::vector<std::string> looked_at{std::string(kFlagCalled)};
    if (!goal.empty() && goal != kFlagCalled) looked_at.push_back(goal);
    // In one walk: then exposures and goals are those of the same visitors, should it be a sample.
    const auto walked = walk(office, request.context, scope->asked(scope->times.span, looked_at), Among::sample,
                             Detail::properties, [&](const AnalyticsRecord& event) {
                                 if (event.name == kFlagCalled) note_exposure(exposures, event);
                                 if (event.name != goal) return;
                                 auto& at = last_goal[event.visitor];
                                 at = std::max(at, event.occurred_at);
                             });
    if (!walked) return walked.error();
    std::vector<std::string> flags;
    for (const auto& [flag, seen] : exposures) flags.push_back(flag);
    const auto wanted = request.query.get("flag");
    const auto flag = wanted.empty() && !flags.empty() ? flags.front() : wanted;
    Report report(office, request, "experiments", *scope);
    report.choice("flag", flags, flag).choice("goal", *names, goal).from(*walked, true);
    const auto found = exposures.find(flag);
    if (found == exposures.end()) return report.page();
    auto arms = arms_of(found->second, last_goal);
    const auto against = weigh_as_set_up(office, request, report, flag, arms);
    if (!against) return against.error();
    const auto ratio = sample_ratio_p(arms);
    report
        .table("variants", {"variant", "#people", "#converted", "#rate", "#difference", "#interval", "#p"},
               rows_of(arms))
        .figure("ratio", "p = " + small(ratio), *against)
        .note(office.text(request.locale, "experiments.method"));
    if (walked->sample.is_everybody() && !walked->was_cut)
        report.note(office.text(request.locale, "experiments.exact"));
    if (ratio < kMismatch) report.note(office.text(request.locale, "experiments.mismatch"), true);
    if (const auto mixed = found->second.mixed(); mixed > 0)
        report.note(office.text(request.locale, "experiments.mixed", {{"people", grouped(mixed)}}));
    if (goal.empty()) report.note(office.text(request.locale, "experiments.no_goal"));
    return report.page();
}

}  // namespace

sdk::Result<void> register_experiments_page(const AnalyticsOffice& office) {
    return staff_page(office, path_of("experiments"), "Variants and what they lead to", &show_experiments);
}

}  // namespace whatsflow::analytics::pages
