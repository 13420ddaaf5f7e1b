#include "demonstration.hpp"

#include <whatsflow/sdk/directory.hpp>
#include "core/arrival.hpp"

#include <random>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr int kDays = 28;
constexpr const char* kSources[] = {"google.com",   "google.com", "google.com",    "", "", "bing.com",
                                    "linkedin.com", "newsletter", "duckduckgo.com"};
constexpr const char* kCountries[] = {"LK", "LK", "LK", "IN", "IN", "US", "DE", "GB", "SG", "AE"};

struct Seen {
    const char *browser, *system, *device, *language;
};
constexpr Seen kSeen[] = {{"Chrome", "Windows", "desktop", "en"}, {"Chrome", "Android", "mobile", "en"},
                          {"Chrome", "Android", "mobile", "si"},  {"Safari", "iOS", "mobile", "en"},
                          {"Safari", "macOS", "desktop", "en"},   {"Firefox", "Linux", "desktop", "de"},
                          {"Edge", "Windows", "desktop", "ta"}};
constexpr const char* kPages[] = {"/", "/pricing", "/features", "/about", "/contact"};
constexpr const char* kAppPages[] = {"/",          "/team", "/billing", "/usage", "/settings", "/billing/invoices",
                                     "/developers"};
constexpr const char* kPlans[] = {"starter", "growth", "growth", "scale"};

/// Makes the same story every time, but for the days it happens on.
class Story {
public:
    Story(std::int64_t today, sdk::Instant now) : today_(today), now_(sdk::to_micros(now)) {}

    /// `teams` are the sites of tenants, whose people are those of the app.
    std::vector<Event> tell(std::vector<std::int64_t> teams) {
        teams_ = std::move(teams);
        for (int day = kDays; day >= 1; --day) tell_day(today_ - day * kDay, kDays - day);
        return std::move(events_);
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }
    bool happens(int percent) { return static_cast<int>(random_() % 100) < percent; }

    Event& add(std::int64_t site, std::int64_t at, std::string name, std::int64_t visitor) {
        Event event;
        event.site = site;
        event.id = make_event_id();
        event.occurred_at = at;
        event.received_at = now_;
        event.name = std::move(name);
        event.visitor = visitor;
        event.properties = "{}";
        events_.push_back(std::move(event));
        return events_.back();
    }

    void tell_day(std::int64_t day, int number) {
        const bool weekend = (day / kDay + 4) % 7 == 0 || (day / kDay + 4) % 7 == 6;
        const int visitors = (weekend ? 45 : 80) + number + static_cast<int>(pick(20));
        for (int i = 0; i < visitors; ++i)
            visit(day + 6 * kHour + static_cast<std::int64_t>(pick(14 * 3600)) * kSecond);
        for (int person = 0; person < 25 + number / 2; ++person)
            if (happens(weekend ? 15 : 55))
                work(day + 7 * kHour + static_cast<std::int64_t>(pick(9 * 3600)) * kSecond, person);
    }

    void visit(std::int64_t at) {
        const auto visitor = static_cast<std::int64_t>(random_());
        const auto& seen = kSeen[pick(std::size(kSeen))];
        const std::string source = kSources[pick(std::size(kSources))],
                          country = kCountries[pick(std::size(kCountries))];
        const bool bot = happens(4);
        const auto views = 1 + (happens(45) ? pick(4) : 0);
        for (std::size_t i = 0; i < views; ++i) {
            auto& event = add(own_site::kLanding, at, std::string(kPageView), visitor);
            event.is_web = true;
            event.hostname = "localhost";
            event.path = i == 0 && happens(70) ? "/" : kPages[pick(std::size(kPages))];
            event.source = source;
            event.medium = source == "newsletter" ? "email" : source.empty() ? "" : "referral";
            event.campaign = source == "newsletter" ? "launch" : "";
            event.country = country;
            event.browser = seen.browser;
            event.system = seen.system;
            event.device = seen.device;
            event.language = seen.language;
            event.bot = bot ? static_cast<std::int64_t>(BotReason::crawler) : 0;
            at += static_cast<std::int64_t>(10 + pick(120)) * kSecond;
        }
        if (!bot && happens(3)) sign_up(at, source, country);
    }

