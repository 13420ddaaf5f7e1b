#include "letters.hpp"

#include "reminders.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/pages.hpp>

#include <algorithm>

namespace whatsflow::billing {

using nlohmann::json;

namespace {

struct Rule {
    const char* event;
    const char* letter;
    const char* path;
};

constexpr Rule kRules[] = {
    {"billing.invoice_finalised/1", "invoice", "/billing/invoices"},
    {"billing.invoice_paid/1", "receipt", "/billing/invoices"},
    {"billing.payment_failed/1", "payment_failed", "/billing"},
    {"billing.payment_action_required/1", "action_required", "/billing/invoices"},
    {"billing.access_changed/1", "access_limited", "/billing"},
    {"billing.subscription_suspended/1", "suspended", "/billing"},
    {"billing.subscription_canceled/1", "canceled", "/billing"},
    {"billing.payment_refunded/1", "refund", "/billing/invoices"},
    {"billing.plan_changed/1", "plan_changed", "/billing"},
    {"billing.subscription_started/1", "trial_welcome", "/billing"},
    {"billing.limit_reached/1", "limit", "/billing"},
    {"billing.over_limit/1", "over_limit", "/billing"},
    {"billing.plan_version_moved/1", "price_change", "/billing"},
};

std::string text_field(const json& fields, const char* name) {
    const auto found = fields.find(name);
    if (found == fields.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : std::string{};
}

std::string filled(std::string text, const json& fields) {
    std::vector<std::pair<std::string, std::string>> values;
    for (const auto* name : {"number", "plan", "meter", "percent", "used", "limit", "tenant_name", "money", "date",
                             "method", "days", "old_money"})
        values.emplace_back(name, text_field(fields, name));
    return sdk::fill_in(std::move(text), values);
}

/// `10 March 2026`.
std::string day_text(const sdk::Host& host, const std::string& locale, LocalDate day) {
    return std::to_string(day.day()) + " " +
           host.translate(locale, "billing.app.months." + std::to_string(day.month())) + " " +
           std::to_string(day.year());
}

std::string money_text(std::int64_t amount, const std::string& currency) {
    return currency + " " + sdk::Money{amount < 0 ? -amount : amount, currency}.decimal();
}

/// Codes become the names under which people know the things.
void name_things(const Catalogue& catalogue, json& fields) {
    if (const auto* plan = catalogue.find_plan(text_field(fields, "plan"))) fields["plan"] = plan->name;
    if (const auto* meter = catalogue.find_meter(text_field(fields, "meter"))) fields["meter"] = meter->name;
}

/// What the owner is told in the app, and the letter of it.
sdk::Notification news_for(const sdk::Host& host, const sdk::MemberProfile& owner, const LetterChoice& choice,
                           json fields) {
    const std::string locale = owner.locale.empty() ? "en" : owner.locale;
    if (const auto day = read_date(text_field(fields, "on"))) fields["date"] = day_text(host, locale, *day);
    const auto said = [&](const char* part) {
        return filled(host.translate(locale, "billing.letters." + choice.name + "." + part), fields);
    };
    sdk::Notification news;
    news.idempotency_key = "billing." + choice.name + ":" + choice.cause;
    news.category = category_of(choice.name);
    news.urgent = is_urgent(choice.name);
    news.title = said("subject");
    news.text = said("text");
    news.path = choice.path;
    news.letter = sdk::View{"billing/mail/notice",
                            {{"name", owner.name},
                             {"subject", news.title},
                             {"said", news.text},
                             {"action_label", said("action")},
                             {"action_url", host.site_url(sdk::Site::app) + choice.path}}};
    return news;
}

/// Where nobody shows notifications the letter goes out all the same.
sdk::MailMessage only_the_letter(const sdk::MemberProfile& owner, const sdk::Notification& news) {
    sdk::MailMessage mail;
    mail.locale = owner.locale.empty() ? "en" : owner.locale;
    mail.idempotency_key = news.idempotency_key + ":" + owner.id.text();
    mail.to = {{owner.email, owner.name}};
    mail.content = *news.letter;
    return mail;
}

}  // namespace

std::string category_of(std::string_view letter) {
    return letter == "limit" || letter == "over_limit" ? "usage" : "billing";
}

bool is_urgent(std::string_view letter) {
    constexpr std::string_view kUrgent[] = {"payment_failed", "action_required", "access_limited",   "suspended", "canceled",
                                            "price_change",   "trial_ending",    "renewal_upcoming", "card_expiring"};
    return std::ranges::find(kUrgent, letter) != std::end(kUrgent);
}

std::optional<LetterChoice> letter_for(const std::string& event, const std::string& event_id, const json& fields) {
    for (const auto& rule : kRules) {
        if (event != rule.event) continue;
        LetterChoice choice{rule.letter, event_id, rule.path};
        if (choice.name == "trial_welcome" && text_field(fields, "status") != "trialing") return std::nullopt;
        // Suspension has a letter of its own, and getting access back is no bad news.
        if (choice.name == "access_limited" && text_field(fields, "access") != "limited") return std::nullopt;
        // What costs nothing needs no paper in the mail; a negative one is credit and has its own page.
        if ((choice.name == "invoice" || choice.name == "receipt") && fields.value("amount", std::int64_t{0}) <= 0)
            return std::nullopt;
        // Whose price stays has nothing to read.
        if (choice.name == "price_change" && text_field(fields, "amount") == text_field(fields, "old_amount"))
            return std::nullopt;
        if (choice.name == "limit")
            choice.cause = text_field(fields, "tenant") + "." + text_field(fields, "meter") + "." +
                           text_field(fields, "percent") + "." + text_field(fields, "period_start");
        return choice;
    }
    return std::nullopt;
}

sdk::Result<void> write_to_owners(sdk::Host& host, Desk& desk, const sdk::CallContext& context, const TenantId& tenant,
                                  const LetterChoice& choice, json fields) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto directory = sdk::find_service<sdk::Directory>(host);
    const auto profile = directory.call(&sdk::Directory::tenant, own, tenant);
    if (!profile) return profile.error();
    if (!*profile) return sdk::ok();
    const auto owners = directory.call(&sdk::Directory::members, own, tenant, std::vector<std::string>{"owner"});
    if (!owners) return owners.error();
    const auto catalogue = desk.catalogue(own);
    if (!catalogue) return catalogue.error();
    name_things(**catalogue, fields);
    fields["tenant_name"] = (*profile)->name;
    const auto currency = text_field(fields, "currency");
    for (const auto& [amount, money] : {std::pair{"amount", "money"}, {"old_amount", "old_money"}})
        if (fields.contains(amount) && fields[amount].is_number_integer())
            fields[money] = money_text(fields[amount].get<std::int64_t>(), currency);
    const auto notifier = sdk::find_service<sdk::Notifier>(host, {{"site", "app"}});
    const auto mailer = sdk::find_service<sdk::Mailer>(host);
    for (const auto& owner : *owners) {
        const auto news = news_for(host, owner, choice, fields);
        if (notifier) {
            const auto told = notifier.call(&sdk::Notifier::notify_person, own, tenant, owner.id.text(), news);
            if (!told) return told.error();
        } else if (const auto sent = mailer.call(&sdk::Mailer::send, own, only_the_letter(owner, news)); !sent) {
            return sent.error();
        }
    }
    return sdk::ok();
}

sdk::Result<void> write_letters(sdk::Host& host, Desk& desk, const sdk::Envelope& event) {
    auto fields = event.json();
    if (!fields.is_object()) return sdk::ok();
    const auto choice = letter_for(event.type.text(), event.id, fields);
    const auto tenant = event.tenant.empty() ? sdk::TenantId{text_field(fields, "tenant")} : event.tenant;
    if (!choice || tenant.empty()) return sdk::ok();
    sdk::CallContext context;
    context.request_id = event.id;
    return write_to_owners(host, desk, context, tenant, *choice, std::move(fields));
}

sdk::Result<void> register_letters(sdk::Host& host, Desk& desk) {
    for (const auto& rule : kRules) {
        const auto done = host.outbox().subscribe(
            std::string("billing.letter_") + rule.letter, rule.event,
            [&host, &desk](const sdk::Envelope& event) { return write_letters(host, desk, event); });
        if (!done) return done;
    }
    return register_reminders(host, desk);
}

}  // namespace whatsflow::billing
