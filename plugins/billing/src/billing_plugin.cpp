#include "billing_plugin.hpp"

#include "api/api.hpp"
#include "letters/letters.hpp"
#include "pages_staff/staff_pages.hpp"
#include "pages_tenant/tenant_pages.hpp"
#include "running/chosen_plans.hpp"
#include "running/document_check.hpp"
#include "running/open_offers.hpp"
#include "scenario/simulate_command.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::billing {
namespace {

sdk::Result<Numbering> numbering_of(const sdk::Config& config) {
    Numbering numbering{config.text("invoice_number"), config.text("credit_note_number"),
                        config.text("numbers_restart")};
    for (const auto& pattern : {numbering.invoice_pattern, numbering.credit_note_pattern}) {
        if (auto fine = check_number_pattern(pattern); !fine) return fine.error();
        const bool year = pattern.find("{year") != std::string::npos,
                   month = pattern.find("{month") != std::string::npos;
        if ((numbering.restart != "never" && !year) || (numbering.restart == "month" && !month))
            return sdk::fail("billing.bad_number_pattern",
                             "Numbers that begin again need the year (and month) in '" + pattern + "'.");
    }
    return numbering;
}

staff::StaffSettings staff_settings_of(const sdk::Config& config) {
    staff::StaffSettings settings;
    for (const auto& each : config.value("second_person_above"))
        settings.second_person_above[each.at("currency").get<std::string>()] = each.at("amount").get<Amount>();
    settings.gross_margin_percent = static_cast<int>(config.integer("gross_margin_percent"));
    settings.trial_pays_within_days = static_cast<int>(config.integer("trial_pays_within_days"));
    return settings;
}

ReferralProgramme referral_terms_of(const sdk::Config& config) {
    ReferralProgramme terms;
    for (const auto& each : config.value("referral_reward"))
        terms.reward[each.at("currency").get<std::string>()] = each.at("amount").get<Amount>();
    terms.wait_days = static_cast<int>(config.integer("referral_wait_days"));
    return terms;
}

Seller seller_of(const sdk::Config& config) {
    return {config.text("seller_name"), config.text("seller_address"), config.text("seller_registration"),
            config.text("seller_tax_id")};
}

TaxChoice tax_choice_of(const sdk::Config& config) {
    return {config.text("tax_provider"), config.text("without_tax_provider") == "table", config.text("seller_country"),
            config.text("seller_region"), config.text("seller_tax_id")};
}

/// A tenant's document for staff: made by the tenant's own page, addressed to the tenant.
staff::InvoicePrinter printer_of(sdk::Host& host, Desk& desk, const Seller& seller) {
    return [&host, &desk, seller](const sdk::Request& request, const TenantId& tenant, const Account& account,
                                  const InvoiceId& id) -> sdk::Result<std::string> {
        const auto profile = sdk::find_service<sdk::Directory>(host).call(
            &sdk::Directory::tenant, sdk::across_tenants(request.context, "billing.invoice.print"), tenant);
        if (!profile) return profile.error();
        const auto catalogue = desk.catalogue(request.context);
        if (!catalogue) return catalogue.error();
        auto addressed = request;
        addressed.identity->tenant = tenant;
        addressed.identity->tenant_name = *profile ? (*profile)->name : tenant.text();
        const TenantFront front{host, desk, addressed, seller};
        return invoice_pdf(front, **catalogue, account, *account.find_invoice(id));
    };
}

sdk::Route webhook_route(Inbox& inbox) {
    auto route = sdk::post(
        sdk::Site::api, "/webhooks/{provider}", sdk::Permission::everyone(),
        [&inbox](const sdk::Request& request) { return inbox.receive(request, request.parameters.get("provider")); });
    route.csrf = sdk::Csrf::exempt;
    route.limits.body_bytes = 1024 * 1024;
    route.limits.rate_class = sdk::RateClass::webhooks;
    route.summary = "Notices of payment providers";
    return route;
}

nlohmann::json report_json(const RunReport& report) {
    return {{"accounts", report.accounts}, {"jobs", report.jobs}, {"parked", report.parked}};
}

/// `2026-03-10T08:00:00Z`, or a day: its first instant in UTC.
std::optional<sdk::Instant> read_instant(const std::string& text) {
    const auto day = read_date(text.substr(0, 10));
    if (!day) return std::nullopt;
    auto at = start_of_day(*day, "UTC");
    if (text.size() == 10) return at;
    int hour = 0, minute = 0, second = 0, end = 0;
    if (std::sscanf(text.c_str() + 10, "T%2d:%2d:%2dZ%n", &hour, &minute, &second, &end) != 3 ||
        static_cast<std::size_t>(end) + 10 != text.size() || hour > 23 || minute > 59 || second > 60 || hour < 0 ||
        minute < 0 || second < 0)
        return std::nullopt;
    return at + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

}  // namespace

sdk::Result<void> BillingPlugin::start(sdk::Host& host, const sdk::Config& config) {
    if (auto done = host.command(scenario::simulate_command()); !done) return done;
    auto numbering = numbering_of(config);
    if (!numbering) return numbering.error();
    room_ = std::make_unique<EngineRoom>(host, *std::move(numbering), staff_settings_of(config));
    std::set<std::string> runs_renewals;
    for (const auto& each : config.value("provider_renewals")) runs_renewals.insert(each.get<std::string>());
    room_->calls.runs().let_run(std::move(runs_renewals));
    room_->transitions.let_wait(static_cast<int>(config.integer("invoice_grace_days")));
    room_->transitions.taxes().choose(tax_choice_of(config));
    room_->teller.reward_referrals(referral_terms_of(config));
    if (auto done = contribute_open_offers(host); !done) return done;
    if (auto done = room_->referrals.register_work(); !done) return done;
    if (auto done = keep_chosen_plans(host); !done) return done;
    if (auto done = store::seed(host.database(), {}, host.clock().now()); !done) return done;
    const auto workers = static_cast<int>(config.integer("workers"));
    if (auto done = register_jobs(host, workers); !done) return done;
    if (auto done = register_commands(host, workers); !done) return done;
    if (auto done = register_api(host, room_->teller); !done) return done;
    if (auto done = register_tenant_pages(host, room_->teller, seller_of(config)); !done) return done;
    room_->staff.printed_invoice = printer_of(host, room_->teller, seller_of(config));
    if (auto done = staff::register_staff_pages(room_->staff); !done) return done;
    if (auto done = register_letters(host, room_->teller); !done) return done;
    if (auto done = sdk::provide_service<sdk::Entitlements>(host, room_->gatekeeper); !done) return done;
    if (auto done = sdk::provide_service(host, room_->plans); !done) return done;
    if (auto done = sdk::provide_service<sdk::RecurringRevenue>(host, room_->revenue); !done) return done;
    if (auto done = sdk::provide_service(host, room_->personal_data, {{"plugin", host.plugin_id()}}); !done)
        return done;
    if (auto done = sdk::provide_service<sdk::TaxProvider>(host, room_->table_taxes, {{"provider", "table"}}); !done)
        return done;
    if (auto done = sdk::provide_service<sdk::PriceList>(host, room_->prices); !done) return done;
    if (auto done = sdk::provide_service<sdk::DemoData>(host, room_->demonstration, {{"plugin", host.plugin_id()}});
        !done)
        return done;
    return host.route(webhook_route(room_->inbox));
}

sdk::Result<void> BillingPlugin::register_jobs(sdk::Host& host, int workers) {
    auto& room = *room_;
    if (auto done = host.jobs().handle("billing.run_due",
                                       [&room, workers](sdk::JobRun& run) -> sdk::Result<void> {
                                           const auto report = room.runner.run_all(run.context(), workers);
                                           if (!report) return report.error();
                                           return sdk::ok();
                                       },
                                       {.lease = std::chrono::minutes{10}, .at_once = 1});
        !done)
        return done;
    if (auto done = host.jobs().handle("billing.read_notices",
                                       [&room](sdk::JobRun& run) -> sdk::Result<void> {
                                           while (run.context().remaining() > std::chrono::seconds{35}) {
                                               const auto finished = room.inbox.work(run.context(), 100);
                                               if (!finished) return finished.error();
                                               if (*finished == 0) break;
                                           }
                                           return sdk::ok();
                                       },
                                       {.lease = std::chrono::minutes{5}, .at_once = 1});
        !done)
        return done;
    if (auto done = host.jobs().handle("billing.release_reservations",
                                       [&room](sdk::JobRun& run) -> sdk::Result<void> {
                                           for (int found = 500; found == 500;) {
                                               const auto released =
                                                   room.gatekeeper.lanes().release_expired(run.context());
                                               if (!released) return released.error();
                                               found = *released;
                                           }
                                           return sdk::ok();
                                       },
                                       {.lease = std::chrono::minutes{5}, .at_once = 1});
        !done)
        return done;
    if (auto done = host.jobs().handle("billing.move_subscribers",
                                       [&room](sdk::JobRun& run) {
                                           return room.mover.work(run.context(),
                                                                  run.payload().value("move", std::string{}));
                                       },
                                       {.lease = std::chrono::minutes{10}, .at_once = 1});
        !done)
        return done;
    if (auto done = host.jobs().handle("billing.end_provider_runs",
                                       [&room](sdk::JobRun& run) -> sdk::Result<void> {
                                           const auto ended = room.calls.runs().end_waiting(run.context());
                                           if (!ended) return ended.error();
                                           return sdk::ok();
                                       },
                                       {.lease = std::chrono::minutes{5}, .at_once = 1});
        !done)
        return done;
    if (auto done = host.jobs().schedule({.name = "billing.end_provider_runs",
                                          .kind = "billing.end_provider_runs",
                                          .every = std::chrono::minutes{1}});
        !done)
        return done;
    if (auto done = host.jobs().schedule({.name = "billing.release_reservations",
                                          .kind = "billing.release_reservations",
                                          .every = std::chrono::minutes{1}});
        !done)
        return done;
    if (auto done = host.jobs().schedule(
            {.name = "billing.run_due", .kind = "billing.run_due", .every = std::chrono::seconds{30}});
        !done)
        return done;
    return host.jobs().schedule(
        {.name = "billing.read_notices", .kind = "billing.read_notices", .every = std::chrono::seconds{2}});
}

sdk::Result<void> BillingPlugin::register_commands(sdk::Host& host, int workers) {
    auto& room = *room_;
    sdk::Command run;
    run.name = "billing run";
    run.summary = "Runs due billing work now";
    run.options = {{"--at", "INSTANT", "moves the tenant's test clock to this instant"},
                   {"--tenant", "T", "only this tenant"}};
    run.run = [&room, workers](const sdk::CallContext& context,
                               const sdk::CommandArguments& arguments) -> sdk::Result<sdk::CommandOutput> {
        const auto tenant = arguments.find("--tenant");
        const auto at = arguments.find("--at");
        if (at && !tenant)
            return sdk::fail("billing.no_tenant", "--at moves the test clock of one tenant: name it with --tenant.");
        std::optional<sdk::Instant> instant;
        if (at) instant = read_instant(*at);
        if (at && !instant)
            return sdk::fail("billing.bad_instant", "'" + *at + "' is no instant such as 2026-03-10T08:00:00Z.");
        const auto report = instant  ? room.runner.advance(context, TenantId{*tenant}, *instant)
                            : tenant ? room.runner.run_one(context, TenantId{*tenant})
                                     : room.runner.run_all(context, workers);
        if (!report) return report.error();
        return sdk::CommandOutput{report_json(*report), {}, {}};
    };
    if (auto done = host.command(std::move(run)); !done) return done;
    if (auto done = host.command(verify_command(host, room.teller, room.books)); !done) return done;
    sdk::Command list;
    list.name = "webhooks list";
    list.summary = "Notices of payment providers, newest first";
    list.options = {{"--provider", "P", "only of this provider"}, {"--limit", "N", "at most so many (100)"}};
    list.run = [&room](const sdk::CallContext& context,
                       const sdk::CommandArguments& arguments) -> sdk::Result<sdk::CommandOutput> {
        const auto limit = arguments.find("--limit").value_or("100");
        if (limit.empty() || limit.size() > 4 || limit.find_first_not_of("0123456789") != std::string::npos)
            return sdk::fail("billing.bad_limit", "--limit is a number up to 1000.");
        const auto slice = room.inbox.list(context, arguments.find("--provider").value_or(""), {}, std::stoi(limit));
        if (!slice) return slice.error();
        auto rows = nlohmann::json::array();
        for (const auto& row : slice->rows)
            rows.push_back({{"id", row.id},
                            {"provider", row.provider},
                            {"event_id", row.event_id},
                            {"type", row.type},
                            {"status", row.status},
                            {"deliveries", row.deliveries},
                            {"received_at", sdk::to_rfc3339(row.received_at)}});
        return sdk::CommandOutput{
            rows, {"provider", "event_id", "type", "status", "deliveries", "received_at"}, "No notice has arrived."};
    };
    return host.command(std::move(list));
}

void BillingPlugin::stop() noexcept {
    room_.reset();
}

}  // namespace whatsflow::billing
