#include "mailings.hpp"

#include "report.hpp"
#include "staff_pages.hpp"

#include <whatsflow/sdk/mailer.hpp>

namespace whatsflow::analytics::pages {
namespace {

constexpr std::chrono::minutes kEvery{15};
constexpr std::int64_t kMorning = 6 * kHour;

/// The page of the days before, as a reader would get it who asked for it in this form.
sdk::Result<sdk::Response> page_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                   const Mailing& mailing, const std::string& format) {
    const auto today = office.zone.day_of(mailing.next_at);
    sdk::Request request;
    request.site = sdk::Site::admin;
    request.path = path_of(mailing.tab);
    request.locale = mailing.locale;
    request.context = context;
    if (!format.empty()) request.query.add("format", format);
    request.query.add("from", day_text((today - mailing.days) * kDay));
    request.query.add("to", day_text((today - 1) * kDay));
    const auto show = handler_of(mailing.tab);
    if (!show) return sdk::fail("analytics.no_such_page", "There is no page '" + mailing.tab + "' to be mailed.");
    auto response = show(office, request);
    if (response && response->status() != 200)
        return sdk::fail("analytics.no_document", "The page could not be printed just now.");
    return response;
}

sdk::Result<std::string> pdf_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                const Mailing& mailing) {
    const auto response = page_of(office, context, mailing, "pdf");
    if (!response) return response.error();
    return std::get<std::string>(response->body());
}

/// The page's figures, to be read without opening the file.
sdk::Result<nlohmann::json> figures_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                       const Mailing& mailing) {
    const auto response = page_of(office, context, mailing, {});
    if (!response) return response.error();
    auto figures = nlohmann::json::array();
    for (const auto& each : std::get<sdk::View>(response->body()).model["figures"])
        figures.push_back({{"label", each["label"]},
                           {"value", each["value"]},
                           {"change", each["change"].is_string() ? each["change"] : nlohmann::json(false)},
                           {"note", each["note"]}});
    return figures;
}

sdk::Result<void> send(const AnalyticsOffice& office, const sdk::CallContext& context, const Mailing& mailing) {
    auto pdf = pdf_of(office, context, mailing);
    if (!pdf) return pdf.error();
    auto figures = figures_of(office, context, mailing);
    if (!figures) return figures.error();
    const auto page = office.text(mailing.locale, mailing.tab + ".title");
    const auto day = office.zone.date(mailing.next_at);
    sdk::MailMessage mail;
    mail.idempotency_key = "analytics.mailing:" + mailing.id + ":" + day;
    mail.to = {{mailing.address, {}}};
    mail.locale = mailing.locale;
    mail.content = sdk::View{
        "analytics/mail/report",
        {{"page", page},
         {"day", day},
         {"lead", office.text(mailing.locale, "setup.mail_lead",
                              {{"page", page}, {"days", std::to_string(mailing.days)}, {"zone", office.zone.name()}})},
         {"figures", *std::move(figures)},
         {"action_url", office.host.site_url(sdk::Site::admin) + path_of(mailing.tab)},
         {"action_label", office.text(mailing.locale, "setup.mail_open")}}};
    mail.attachments = {{"analytics-" + mailing.tab + "-" + day + ".pdf", "application/pdf", std::move(*pdf)}};
    const auto sent = sdk::find_service<sdk::Mailer>(office.host).call(&sdk::Mailer::send, context, mail);
    return sent ? sdk::ok() : sdk::Result<void>(sent.error());
}

}  // namespace

sdk::Result<std::vector<Mailing>> mailings_of(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto rows =
        where.query(context,
                    "SELECT id, tab, days, address, locale, next_at FROM analytics_mailings ORDER BY address, "
                    "id LIMIT " +
                        std::to_string(kMostMailings));
    if (!rows) return rows.error();
    std::vector<Mailing> all;
    for (const auto& row : *rows)
        all.push_back({row.text("id"), row.text("tab"), row.integer("days"), row.text("address"), row.text("locale"),
                       row.integer("next_at")});
    return all;
}

sdk::Result<void> add_mailing(sdk::SqlExecutor& where, const sdk::CallContext& context, const Mailing& mailing,
                              sdk::Instant now, const TimeZone& zone) {
    const auto done = where.execute(context,
                                    "INSERT INTO analytics_mailings (id, tab, days, address, locale, next_at, "
                                    "created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                    {mailing.id, mailing.tab, mailing.days, mailing.address, mailing.locale,
                                     next_mailing(mailing.days, sdk::to_micros(now), zone), now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

std::int64_t next_mailing(std::int64_t days, std::int64_t now, const TimeZone& zone) {
    auto day = zone.day_of(now);
    // 1970 began on a Thursday: weeks and every four of them begin on a Monday.
    day -= days == 1 ? 0 : (day + 3) % days;
    while (zone.start_of(day) + kMorning <= now) day += days;
    return zone.start_of(day) + kMorning;
}

sdk::Result<void> send_mailings(const AnalyticsOffice& office, const sdk::CallContext& context) {
    const auto now = sdk::to_micros(office.host.clock().now());
    const auto mailings = mailings_of(office.host.database(), context);
    if (!mailings) return mailings.error();
    sdk::Result<void> all = sdk::ok();
    for (const auto& mailing : *mailings) {
        if (mailing.next_at > now) continue;
        // One that fails does not keep the next from going.
        if (auto done = send(office, context, mailing); !done) {
            all = done;
            continue;
        }
        const auto moved =
            office.host.database().execute(context, "UPDATE analytics_mailings SET next_at = ? WHERE id = ?",
                                           {next_mailing(mailing.days, now, office.zone), mailing.id});
        if (!moved) return moved.error();
    }
    return all;
}

sdk::Result<void> register_mailings(const AnalyticsOffice& office) {
    sdk::JobOptions options;
    options.at_once = 1;
    options.lease = std::chrono::minutes{5};
    const auto run = [&office](sdk::JobRun& job) { return send_mailings(office, job.context()); };
    if (auto done = office.host.jobs().handle("analytics.send_mailings", run, options); !done) return done;
    return office.host.jobs().schedule(
        {.name = "analytics.mailings", .kind = "analytics.send_mailings", .every = kEvery});
}

}  // namespace whatsflow::analytics::pages
