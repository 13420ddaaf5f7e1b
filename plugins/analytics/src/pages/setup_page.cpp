// Segments, notes, alerts and reports by mail: what staff keep for themselves.
#include "../alerts.hpp"
#include "../query_api.hpp"
#include "core/event.hpp"
#include "core/experiment.hpp"
#include "desk.hpp"
#include "event_walk.hpp"
#include "mailings.hpp"
#include "report.hpp"
#include "staff_pages.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics::pages {
namespace {

using Choices = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kDimensions[] = {"country", "device", "browser",  "system", "language",
                                       "source",  "medium", "campaign", "host",   "page"};
constexpr int kConditions = 3;
constexpr std::size_t kNotes = 100;
/// The kinds of what is kept, and the table that each lies in.
constexpr std::pair<const char*, const char*> kKinds[] = {{"segments", "analytics_segments"},
                                                          {"annotations", "analytics_annotations"},
                                                          {"splits", "analytics_splits"},
                                                          {"alerts", "analytics_alerts"},
                                                          {"mailings", "analytics_mailings"}};

std::string setup_path(const std::string& rest) {
    return path_of("setup") + "/" + rest;
}

sdk::Result<std::vector<DeskRow>> segment_rows(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto all = segments_of(office.host.database(), request.context);
    if (!all) return all.error();
    std::vector<DeskRow> rows;
    for (const auto& segment : *all) {
        std::string words;
        for (const auto& [dimension, value] : segment.filters)
            words += (words.empty() ? "" : " · ") + office.text(request.locale, "words." + dimension) + " = " + value;
        rows.push_back({segment.name, words, setup_path("segments/" + segment.id + "/remove")});
    }
    return rows;
}

sdk::Result<std::vector<DeskRow>> note_rows(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto all = annotations_of(office.host.database(), request.context, 0, INT64_MAX, kNotes);
    if (!all) return all.error();
    std::vector<DeskRow> rows;
    for (const auto& note : *all)
        rows.push_back({note.words, day_text(note.day_at) + " · " + note.author,
                        setup_path("annotations/" + note.id + "/remove")});
    return rows;
}

sdk::Result<std::vector<DeskRow>> split_rows(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto all = splits_of(office.host.database(), request.context);
    if (!all) return all.error();
    std::vector<DeskRow> rows;
    for (const auto& split : *all)
        rows.push_back({split.flag, split.weights, setup_path("splits/" + split.id + "/remove")});
    return rows;
}

sdk::Result<std::vector<DeskRow>> alert_rows(const AnalyticsOffice& office, const sdk::Request& request,
                                             const std::vector<ListedSite>& sites) {
    const auto all = alerts_of(office.host.database(), request.context);
    if (!all) return all.error();
    std::vector<DeskRow> rows;
    for (const auto& alert : *all) {
        const auto site = std::ranges::find(sites, alert.site, &ListedSite::id);
        auto words = office.text(request.locale, alert.is_above ? "setup.watched_above" : "setup.watched_below",
                                 {{"metric", office.text(request.locale, "words." + alert.metric)},
                                  {"event", alert.event.empty() ? "" : " “" + alert.event + "”"},
                                  {"hours", std::to_string(alert.hours)},
                                  {"bound", grouped(alert.bound)}});
        if (site != sites.end()) words += " · " + site->name;
        if (alert.checked_at > 0)
            words += " · " + office.text(request.locale, alert.is_crossed ? "setup.is_crossed" : "setup.is_fine",
                                         {{"value", grouped(alert.value)}});
        rows.push_back({alert.name, words, setup_path("alerts/" + alert.id + "/remove")});
    }
    return rows;
}

sdk::Result<std::vector<DeskRow>> mailing_rows(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto all = mailings_of(office.host.database(), request.context);
    if (!all) return all.error();
    std::vector<DeskRow> rows;
    for (const auto& mailing : *all)
        rows.push_back({mailing.address,
                        office.text(request.locale, mailing.tab + ".title") + " · " +
                            office.text(request.locale, "setup.every_" + std::to_string(mailing.days)) + " · " +
                            office.text(request.locale, "setup.next", {{"day", office.zone.date(mailing.next_at)}}),
                        setup_path("mailings/" + mailing.id + "/remove")});
    return rows;
}

sdk::Result<sdk::Response> show_setup(const AnalyticsOffice& office, const sdk::Request& request,
                                      std::optional<Objection> objection = std::nullopt,
                                      const sdk::Fields& typed = {}) {
    const auto scope = scope_in(office, request, {});
    if (!scope) return scope.error();
    const auto segments = segment_rows(office, request);
    if (!segments) return segments.error();
    const auto notes = note_rows(office, request);
    if (!notes) return notes.error();
    const auto splits = split_rows(office, request);
    if (!splits) return splits.error();
    const auto alerts = alert_rows(office, request, scope->sites);
    if (!alerts) return alerts.error();
    const auto mailings = mailing_rows(office, request);
    if (!mailings) return mailings.error();
    const auto word = [&](const std::string& key) { return office.text(request.locale, key); };
    Choices dimensions, metrics, sites, tabs, spans, sides;
    for (const char* each : kDimensions) dimensions.emplace_back(each, word("words." + std::string(each)));
    for (const char* each : kAlertMetrics) metrics.emplace_back(each, word("words." + std::string(each)));
    for (const auto& site : scope->sites) sites.emplace_back(site.id, site.name.empty() ? site.id : site.name);
    for (const char* each : kMailedTabs) tabs.emplace_back(each, word(std::string(each) + ".title"));
    for (const char* each : {"1", "7", "28"}) spans.emplace_back(each, word("setup.every_" + std::string(each)));
    for (const char* each : {"below", "above"}) sides.emplace_back(each, word("setup." + std::string(each)));
    Desk desk(office, request, "setup", kManage, std::move(objection), typed);
    auto& segment = desk.section("segments", setup_path("segments"), *segments);
    segment.line("name").wide();
    for (int i = 1; i <= kConditions; ++i)
        segment.choice(("dimension_" + std::to_string(i)).c_str(), dimensions, i > 1)
            .line(("value_" + std::to_string(i)).c_str(), "text", 100, i > 1);
    desk.section("annotations", setup_path("annotations"), *notes).date("day").line("words", "text", 300);
    desk.section("splits", setup_path("splits"), *splits).line("flag", "text", 255).line("weights", "text", 1000);
    desk.section("alerts", setup_path("alerts"), *alerts)
        .line("name")
        .choice("metric", metrics)
        .line("event", "text", 200, true)
        .choice("site", sites, true)
        .choice("side", sides)
        .line("bound", "number", 12)
        .line("hours", "number", 3);
    desk.section("mailings", setup_path("mailings"), *mailings)
        .choice("tab", tabs)
        .choice("days", spans)
        .line("address", "email", 254);
    return desk.page();
}

std::optional<std::int64_t> number_in(const std::string& text, std::int64_t least, std::int64_t most) {
    if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    const auto number = std::stoll(text);
    return number < least || number > most ? std::nullopt : std::optional<std::int64_t>(number);
}

/// What is wrong with a field, or nothing. `keep` writes what was typed.
using Keep = std::function<sdk::Result<void>(sdk::Transaction&, sdk::Instant now)>;
struct Wanted {
    std::optional<Objection> objection;
    Keep keep;
    std::string label;
};
using Read = Wanted (*)(const AnalyticsOffice&, const sdk::Request&, const sdk::Fields&, const std::string& id);

Objection wrong(const AnalyticsOffice& office, const sdk::Request& request, const char* section, const char* field,
                const char* what) {
    return {section, field, office.text(request.locale, std::string("setup.wrong.") + what)};
}

Wanted read_segment(const AnalyticsOffice& office, const sdk::Request& request, const sdk::Fields& form,
                    const std::string& id) {
    Segment segment{id, cut(form.get("name"), 100), {}};
    if (segment.name.empty()) return {wrong(office, request, "segments", "name", "missing"), {}, {}};
    for (int i = 1; i <= kConditions; ++i) {
        const auto number = std::to_string(i);
        const auto dimension = form.get("dimension_" + number);
        if (dimension.empty()) continue;
        if (std::ranges::find(kDimensions, dimension) == std::end(kDimensions))
            return {wrong(office, request, "segments", "", "unknown"), {}, {}};
        segment.filters.emplace_back(dimension, cut(form.get("value_" + number), longest::kValue));
    }
    if (segment.filters.empty()) return {wrong(office, request, "segments", "dimension_1", "missing"), {}, {}};
    const auto context = request.context;
    return {{},
            [=](sdk::Transaction& tx, sdk::Instant now) { return add_segment(tx, context, segment, now); },
            segment.name};
}

Wanted read_note(const AnalyticsOffice& office, const sdk::Request& request, const sdk::Fields& form,
                 const std::string& id) {
    const auto day = form.get("day").size() == 10 ? read_time(form.get("day"), false) : std::nullopt;
    if (!day) return {wrong(office, request, "annotations", "day", "day"), {}, {}};
    const auto author = request.identity ? request.identity->name : std::string();
    const Annotation note{id, *day, cut(form.get("words"), 300), cut(author, 200)};
    if (note.words.empty()) return {wrong(office, request, "annotations", "words", "missing"), {}, {}};
    const auto context = request.context;
    return {
        {}, [=](sdk::Transaction& tx, sdk::Instant now) { return add_annotation(tx, context, note, now); }, note.words};
}

Wanted read_split(const AnalyticsOffice& office, const sdk::Request& request, const sdk::Fields& form,
                  const std::string& id) {
    const Split split{id, cut(form.get("flag"), 255), cut(form.get("weights"), 1000)};
    if (split.flag.empty()) return {wrong(office, request, "splits", "flag", "missing"), {}, {}};
    if (!read_weights(split.weights)) return {wrong(office, request, "splits", "weights", "weights"), {}, {}};
    const auto context = request.context;
    return {{}, [=](sdk::Transaction& tx, sdk::Instant now) { return add_split(tx, context, split, now); }, split.flag};
}

Wanted read_alert(const AnalyticsOffice& office, const sdk::Request& request, const sdk::Fields& form,
                  const std::string& id) {
    Alert alert;
    alert.id = id;
    alert.name = cut(form.get("name"), 100);
    alert.metric = form.get("metric");
    alert.event = cut(form.get("event"), longest::kName);
    alert.site = cut(form.get("site"), 36);
    alert.is_above = form.get("side") == "above";
    const auto bound = number_in(form.get("bound"), 0, 1'000'000'000'000), hours = number_in(form.get("hours"), 1, 720);
    if (alert.name.empty()) return {wrong(office, request, "alerts", "name", "missing"), {}, {}};
    if (std::ranges::find(kAlertMetrics, alert.metric) == std::end(kAlertMetrics))
        return {wrong(office, request, "alerts", "metric", "unknown"), {}, {}};
    if (!bound) return {wrong(office, request, "alerts", "bound", "number"), {}, {}};
    if (!hours) return {wrong(office, request, "alerts", "hours", "hours"), {}, {}};
    alert.bound = *bound;
    alert.hours = *hours;
    const auto context = request.context;
    return {{}, [=](sdk::Transaction& tx, sdk::Instant now) { return add_alert(tx, context, alert, now); }, alert.name};
}

Wanted read_mailing(const AnalyticsOffice& office, const sdk::Request& request, const sdk::Fields& form,
                    const std::string& id) {
    Mailing mailing;
    mailing.id = id;
    mailing.tab = form.get("tab");
    mailing.address = cut(form.get("address"), 254);
    mailing.locale = request.locale;
    const auto days = form.get("days");
    if (std::ranges::find(kMailedTabs, mailing.tab) == std::end(kMailedTabs))
        return {wrong(office, request, "mailings", "tab", "unknown"), {}, {}};
    if (days != "1" && days != "7" && days != "28")
        return {wrong(office, request, "mailings", "days", "unknown"), {}, {}};
    const auto at = mailing.address.find('@');
    if (at == 0 || at == std::string::npos || mailing.address.find_first_of(" ,;<>\"\r\n") != std::string::npos)
        return {wrong(office, request, "mailings", "address", "address"), {}, {}};
    mailing.days = *number_in(days, 1, 28);
    const auto context = request.context;
    const auto zone = office.zone;
    return {{},
            [=](sdk::Transaction& tx, sdk::Instant now) { return add_mailing(tx, context, mailing, now, zone); },
            mailing.address};
}

sdk::Result<sdk::Response> add(const AnalyticsOffice& office, const sdk::Request& request, const char* kind,
                               Read read) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto id = sdk::make_uuid();
    auto wanted = read(office, request, *form, id);
    if (wanted.objection) return show_setup(office, request, std::move(wanted.objection), *form);
    const auto now = office.host.clock().now();
    const auto done =
        office.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            if (auto kept = wanted.keep(tx, now); !kept) return kept;
            return office.host.audit().append(tx, request.context, sdk::actor_of(request),
                                              {.action = std::string("analytics.") + kind + "_added",
                                               .subject = {std::string("analytics_") + kind, id, wanted.label}});
        });
    if (!done && done.error().code == "database.duplicate")
        return show_setup(office, request,
                          wrong(office, request, kind, std::string_view(kind) == "splits" ? "flag" : "name", "taken"),
                          *form);
    if (!done) return done.error();
    return sdk::redirect_to(path_of("setup") + "?done=added#" + kind);
}

