#include "schedule_pages.hpp"

#include "core/constraint.hpp"
#include "core/edits.hpp"
#include "core/explanation.hpp"
#include "core/moment.hpp"
#include "finding_words.hpp"
#include "page_parts.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kMostSteps = 20;
constexpr auto kFurthest = std::chrono::hours{24 * 366};
const std::vector<std::string> kSwitches{"on", "off"};
const std::vector<std::string> kHarms{"falls", "rises"};
const std::vector<std::string> kReactions{"stop", "roll-back"};

const char* status_of_schedule(const std::string& state) {
    if (state == "waiting") return "info";
    if (state == "done") return "good";
    return state == "canceled" ? "idle" : "bad";
}

json schedule_rows(const FlagOffice& office, const sdk::Request& request, const Place& place,
                   const std::vector<ScheduledChange>& changes, json& confirms) {
    const auto& locale = request.locale;
    json rows = json::array();
    for (const auto& change : changes) {
        json steps = json::array();
        for (std::size_t i = 0; i < change.steps.size(); ++i) {
            const bool is_past = i < change.next_step;
            const bool is_never = !is_past && change.state != "waiting";
            steps.push_back({{"at", sdk::to_micros(change.steps[i].at)},
                             {"text", in_words(office, locale, change.steps[i])},
                             {"is_past", is_past},
                             {"is_never", is_never},
                             {"note", office.text(locale, is_past    ? "schedule.past"
                                                          : is_never ? "schedule.never"
                                                                     : "schedule.to_come")}});
        }
        const bool can_cancel = change.state == "waiting" && may_manage(request);
        if (can_cancel)
            confirms.push_back(confirm_model(
                office, request,
                {"cancel-" + change.id, "cancel_schedule", place.path("/schedule/" + change.id + "/cancel")}));
        rows.push_back(
            {{"who", change.who},
             {"created_at", change.created_at},
             {"title", office.text(locale, change.rule_mark.empty() ? "schedule.switch" : "schedule.roll_out")},
             {"status", status_of_schedule(change.state)},
             {"status_text", office.word(locale, change.state)},
             {"steps", std::move(steps)},
             {"outcome", outcome_in_words(office, locale, change)},
             {"guard", in_words(office, locale, change.guard)},
             {"cancel_id", can_cancel ? json("cancel-" + change.id) : json(false)}});
    }
    return rows;
}

/// The rules that let a share in, by their number and in words.
json share_rules(const Place& place, const std::string& chosen) {
    json rules = json::array();
    if (!place.feature) return rules;
    const auto written = list_in(place.definition(), "strategies");
    for (std::size_t i = 0; i < written.size() && i < place.feature->strategies.size(); ++i)
        if (is_share(written[i]))
            rules.push_back({{"value", std::to_string(i)},
                             {"label", std::to_string(i + 1) + ": " + in_words(place.feature->strategies[i])},
                             {"selected", std::to_string(i) == chosen}});
    return rules;
}

struct Objected {
    std::string to_switch;
    std::string to_roll_out;
};

sdk::Result<sdk::Response> schedule_page(const FlagOffice& office, const sdk::Request& request, const Place& place,
                                         const sdk::Fields& typed, const Objected& objected) {
    const auto& locale = request.locale;
    const auto changes = office.schedules.of_flag(request.context, place.environment, place.project, place.key);
    if (!changes) return changes.error();
    auto model = flag_model(office, request, place, "schedule");
    json confirms = json::array();
    model["changes"] = schedule_rows(office, request, place, *changes, confirms);
    model["has_changes"] = !changes->empty();
    model["confirms"] = std::move(confirms);
    model["switch_form"] = false;
    model["roll_out_form"] = false;
    model["wants_share"] = false;
    model["wants_approval"] = office.requests.wants_approval(place.environment) && may_manage(request);
    if (place.feature && may_manage(request)) {
        const auto soon = std::chrono::floor<std::chrono::minutes>(office.host.clock().now()) + std::chrono::hours{1};
        const auto at = typed.get("at", sdk::to_rfc3339(soon).substr(0, 16));
        PageForm turning(office, request, place.path("/schedule/switch"), "schedule.submit");
        turning.choice("turn", kSwitches, typed.get("turn", place.feature->enabled ? "off" : "on")).moment("at", at);
        if (!objected.to_switch.empty()) turning.objection(objected.to_switch);
        model["switch_form"] = turning.model();
        auto rules = share_rules(place, typed.get("rule"));
        model["wants_share"] = rules.empty();
        if (!rules.empty()) {
            if (typed.get("rule").empty()) rules[0]["selected"] = true;
            PageForm rolling(office, request, place.path("/schedule/roll-out"), "schedule.submit_roll_out");
            rolling.choice("rule", {}, "")
                .line("shares", typed.get("shares", "10, 25, 50, 100"))
                .moment("first_at", typed.get("first_at", at))
                .line("hours", typed.get("hours", "24"))
                .line("goal", typed.get("goal"), true)
                .choice("harm", kHarms, typed.get("harm", "falls"))
                .choice("reaction", kReactions, typed.get("reaction", "stop"));
            if (!objected.to_roll_out.empty()) rolling.objection(objected.to_roll_out);
            model["roll_out_form"] = rolling.model();
            model["roll_out_form"]["fields"][0]["choices"] = std::move(rules);
        }
    }
    const bool is_refused = !objected.to_switch.empty() || !objected.to_roll_out.empty();
    model["none_text"] = office.text(locale, "schedule.none");
    return sdk::page("flags/schedule", std::move(model), is_refused ? 422 : 200);
}

