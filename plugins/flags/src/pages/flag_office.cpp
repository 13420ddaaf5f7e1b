#include "flag_office.hpp"

#include "core/constraint.hpp"
#include "page_parts.hpp"

#include <algorithm>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

std::string query_of(const std::string& environment, const std::string& project) {
    return "?environment=" + sdk::encode_url(environment) + "&project=" + sdk::encode_url(project);
}

/// The edits with what they replace, where one of them has to be approved; else none.
std::vector<Edit> to_be_approved(const FlagOffice& office, std::vector<Edit> edits) {
    bool wanted = false;
    for (auto& edit : edits) {
        const auto place = place_of(office, edit.name, edit.environment, edit.project);
        if (edit.kind == "feature") {
            edit.before = place.feature ? place.definition() : json();
        } else {
            for (const auto& segment : place.served->rules->segments())
                if (segment.at("id").dump() == edit.name) edit.before = segment;
        }
        wanted = wanted || office.requests.wants_approval(edit, edit.before);
    }
    return wanted ? edits : std::vector<Edit>{};
}

}  // namespace

const std::vector<std::string> kFlagTypes{"release", "experiment", "operational", "kill-switch", "permission"};

std::string FlagOffice::text(const std::string& locale, std::string_view key,
                             const std::vector<std::pair<std::string, std::string>>& values) const {
    return sdk::fill_in(host.translate(locale, "flags.pages." + std::string(key)), values);
}

std::string FlagOffice::word(const std::string& locale, std::string_view word) const {
    const auto key = "flags.pages.words." + std::string(word);
    auto said = host.translate(locale, key);
    return said == key ? std::string(word) : said;
}

std::vector<std::string> FlagOffice::all_environments() const {
    auto all = environments;
    for (const auto& each : board.environments())
        if (std::ranges::find(all, each) == all.end()) all.push_back(each);
    return all;
}

Routes::Routes(const FlagOffice& office)
    : office_(office),
      pages_(office.host, sdk::Site::admin,
             {.plugin = "flags",
              .not_found = {"flags.not_found"},
              .conflicts = {"flags.changed", "flags.decided", "flags.too_late", "flags.rolling_out"},
              .failed_text = "flags.pages.failed"}) {}

Routes& Routes::get(std::string path, const char* permission, std::string summary, Handler handler) {
    pages_.get(std::move(path), permission, std::move(summary), with_office(std::move(handler)));
    return *this;
}

Routes& Routes::post(std::string path, const char* permission, std::string summary, Handler handler) {
    constexpr std::size_t kLongestImport = 4 << 20;
    pages_.post(std::move(path), permission, std::move(summary), with_office(std::move(handler)), kLongestImport);
    return *this;
}

sdk::PageHandler Routes::with_office(Handler handler) const {
    return
        [&office = office_, handler = std::move(handler)](const sdk::Request& request) -> sdk::Result<sdk::Response> {
            auto answer = handler(office, request);
            if (answer || answer.error().code != kProposed) return answer;
            return back_to("/flags/requests/" + answer.error().message, "proposed");
        };
}

std::string Place::path(std::string_view rest) const {
    return std::string(kFlagsPath) + "/" + sdk::encode_url(key) + std::string(rest) + query_of(environment, project);
}

std::string Place::in(const std::string& other_environment) const {
    return std::string(kFlagsPath) + "/" + sdk::encode_url(key) + query_of(other_environment, project);
}

Place place_of(const FlagOffice& office, std::string key, std::string environment, std::string project) {
    Place place{std::move(key), std::move(environment), std::move(project), nullptr, nullptr};
    place.served = office.board.served(place.environment);
    place.feature = place.rules().find(place.key);
    return place;
}

sdk::Result<Place> place_in(const FlagOffice& office, const sdk::Request& request) {
    const auto key = request.parameters.get("key");
    const auto all = office.all_environments();
    const auto environment = request.query.get("environment", all.front());
    if (std::ranges::find(all, environment) == all.end())
        return sdk::fail("flags.not_found", "There is no such environment.");
    std::vector<std::string> projects{kDefaultProject, kPlatformProject};
    if (const auto wanted = request.query.get("project"); !wanted.empty()) {
        if (std::ranges::find(projects, wanted) == projects.end())
            return sdk::fail("flags.not_found", "There is no such project.");
        projects = {wanted};
    }
    for (const auto& project : projects) {
        auto place = place_of(office, key, environment, project);
        if (place.feature) return place;
        for (const auto& other : all)
            if (place_of(office, key, other, project).feature) return place;
    }
    return sdk::fail("flags.not_found", "There is no such flag.");
}

sdk::Result<void> check(const Place& place, const json& definition) {
    const auto compiled =
        RuleSet::compile({{"features", json::array({definition})}, {"segments", place.rules().segments()}});
    return compiled ? sdk::ok() : sdk::Result<void>(compiled.error());
}

sdk::Result<void> change(const FlagOffice& office, const sdk::Request& request, const Place& place,
                         const json& definition, const std::string& action, json told, const std::string& seen,
                         const std::string& reason) {
    if (auto sound = check(place, definition); !sound) return sound;
    return change(office, request,
                  {Edit{place.environment, place.project, "feature", place.key, definition, seen, std::move(told)}},
                  action, reason);
}

sdk::Result<void> change(const FlagOffice& office, const sdk::Request& request, const std::vector<Edit>& edits,
                         const std::string& action, const std::string& reason) {
    if (const auto proposed = to_be_approved(office, edits); !proposed.empty()) {
        // What could not be approved is not proposed; an import is as large as it likes, and breaks no rule.
        if (action != kImported)
            if (auto possible = office.store.try_out(request.context, sdk::actor_of(request), edits, action); !possible)
                return possible;
        const auto id = office.requests.propose(request.context, sdk::actor_of(request), proposed, action, reason);
        return id ? sdk::fail(kProposed, *id) : sdk::Result<void>(id.error());
    }
    if (auto done = office.store.apply(request.context, sdk::actor_of(request), edits, action, reason); !done)
        return done;
    // Who is led back to the page sees the change; other nodes hear of it a moment later.
    if (auto done = office.board.refresh(); !done)
        office.host.log().warn("a change is served a moment later", {{"code", done.error().code}});
    return sdk::ok();
}

std::string reason_in(const sdk::Fields& form) {
    constexpr std::size_t kLongest = 300;
    std::string reason(trimmed(form.get("reason")));
    const bool is_line =
        std::ranges::none_of(reason, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return is_line && reason.size() <= kLongest ? reason : std::string{};
}

bool may_manage(const sdk::Request& request) {
    return request.identity && request.identity->may(kManage);
}

}  // namespace whatsflow::flags::pages