    /// A tenant's way, as far as it has come by today.
    void sign_up(std::int64_t at, const std::string& source, const std::string& country) {
        const auto tenant = static_cast<std::int64_t>(random_());
        const auto person = std::string(Demonstration::kTenant) + std::to_string(++tenants_);
        const std::string plan = kPlans[pick(std::size(kPlans))];
        const auto tell = [&](std::int64_t when, const char* name) -> Event* {
            if (when >= today_) return nullptr;
            auto& event = add(own_site::kServer, when, name, tenant);
            event.person = person;
            event.consented = true;
            event.source = source;
            event.country = country;
            event.properties = json{{"plan", plan}}.dump();
            return &event;
        };
        tell(at, "signed_up");
        // Without another number drawn: the rest of the story stays as it is known.
        for (int note = 0; note < tenants_ % 4; ++note)
            if (auto* noted = tell(at + (2 + 3 * note) * kDay + tenants_ * kHour % (9 * kHour), "note_added"))
                noted->properties = json{{"kind", "tenant"}}.dump();
        if (tenants_ % 3 == 0)
            if (auto* asked = tell(at - 2 * kHour, "contacted"))
                asked->properties = json{{"topic", tenants_ % 2 == 0 ? "sales" : "support"}}.dump();
        if (!happens(75)) return;
        tell(at + 20 * 60 * kSecond, "email_verified");
        if (!happens(65)) return;
        tell(at + kHour, "subscription_started");
        tell(at + 7 * kDay, "trial_ended");
        if (!happens(60)) return;
        if (auto* paid = tell(at + 7 * kDay + kHour, "payment_succeeded")) {
            paid->revenue = plan == "starter" ? 1'900 : plan == "growth" ? 4'900 : 14'900;
            paid->currency = "USD";
        }
        const bool falls_behind = tenants_ % 5 == 0;
        if (falls_behind) tell(at + 9 * kDay, "subscription_past_due");
        if (falls_behind && tenants_ % 10 == 0) tell(at + 11 * kDay, "subscription_recovered");
        if (!happens(20)) return;
        constexpr const char* kReasons[] = {"too_expensive", "not_used", "missing_feature", "other_product"};
        if (auto* left = tell(at + 12 * kDay, "subscription_canceled"))
            left->properties =
                json{{"plan", plan}, {"reason", kReasons[static_cast<std::size_t>(tenants_) % std::size(kReasons)]}}
                    .dump();
    }

    void work(std::int64_t at, int person) {
        const auto visitor =
            static_cast<std::int64_t>(keyed_hash(HashKey{1}, {"demonstration", std::to_string(person)}));
        const auto& seen = kSeen[static_cast<std::size_t>(person) % std::size(kSeen)];
        auto& exposed = add(own_site::kApp, at, "$feature_flag_called", visitor);
        exposed.properties =
            json{{"$feature_flag", "compact-inbox"}, {"$feature_flag_response", person % 2 == 0 ? "compact" : "roomy"}}
                .dump();
        const auto views = 2 + pick(6);
        for (std::size_t i = 0; i < views; ++i) {
            auto& event = add(own_site::kApp, at += static_cast<std::int64_t>(20 + pick(200)) * kSecond,
                              std::string(kPageView), visitor);
            event.is_web = true;
            event.hostname = "localhost";
            event.path = kAppPages[pick(std::size(kAppPages))];
            event.browser = seen.browser;
            event.system = seen.system;
            event.device = seen.device;
            event.language = seen.language;
            if (teams_.empty()) continue;
            auto of_team = event;
            of_team.site = teams_[static_cast<std::size_t>(person) % teams_.size()];
            of_team.id = make_event_id();
            events_.push_back(std::move(of_team));
        }
        if (happens(person % 2 == 0 ? 30 : 20)) add(own_site::kApp, at + kSecond, "member_invited", visitor);
    }

    const std::int64_t today_, now_;
    std::mt19937_64 random_{20261126};
    std::vector<std::int64_t> teams_;
    std::vector<Event> events_;
    int tenants_ = 0;
};

}  // namespace

sdk::Result<std::vector<std::int64_t>> Demonstration::sites_of_tenants(const sdk::CallContext& context) {
    constexpr int kTeams = 8;
    std::vector<std::int64_t> sites;
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    if (!directory) return sites;
    const auto tenants = directory.call(&sdk::Directory::tenants, context, std::string(), kTeams);
    if (!tenants) return tenants.error();
    for (const auto& tenant : *tenants) {
        const auto site = sites_.of_tenant_itself(context, tenant.id, tenant.name);
        if (!site) return site.error();
        sites.push_back(*site);
    }
    return sites;
}

sdk::Result<std::string> Demonstration::load(const sdk::CallContext& context) {
    constexpr std::size_t kAtOnce = 5'000;
    const auto now = host_.clock().now();
    const auto today = start_of(Period::day, sdk::to_micros(now));
    Asked asked;
    asked.sites = {own_site::kLanding};
    asked.from = today - kDays * kDay;
    asked.to = today;
    asked.bots = Bots::include;
    const auto there = store_.total(context, asked);
    if (!there) return there.error();
    if (there->events > 0) return std::string("Visits of the last days are there already.");
    auto teams = sites_of_tenants(context);
    if (!teams) return teams.error();
    auto events = Story(today, now).tell(std::move(*teams));
    std::ranges::stable_sort(events, {}, &Event::occurred_at);
    for (std::size_t done = 0; done < events.size(); done += kAtOnce) {
        const auto end = std::min(events.size(), done + kAtOnce);
        const std::vector<Event> piece(events.begin() + static_cast<std::ptrdiff_t>(done),
                                       events.begin() + static_cast<std::ptrdiff_t>(end));
        if (const auto stored = ledger_.store(context, piece, std::nullopt); !stored) return stored.error();
    }
    return std::to_string(events.size()) + " events of four weeks: visits, sign-ups, payments.";
}

}  // namespace whatsflow::analytics