sdk::Result<Place> place_to_schedule(const FlagOffice& office, const sdk::Request& request) {
    auto place = place_in(office, request);
    if (place && !place->feature) return sdk::fail("flags.not_found", "The flag is not in this environment.");
    return place;
}

/// An instant from now up to a year ahead.
std::optional<sdk::Instant> time_in(const FlagOffice& office, const std::string& text) {
    const auto at = parse_moment(trimmed(text));
    const auto now = office.host.clock().now();
    if (!at || *at < now - std::chrono::minutes{1} || *at > now + kFurthest) return std::nullopt;
    return at;
}

ScheduledChange change_of(const Place& place) {
    ScheduledChange change;
    change.environment = place.environment;
    change.project = place.project;
    change.name = place.key;
    return change;
}

/// By the person who asks, or as a proposal where a second one has to approve. Switching off waits for nobody.
sdk::Result<void> schedule(const FlagOffice& office, const sdk::Request& request, const Place& place,
                           const ScheduledChange& change) {
    const auto actor = sdk::actor_of(request);
    sdk::Result<json> in_the_end = place.definition();
    for (const auto& step : change.steps)
        if (in_the_end) in_the_end = after_step(std::move(*in_the_end), change, step);
    if (!in_the_end) return in_the_end.error();
    Edit edit{place.environment, place.project, "feature", place.key, std::move(*in_the_end), place.mark()};
    edit.before = place.definition();
    const bool only_turns_off = change.rule_mark.empty() && !office.requests.wants_approval(edit, edit.before);
    if (only_turns_off || !office.requests.wants_approval(place.environment))
        return office.schedules.add(request.context, actor, change);
    const auto* action = change.rule_mark.empty() ? "flag.scheduled" : "flag.roll_out_scheduled";
    const auto id = office.requests.propose(request.context, actor, {edit}, action, {}, &change);
    return id ? sdk::fail(kProposed, *id) : sdk::Result<void>(id.error());
}

