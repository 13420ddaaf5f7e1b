/// \file
/// What every staff page of flags needs: what is served, what is kept, texts, routes.
#pragma once

#include "../board.hpp"
#include "../change_requests.hpp"
#include "../schedules.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::flags::pages {

inline constexpr const char* kRead = "flags.read";
inline constexpr const char* kManage = "flags.manage";
inline constexpr const char* kFlagsPath = "/flags";
/// How far back pages count who asked.
inline constexpr auto kUsageShown = std::chrono::hours{24 * 7};
/// Unleash's: how long a flag is expected to live goes by it.
extern const std::vector<std::string> kFlagTypes;

/// [thread-safe] Lives as long as the plugin runs.
struct FlagOffice {
    sdk::Host& host;
    Store& store;
    Board& board;
    Schedules& schedules;
    ChangeRequests& requests;
    std::vector<std::string> environments;  ///< offered, the first is the default

    /// The text below `flags.pages.`, with {name} filled in.
    std::string text(const std::string& locale, std::string_view key,
                     const std::vector<std::pair<std::string, std::string>>& values = {}) const;
    /// A state, kind or field as a word: `flags.pages.words.<word>`, else the word itself.
    std::string word(const std::string& locale, std::string_view word) const;
    /// Environments that are offered and those that have flags, without repeats.
    std::vector<std::string> all_environments() const;
};

using Handler = std::function<sdk::Result<sdk::Response>(const FlagOffice&, const sdk::Request&)>;

/// Registers pages of the admin site, whose handlers are given the office.
class Routes {
public:
    explicit Routes(const FlagOffice& office);
    Routes& get(std::string path, const char* permission, std::string summary, Handler handler);
    Routes& post(std::string path, const char* permission, std::string summary, Handler handler);
    sdk::Result<void> done() const { return pages_.done(); }

private:
    sdk::PageHandler with_office(Handler handler) const;

    const FlagOffice& office_;
    sdk::Pages pages_;
};

/// The error of a change that waits for a second person; its message is the id of the request, to which the
/// answer leads.
inline constexpr const char* kProposed = "flags.proposed";

/// One flag in one environment, as a request names it.
struct Place {
    std::string key;
    std::string environment;
    std::string project;
    std::shared_ptr<const Served> served;  ///< keeps `feature` alive
    const Feature* feature = nullptr;      ///< null: not in this environment

    const RuleSet& rules() const { return project == kPlatformProject ? *served->platform : *served->rules; }
    /// `/flags/new-inbox/history?environment=production&project=default`
    std::string path(std::string_view rest = {}) const;
    std::string in(const std::string& other_environment) const;
    /// What a change is based on.
    std::string mark() const { return feature ? mark_of(feature->text) : std::string{}; }
    nlohmann::json definition() const { return feature ? feature->definition() : nlohmann::json::object(); }
};

/// The parameter `key`, with `environment` and `project` of the query. Error `flags.not_found` when no
/// environment has such a flag.
sdk::Result<Place> place_in(const FlagOffice& office, const sdk::Request& request);
Place place_of(const FlagOffice& office, std::string key, std::string environment, std::string project);
/// The definitions of a flag compile: nothing, or the sentence that says what is wrong.
sdk::Result<void> check(const Place& place, const nlohmann::json& definition);
/// Writes the new definition, by the person who asks, and serves it at once. Error kProposed.
sdk::Result<void> change(const FlagOffice& office, const sdk::Request& request, const Place& place,
                         const nlohmann::json& definition, const std::string& action, nlohmann::json told,
                         const std::string& seen, const std::string& reason = {});
sdk::Result<void> change(const FlagOffice& office, const sdk::Request& request, const std::vector<Edit>& edits,
                         const std::string& action, const std::string& reason = {});

/// One line, at most 300 characters; empty when there is none.
std::string reason_in(const sdk::Fields& form);
bool may_manage(const sdk::Request& request);

}  // namespace whatsflow::flags::pages
