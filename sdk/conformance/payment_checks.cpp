// What money asks of a provider: forged, stale and repeated notices, and one charge for one key.
#include "walk.hpp"

#include <whatsflow/sdk/payment_provider.hpp>

#include <algorithm>

namespace whatsflow::conformance {
namespace {

using sdk::PaymentNotice;
using sdk::PaymentProvider;
using Provider = sdk::ServiceHandle<PaymentProvider>;

sdk::CheckoutRequest a_checkout(const sdk::PaymentProviderInfo& info) {
    sdk::CheckoutRequest request;
    request.reference = "INV-2026-000123-1-X";
    if (request.reference.size() > info.limits.reference_max_length)
        request.reference.resize(info.limits.reference_max_length);
    request.idempotency_key = "conformance-key-1";
    request.amount = {2500, "USD"};
    if (!info.limits.currencies.empty()) {
        const auto& currency = info.limits.currencies.front();
        request.amount = {std::max<std::int64_t>(currency.minimum, 2500), currency.currency};
        if (currency.maximum) request.amount.minor = std::min(request.amount.minor, *currency.maximum);
    }
    request.description = "Invoice 123";
    request.customer = {"",        "Nimal", "Perera", "nimal@example.com", "+94771234567", "1 Main St",
                        "Colombo", "00100", "LK"};
    request.return_url = "https://app.test/billing/return";
    request.cancel_url = "https://app.test/billing/cancel";
    request.notify_url = "https://api.test/webhooks/conformance";
    return request;
}

PaymentNotice notice_of(const nlohmann::json& json, sdk::Instant now) {
    PaymentNotice notice;
    const auto body = json.value("body", nlohmann::json(""));
    notice.body = body.is_string() ? body.get<std::string>() : body.dump();
    const auto given = json.value("headers", nlohmann::json::object());
    for (const auto& [name, value] : given.items()) notice.headers.add(name, value.get<std::string>());
    notice.path_token = json.value("path_token", "");
    notice.query_string = json.value("query_string", "");
    notice.received_at = json.contains("received_at") ? sdk::from_micros(json["received_at"].get<std::int64_t>()) : now;
    return notice;
}

bool refused(const Provider& provider, const PaymentNotice& notice) {
    const auto verified = provider.call(&PaymentProvider::verify_notice, notice);
    const auto events = provider.call(&PaymentProvider::read_notice, notice);
    return !verified && verified.error().code != "plugin.fault" && !events && events.error().code != "plugin.fault";
}

void check_unproven_notices(const Provider& provider, sdk::Instant now, Report& report) {
    using namespace std::string_literals;
    struct Case {
        const char* name;
        std::string body;
    };
    const std::vector<Case> cases{
        {"empty", ""},
        {"forged JSON", R"({"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1","amount":1}}})"},
        {"forged form",
         "merchant_id=1&order_id=INV-1&payhere_amount=1.00&payhere_currency=USD&status_code=2&md5sig="
         "00000000000000000000000000000000"},
        {"binary", "\x00\xff\xfe\x01"s},
        {"1 MB", std::string(1024 * 1024, 'A')},
        {"deeply nested", std::string(20'000, '[')}};
    for (const auto& one : cases) {
        report.begin(std::string("reading a notice: ") + one.name);
        PaymentNotice notice;
        notice.body = one.body;
        notice.received_at = now;
        const bool bare = refused(provider, notice);
        for (const char* header :
             {"Stripe-Signature", "X-Signature", "X-Acme-Signature", "Signature", "Webhook-Signature"})
            notice.headers.add(header,
                               "t=" + std::to_string(sdk::to_micros(now) / 1'000'000) + ",v1=" + std::string(64, '0'));
        report.expect(
            bare && refused(provider, notice), "payment.notice_forged",
            std::string("A notice that is ") + one.name + " is refused.",
            std::string("A notice that is ") + one.name + " and not signed was accepted, or made the plugin throw.");
    }
}

/// A genuine notice of the scenario: accepted, and refused as soon as anything is changed.
void check_genuine_notice(const Provider& provider, const sdk::PaymentProviderInfo& info, const nlohmann::json& json,
                          sdk::Instant now, Report& report) {
    const auto name = json.value("name", "genuine");
    report.begin("reading the scenario's notice " + name);
    const auto notice = notice_of(json, now);
    const auto verified = provider.call(&PaymentProvider::verify_notice, notice);
    if (!report.expect(static_cast<bool>(verified), "payment.notice_genuine", "The notice '" + name + "' is accepted.",
                       "The notice '" + name + "' is refused: " + (verified ? "" : verified.error().message)))
        return;
    const auto again = provider.call(&PaymentProvider::verify_notice, notice);
    report.expect(again && again->event_id == verified->event_id && !verified->event_id.empty() &&
                      verified->event_id.size() <= 200,
                  "payment.notice_replayed", "A repeated notice has the same identity: " + verified->event_id + ".",
                  "A repeated notice has another identity, or none: it would be counted twice.");
    const auto events = provider.call(&PaymentProvider::read_notice, notice);
    const bool complete =
        events && std::ranges::all_of(*events, [&](const sdk::PaymentEvent& event) {
            return !event.event_id.empty() && event.trust == verified->trust && event.occurred_at != sdk::Instant{};
        });
    report.expect(complete, "payment.notice_read",
                  "It reads as " + std::to_string(events ? events->size() : 0) + " events.",
                  "Its events lack an identity, a time or the notice's trust.");

    if (verified->trust == sdk::NoticeTrust::fully_signed) {
        std::size_t accepted = 0;
        const auto step = std::max<std::size_t>(1, notice.body.size() / 64);
        for (std::size_t i = 0; i < notice.body.size(); i += step) {
            auto changed = notice;
            changed.body[i] = static_cast<char>(changed.body[i] ^ 1);
            accepted += refused(provider, changed) ? 0 : 1;
        }
        auto longer = notice;
        longer.body += "\n";
        accepted += refused(provider, longer) ? 0 : 1;
        report.expect(accepted == 0, "payment.notice_changed", "A changed body is refused wherever it was changed.",
                      std::to_string(accepted) + " changed bodies were accepted.");
    }
    auto bare = notice;
    bare.headers = {};
    bare.path_token.clear();
    const bool signed_in_headers =
        !json.value("headers", nlohmann::json::object()).empty() || !notice.path_token.empty();
    if (signed_in_headers)
        report.expect(refused(provider, bare), "payment.notice_unsigned", "Without its headers it is refused.",
                      "Without its headers it is still accepted.");
    if (info.capabilities.has(sdk::PaymentCapability::webhook_timestamped)) {
        auto stale = notice;
        stale.received_at += std::chrono::hours(24);
        auto early = notice;
        early.received_at -= std::chrono::hours(24);
        report.expect(refused(provider, stale) && refused(provider, early), "payment.notice_stale",
                      "The same notice a day later or earlier is refused.",
                      "The same notice a day later or earlier is accepted: it can be replayed.");
    }
}

void check_checkout(const Provider& provider, sdk::testing::FakeHost& host, const sdk::PaymentProviderInfo& info,
                    Report& report) {
    report.begin("create_checkout twice with one key");
    const auto request = a_checkout(info);
    host.network().clear();
    play_world(host, nlohmann::json::object());
    struct Sent {
        std::string url, body, key;
        bool operator==(const Sent&) const = default;
    };
    auto posted = [&] {
        std::vector<Sent> sent;
        for (const auto& one : host.network().requests())
            if (one.method == sdk::Method::post)
                sent.push_back({one.url, one.body, std::string(one.headers.find("Idempotency-Key").value_or(""))});
        return sent;
    };
    const auto first = provider.call(&PaymentProvider::create_checkout, sdk::testing::a_context(), request);
    const auto sent_first = posted();
    const auto second = provider.call(&PaymentProvider::create_checkout, sdk::testing::a_context(), request);
    auto sent_second = posted();
    sent_second.erase(sent_second.begin(), sent_second.begin() + static_cast<std::ptrdiff_t>(sent_first.size()));
    // Either nothing is sent, or what is sent says that it is the same.
    const bool same = std::ranges::all_of(sent_second, [&](const Sent& one) {
        const bool keyed = !one.key.empty() || one.body.find(request.reference) != std::string::npos ||
                           one.body.find(request.idempotency_key) != std::string::npos;
        return keyed && std::ranges::find(sent_first, one) != sent_first.end();
    });
    report.expect(same, "payment.idempotency", "The same idempotency key sends the same request: one charge.",
                  "The same idempotency key sent a different request: a customer can be charged twice.");
    for (const auto* page : {&first, &second}) {
        if (!*page) continue;
        const bool one_way = (*page)->url.empty() == (*page)->form.has_value();
        const auto& target = (*page)->form ? (*page)->form->action : (*page)->url;
        report.expect(one_way && target.starts_with("https://"), "payment.checkout_page",
                      "The checkout page is a URL or a form on HTTPS.",
                      "The checkout page must be exactly one of a URL and a form, on HTTPS.");
    }
    report.begin("create_checkout with a strange currency");
    auto strange = request;
    strange.amount = {1, "us$"};
    const auto wrong = provider.call(&PaymentProvider::create_checkout, sdk::testing::a_context(), strange);
    report.expect(!wrong && wrong.error().code == "payment.rejected", "payment.currency",
                  "A currency that does not exist is refused as payment.rejected.",
                  "A currency that does not exist must be refused as payment.rejected before anything is sent.");
}

void check_broken_world(const Provider& provider, sdk::testing::FakeHost& host, const sdk::PaymentProviderInfo& info,
                        Report& report) {
    struct Case {
        const char* name;
        sdk::Result<sdk::IncomingResponse> answer;
    };
    const std::vector<Case> cases{
        {"a dead line", sdk::fail("net.not_sent", "refused")},
        {"a timeout", sdk::fail("net.unknown", "timed out")},
        {"a 500 page", sdk::testing::response(500, "<html>oops</html>")},
        {"an empty 200", sdk::testing::response(200)},
        {"hostile JSON", sdk::testing::response(200, R"({"id":7,"url":[],"status":{},"amount":"x","data":null})")},
        {"a huge body", sdk::testing::response(200, std::string(1024 * 1024, '{'))}};
    for (const auto& one : cases) {
        report.begin(std::string("calling the provider over ") + one.name);
        host.network().clear();
        host.network().answer_always([&](const auto&, const auto&) { return one.answer; });
        const auto context = sdk::testing::a_context();
        const auto page = provider.call(&PaymentProvider::create_checkout, context, a_checkout(info));
        bool good = page || page.error().code.starts_with("payment.");
        const auto found = provider.call(&PaymentProvider::lookup, context, sdk::PaymentLookup{"INV-1-X", ""});
        good = good && (found || found.error().code != "plugin.fault");
        if (info.capabilities.has(sdk::PaymentCapability::charge_saved_method)) {
            sdk::ChargeRequest charge;
            charge.reference = "INV-2-X";
            charge.idempotency_key = "conformance-charge";
            charge.amount = a_checkout(info).amount;
            charge.method.token = sdk::Secret{"tok_conformance"};
            const auto outcome = provider.call(&PaymentProvider::charge, context, charge);
            good = good && outcome && !outcome->is(sdk::PaymentOutcomeClass::succeeded);
        }
        report.expect(good, "payment.broken_world", std::string("It survives ") + one.name + " and says so honestly.",
                      std::string("With ") + one.name + " it throws, or claims success.");
    }
}

}  // namespace

void check_payment_provider(StartedPlugin& plugin, const nlohmann::json& scenario, Report& report) {
    auto& host = plugin.host();
    const auto provider = sdk::find_service<PaymentProvider>(host);
    if (!report.expect(static_cast<bool>(provider), "payment.provided", "It provides whatsflow.payment_provider/1.",
                       "It does not provide whatsflow.payment_provider/1."))
        return;
    report.expect(provider.properties().contains("provider"), "payment.property", "It says which provider it is.",
                  "It must be provided with the property {\"provider\", \"…\"}.");
    report.begin("describe()");
    const auto info = provider.call(&PaymentProvider::describe);
    if (!report.expect(info && !info->name.empty() && !info->limits.currencies.empty(), "payment.describe",
                       "It describes itself.", "describe() must give a name and the currencies."))
        return;

    check_unproven_notices(provider, host.clock().now(), report);
    for (const auto& notice : scenario.value("notices", nlohmann::json::array())) {
        if (notice.value("expect", "accepted") == "accepted") {
            check_genuine_notice(provider, *info, notice, host.clock().now(), report);
        } else {
            const auto name = notice.value("name", "?");
            report.begin("reading the scenario's notice " + name);
            report.expect(refused(provider, notice_of(notice, host.clock().now())), "payment.notice_refused",
                          "The notice '" + name + "' is refused.", "The notice '" + name + "' is accepted.");
        }
    }
    check_checkout(provider, host, *info, report);
    check_broken_world(provider, host, *info, report);
    // The world of the scenario comes back, and every kind of call leaves its lines in the log.
    host.network().clear();
    play_world(host, scenario);
    report.begin("create_checkout in the scenario's world");
    const auto page = provider.call(&PaymentProvider::create_checkout, sdk::testing::a_context(), a_checkout(*info));
    if (scenario.contains("answers"))
        report.expect(static_cast<bool>(page), "payment.checkout", "In the scenario's world a checkout opens.",
                      "In the scenario's world no checkout opens: " + (page ? "" : page.error().message));
    const auto faults = host.faults();
    report.expect(faults.empty(), "payment.faults", "No exception left the provider.",
                  faults.empty() ? "" : "An exception left the provider: " + faults.front());
}

}  // namespace whatsflow::conformance
