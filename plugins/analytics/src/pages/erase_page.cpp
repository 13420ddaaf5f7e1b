// Forgetting one person: a form that must be meant, and the proofs of those who were forgotten.
#include "core/event.hpp"
#include "desk.hpp"
#include "report.hpp"
#include "staff_pages.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr const char* kErasePath = "/analytics/erase";
constexpr const char* kFreePath = "/analytics/erase/free";
constexpr const char* kErase = "analytics.erase";
constexpr const char* kJob = "analytics.erase_person";
constexpr const char* kErasePurpose = "erasure";
constexpr const char* kReason = "request";

sdk::Result<std::vector<DeskRow>> receipts(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto rows = office.host.database().query(
        request.context,
        "SELECT id, erased_at, reason, events, visits, left_over FROM analytics_erasures ORDER BY "
        "erased_at DESC, id DESC LIMIT 100");
    if (!rows) return rows.error();
    std::vector<DeskRow> all;
    for (const auto& row : *rows) {
        const auto zone = office.zone_of(request);
        const auto at = row.integer("erased_at");
        all.push_back({office.text(request.locale, "erase.receipt", {{"id", row.text("id")}}),
                       office.text(request.locale, "erase.proof",
                                   {{"at", zone.date(at) + " " + zone.clock(at).substr(0, 5) + " " + zone.name()},
                                    {"events", grouped(row.integer("events"))},
                                    {"visits", grouped(row.integer("visits"))},
                                    {"left", grouped(row.integer("left_over"))}})});
    }
    return all;
}

sdk::Result<sdk::Response> show_form(const AnalyticsOffice& office, const sdk::Request& request,
                                     std::optional<Objection> objection = std::nullopt, const sdk::Fields& typed = {}) {
    const auto rows = receipts(office, request);
    if (!rows) return rows.error();
    std::vector<DeskRow> by_hand;
    for (auto& sink : office.privacy.sinks_by_hand())
        by_hand.push_back({std::move(sink), office.text(request.locale, "erase.by_hand"), {}});
    Desk desk(office, request, "erase", kErase, std::move(objection), typed);
    desk.section("person", kErasePath, by_hand)
        .danger()
        .line("id", "text", longest::kPerson)
        .line("confirmation", "text", longest::kPerson);
    desk.section("receipts", kFreePath, *rows).line("id", "text", longest::kPerson);
    return desk.page();
}

/// Whoever waits for it need not wait at the page: the id goes with the job, sealed.
sdk::Result<sdk::Response> erase(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = cut(form->get("id"), longest::kPerson);
    const auto say = [&](const char* key) { return office.text(request.locale, std::string("erase.") + key); };
    if (person.empty()) return show_form(office, request, Objection{"person", "id", say("missing")}, *form);
    if (form->get("confirmation") != form->get("id"))
        return show_form(office, request, Objection{"person", "confirmation", say("differs")}, *form);
    const auto sealed = office.host.vault().seal(kErasePurpose, sdk::Secret(person));
    if (!sealed) return sealed.error();
    const auto done =
        office.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            sdk::JobRequest job;
            job.kind = kJob;
            job.payload = {{"person", *sealed}};
            if (auto waits = office.host.jobs().enqueue(tx, request.context, job); !waits) return waits.error();
            // Who asked is noted, of whom it was asked is not: that would keep what is to be forgotten.
            return office.host.audit().append(
                tx, request.context, sdk::actor_of(request),
                {.action = "analytics.person_erased", .subject = {"analytics_person", "", ""}});
        });
    if (!done) return done.error();
    return sdk::redirect_to(std::string(kErasePath) + "?done=begun");
}

sdk::Result<sdk::Response> free_id(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto freed = office.privacy.free(request.context, cut(form->get("id"), longest::kPerson));
    if (!freed) return freed.error();
    if (!*freed)
        return show_form(office, request,
                         Objection{"receipts", "id", office.text(request.locale, "erase.not_forgotten")}, *form);
    const auto noted =
        office.host.audit().append(office.host.database(), request.context, sdk::actor_of(request),
                                   {.action = "analytics.person_freed", .subject = {"analytics_person", "", ""}});
    if (!noted) return noted.error();
    return sdk::redirect_to(std::string(kErasePath) + "?done=freed");
}

sdk::Result<void> run(const AnalyticsOffice& office, sdk::JobRun& job) {
    const auto person = office.host.vault().open(kErasePurpose, job.payload().value("person", std::string()));
    if (!person) return person.error();
    const auto erased = office.privacy.erase(job.context(), person->reveal(), kReason);
    if (!erased) return erased.error();
    if (erased->left_over > 0)
        return sdk::fail("analytics.left_over", "Events of the person came in meanwhile; it is done once more.");
    return sdk::ok();
}

}  // namespace

sdk::Result<void> register_erase_page(const AnalyticsOffice& office) {
    const sdk::PermissionDefinition erases{sdk::Site::admin, kErase, "analytics.permissions.erase", {"super_admin"}};
    if (auto done = office.host.contribute(erases); !done) return done;
    sdk::JobOptions options;
    options.lease = std::chrono::minutes{30};
    options.at_once = 1;
    if (auto done = office.host.jobs().handle(
            kJob, [&office](sdk::JobRun& job) { return run(office, job); }, options);
        !done)
        return done;
    const auto may = sdk::Permission::named(kErase);
    auto page = sdk::get(
        sdk::Site::admin, kErasePath, may,
        answered(office, [](const auto& all, const sdk::Request& request) { return show_form(all, request); }));
    page.summary = "Forgets one person, and shows the proofs";
    if (auto done = office.host.route(std::move(page)); !done) return done;
    auto erasing = sdk::post(sdk::Site::admin, kErasePath, may, answered(office, &erase));
    erasing.summary = "Forgets one person";
    if (auto done = office.host.route(std::move(erasing)); !done) return done;
    auto freeing = sdk::post(sdk::Site::admin, kFreePath, may, answered(office, &free_id));
    freeing.summary = "Lets events of a forgotten id be counted again";
    return office.host.route(std::move(freeing));
}

}  // namespace whatsflow::analytics::pages