sdk::Result<sdk::Response> schedule_switch(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_to_schedule(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto refused = [&](const char* why) {
        return schedule_page(office, request, *place, *form,
                             {office.text(request.locale, std::string("errors.") + why), {}});
    };
    const auto turn = form->get("turn");
    if (std::ranges::find(kSwitches, turn) == kSwitches.end()) return refused("turn");
    const auto at = time_in(office, form->get("at"));
    if (!at) return refused("time");
    auto change = change_of(*place);
    change.steps = {Step{*at, turn == "on", {}}};
    if (auto done = schedule(office, request, *place, change); !done) return done.error();
    return back_to(place->path("/schedule"), "scheduled");
}

/// `10, 25, 50, 100`: growing whole numbers; nothing for anything else.
std::vector<int> shares_in(const std::string& text) {
    std::vector<int> shares;
    std::string rest = text + ",";
    for (auto comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) {
        const auto number = number_of(rest.substr(0, comma));
        rest.erase(0, comma + 1);
        if (!number || *number < 0 || *number > 100 || *number != static_cast<int>(*number)) return {};
        if (!shares.empty() && *number <= shares.back()) return {};
        shares.push_back(static_cast<int>(*number));
    }
    return shares.size() <= kMostSteps ? shares : std::vector<int>{};
}

sdk::Result<sdk::Response> schedule_roll_out(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_to_schedule(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto refused = [&](const char* why) {
        return schedule_page(office, request, *place, *form,
                             {{}, office.text(request.locale, std::string("errors.") + why)});
    };
    const auto rules = share_rules(*place, form->get("rule"));
    const auto rule = std::ranges::find_if(rules, [](const auto& each) { return each["selected"] == true; });
    if (rule == rules.end()) return refused("share_rule");
    const auto shares = shares_in(form->get("shares"));
    if (shares.empty()) return refused("shares");
    const auto first = time_in(office, form->get("first_at"));
    if (!first) return refused("time");
    const auto hours = number_of(form->get("hours"));
    if (!hours || *hours < 0.25 || *hours > 24 * 30) return refused("hours");
    const auto goal = std::string(trimmed(form->get("goal")));
    if (goal.size() > 100) return refused("goal");
    const auto harm = form->get("harm", "falls");
    const auto reaction = form->get("reaction", "stop");
    if (std::ranges::find(kHarms, harm) == kHarms.end() || std::ranges::find(kReactions, reaction) == kReactions.end())
        return refused("goal");
    const auto changes = office.schedules.of_flag(request.context, place->environment, place->project, place->key);
    if (!changes) return changes.error();
    // Two at once would pull at one rule.
    if (std::ranges::any_of(*changes,
                            [](const auto& each) { return each.state == "waiting" && !each.rule_mark.empty(); }))
        return refused("rolling_out");
    auto change = change_of(*place);
    const auto place_of_rule = std::stoul((*rule)["value"].get<std::string>());
    change.rule_mark = mark_of_share(place->definition()["strategies"][place_of_rule]);
    change.guard = {goal, harm == "rises" ? Harm::rises : Harm::falls, reaction == "roll-back"};
    const auto pause = std::chrono::minutes{static_cast<std::int64_t>(*hours * 60)};
    for (std::size_t i = 0; i < shares.size(); ++i)
        change.steps.push_back(Step{*first + pause * static_cast<std::int64_t>(i), {}, shares[i]});
    // The last share, which may be the only one, is watched for as long as those before it.
    if (!goal.empty()) change.steps.push_back(Step{*first + pause * static_cast<std::int64_t>(shares.size()), {}, {}});
    if (auto done = schedule(office, request, *place, change); !done) return done.error();
    return back_to(place->path("/schedule"), "scheduled");
}

sdk::Result<sdk::Response> cancel_schedule(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    if (auto done =
            office.schedules.cancel(request.context, sdk::actor_of(request), request.parameters.get("schedule"));
        !done)
        return done.error();
    return back_to(place->path("/schedule"), "schedule_canceled");
}

}  // namespace

std::string in_words(const FlagOffice& office, const std::string& locale, const Step& step) {
    if (step.share) return std::to_string(*step.share) + " %";
    if (step.only_watches()) return office.text(locale, "schedule.watching_ends");
    return office.text(locale, step.enabled.value_or(false) ? "turn_on" : "turn_off");
}

json in_words(const FlagOffice& office, const std::string& locale, const Guard& guard) {
    if (guard.goal.empty()) return false;
    const auto* key = guard.harm == Harm::rises ? "schedule.watched_rises" : "schedule.watched_falls";
    return office.text(
        locale, key,
        {{"goal", guard.goal}, {"reaction", office.word(locale, guard.rolls_back ? "roll-back" : "stop")}});
}

json outcome_in_words(const FlagOffice& office, const std::string& locale, const ScheduledChange& change) {
    if (change.outcome.is_empty()) return false;
    const auto text = [&](const std::string& key) { return office.text(locale, key); };
    return in_words(change.outcome, change.guard.goal, text);
}

sdk::Result<void> register_schedule_pages(const FlagOffice& office) {
    return Routes(office)
        .get("/flags/{key}/schedule", kRead, "What shall happen to a flag later",
             [](const FlagOffice& all, const sdk::Request& request) -> sdk::Result<sdk::Response> {
                 const auto place = place_in(all, request);
                 if (!place) return place.error();
                 return schedule_page(all, request, *place, {}, {});
             })
        .post("/flags/{key}/schedule/switch", kManage, "Switches a flag at a time", &schedule_switch)
        .post("/flags/{key}/schedule/roll-out", kManage, "Lets a share grow step by step", &schedule_roll_out)
        .post("/flags/{key}/schedule/{schedule}/cancel", kManage, "Cancels what is scheduled", &cancel_schedule)
        .done();
}

}  // namespace whatsflow::flags::pages