sdk::Result<sdk::Response> remove(const AnalyticsOffice& office, const sdk::Request& request, const char* kind,
                                  const char* table) {
    const auto id = request.parameters.get("id");
    bool found = false;
    const auto done =
        office.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            const auto gone = tx.execute(request.context, std::string("DELETE FROM ") + table + " WHERE id = ?", {id});
            if (!gone) return gone.error();
            found = *gone > 0;
            if (!found) return sdk::ok();
            return office.host.audit().append(tx, request.context, sdk::actor_of(request),
                                              {.action = std::string("analytics.") + kind + "_removed",
                                               .subject = {std::string("analytics_") + kind, id}});
        });
    if (!done) return done.error();
    if (!found) return sdk::not_found();
    return sdk::redirect_to(path_of("setup") + "?done=removed#" + kind);
}

}  // namespace

sdk::Result<void> register_setup_page(const AnalyticsOffice& office) {
    constexpr Read kReads[] = {&read_segment, &read_note, &read_split, &read_alert, &read_mailing};
    for (std::size_t i = 0; i < std::size(kKinds); ++i) {
        const auto [kind, table] = kKinds[i];
        const auto may = sdk::Permission::named(kManage);
        auto adding =
            sdk::post(sdk::Site::admin, setup_path(kind), may,
                      answered(office, [kind, read = kReads[i]](const auto& all, const sdk::Request& request) {
                          return add(all, request, kind, read);
                      }));
        adding.summary = std::string("Adds to the ") + kind + " of analytics";
        if (auto done = office.host.route(std::move(adding)); !done) return done;
        auto removing = sdk::post(sdk::Site::admin, setup_path(std::string(kind) + "/{id}/remove"), may,
                                  answered(office, [kind, table](const auto& all, const sdk::Request& request) {
                                      return remove(all, request, kind, table);
                                  }));
        removing.summary = std::string("Removes one of the ") + kind + " of analytics";
        if (auto done = office.host.route(std::move(removing)); !done) return done;
    }
    return staff_page(office, path_of("setup"), "Segments, notes, alerts and reports by mail",
                      [](const AnalyticsOffice& all, const sdk::Request& request) { return show_setup(all, request); });
}

}  // namespace whatsflow::analytics::pages
