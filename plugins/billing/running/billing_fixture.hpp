/// \file
/// The plugin on a real database, with a bank that does what the test says.
#pragma once

#include "src/billing_plugin.hpp"
#include "store/entities.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>

namespace whatsflow::billing::testing {

using namespace std::chrono_literals;

class OneDirectory final : public sdk::Directory {
public:
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const TenantId& id) override {
        if (id.text().starts_with("nobody")) return std::optional<sdk::TenantProfile>{};
        sdk::TenantProfile profile;
        profile.id = id;
        profile.time_zone = time_zone;
        profile.currency = "USD";
        profile.country = "US";
        return std::optional{profile};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const TenantId&,
                                                         const std::vector<std::string>&) override {
        return members_of_all;
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return all;
    }
    std::string time_zone = "UTC";
    std::vector<sdk::TenantProfile> all;
    std::vector<sdk::MemberProfile> members_of_all;
};

/// Does what the test says; counts money by key, as a bank would.
class Bank final : public sdk::PaymentProvider {
public:
    sdk::Result<sdk::PaymentProviderInfo> describe() const override {
        sdk::PaymentProviderInfo info;
        info.name = "Bank";
        info.capabilities = {sdk::PaymentCapability::hosted_checkout, sdk::PaymentCapability::charge_saved_method,
                             sdk::PaymentCapability::refund_full};
        if (runs_renewals) {
            info.capabilities.add(sdk::PaymentCapability::provider_subscriptions);
            info.capabilities.add(sdk::PaymentCapability::list_subscription_payments);
        }
        if (knows_keys) info.capabilities.add(sdk::PaymentCapability::native_idempotency);
        return info;
    }
    sdk::Result<void> health(const sdk::CallContext&) override { return sdk::ok(); }
    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext&,
                                                   const sdk::CheckoutRequest& request) override {
        pages.push_back(request.reference);
        asked.push_back(request);
        if (on_page) on_page();
        sdk::CheckoutPage page;
        page.url = "https://bank.example/pay/" + request.reference;
        return page;
    }
    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext&, const sdk::ChargeRequest& request) override {
        const std::lock_guard lock(mutex);
        ++calls;
        const auto said = words.emplace(request.idempotency_key, request.description).first->second;
        if (said != request.description) return sdk::PaymentOutcome::rejected("key_reused", "Other words.");
        if (lost) {
            if (taken_although_lost) charged[request.idempotency_key] = request.amount.minor;
            return sdk::PaymentOutcome::unknown("timeout", "No answer.");
        }
        if (wants_customer) {
            waiting.insert(request.idempotency_key);
            sdk::CheckoutPage page;
            page.url = "https://bank.example/agree/" + request.idempotency_key;
            return sdk::PaymentOutcome::requires_action("pay_" + request.idempotency_key, page);
        }
        if (declines) return sdk::PaymentOutcome::declined(decline, decline_code, "No.");
        charged[request.idempotency_key] = request.amount.minor;
        return sdk::PaymentOutcome::succeeded("pay_" + request.idempotency_key, request.amount);
    }
    sdk::Result<sdk::PaymentOutcome> cancel_subscription(const sdk::CallContext&, const std::string& run) override {
        if (lost) return sdk::fail("payment.transient", "down");
        stopped.push_back(run);
        sdk::PaymentOutcome done;
        done.outcome = sdk::PaymentOutcomeClass::succeeded;
        return done;
    }
    sdk::Result<std::vector<sdk::PaymentRecord>> list_payments(const sdk::CallContext&,
                                                               const std::string& run) override {
        if (lost) return sdk::fail("payment.transient", "down");
        auto records = taken[run];
        std::ranges::reverse(records);
        return records;
    }
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext&, const sdk::RefundRequest& request) override {
        ++refund_calls;
        if (refunds_unreachable) return sdk::fail("payment.transient", "down");
        refunded[request.idempotency_key] = {request.payment_id, request.amount.minor};
        if (refunds_take_days) return sdk::PaymentOutcome::pending("re_" + request.idempotency_key, "On its way.");
        return sdk::PaymentOutcome::succeeded("re_" + request.idempotency_key, request.amount);
    }
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext&, const sdk::PaymentLookup& what) override {
        if (lost) return sdk::fail("payment.transient", "down");
        sdk::PaymentRecord record;
        const auto found = charged.find(what.reference.empty() ? what.payment_id.substr(4) : what.reference);
        if (found == charged.end()) {
            if (!waiting.contains(what.reference)) return record;
            record.status = sdk::PaymentStatus::pending;
            record.code = "requires_action";
            return record;
        }
        record.status = sdk::PaymentStatus::succeeded;
        record.payment_id = "pay_" + found->first;
        Amount back = 0;
        for (const auto& [key, refund] : refunded)
            if (refund.first == record.payment_id) back += refund.second;
        if (back > 0 && !refunds_take_days) record.refunded = sdk::Money{back, "USD"};
        record.amount = sdk::Money{found->second, "USD"};
        return record;
    }
    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override {
        if (notice.headers.find("Bank-Signature").value_or("") != "right")
            return sdk::fail("payment.notice_refused", "Forged.");
        const auto body = nlohmann::json::parse(notice.body);
        return sdk::VerifiedNotice{sdk::NoticeTrust::fully_signed, body.at("id"), body.at("type")};
    }
    /// Completes a method of which the notice has only the token.
    sdk::Result<sdk::PaymentConfirmation> confirm(const sdk::CallContext&, const sdk::PaymentEvent& event) override {
        sdk::PaymentConfirmation confirmation{sdk::PaymentConfirmation::Verdict::confirmed, event, {}};
        if (event.method && !cards_unreachable) {
            confirmation.event.method->brand = "visa";
            confirmation.event.method->last4 = "4242";
        }
        return confirmation;
    }
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice& notice) const override {
        ++notices_read;
        const auto body = nlohmann::json::parse(notice.body);
        if (body.contains("run")) return read_notice_of_a_run(body);
        const bool renewed = body.at("type") == "renewed", refused = body.at("type") == "refused";
        if (body.at("type") != "paid" && !renewed && !refused) return std::vector<sdk::PaymentEvent>{};
        sdk::PaymentEvent event;
        if (refused) {
            event.type = sdk::PaymentEventType::payment_failed;
            event.decline = body.at("hard") ? sdk::Decline::hard : sdk::Decline::soft;
            event.code = body.at("code");
        }
        if (renewed) event.type = sdk::PaymentEventType::subscription_renewed;
        event.trust = sdk::NoticeTrust::fully_signed;
        event.reference = body.at("reference");
        event.payment_id = body.value("payment", "pay_" + event.reference);
        event.amount = sdk::Money{body.at("amount"), body.value("currency", "USD")};
        sdk::SavedPaymentMethod method;
        method.token = sdk::Secret{"tok_1"};
        method.kind = "card";
        method.fingerprint = body.value("card", "");
        if (!renewed && !refused && body.value("keeps_method", true)) event.method = method;
        return std::vector{event};
    }
    /// Said as PayHere says it: the payment, and what it is of the subscription.
    static std::vector<sdk::PaymentEvent> read_notice_of_a_run(const nlohmann::json& body) {
        sdk::PaymentEvent event;
        event.trust = sdk::NoticeTrust::fully_signed;
        event.reference = body.at("reference");
        event.subscription_id = body.at("run");
        event.payment_id = body.value("payment", "");
        event.amount = sdk::Money{body.value("amount", Amount{0}), "USD"};
        if (body.contains("instalment")) event.instalment = body.at("instalment");
        auto payment = event;
        payment.type = sdk::PaymentEventType::payment_succeeded;
        const std::string type = body.at("type");
        using Type = sdk::PaymentEventType;
        event.type = type == "activated"   ? Type::subscription_activated
                     : type == "renewed"   ? Type::subscription_renewed
                     : type == "failed"    ? Type::subscription_past_due
                     : type == "completed" ? Type::subscription_completed
                                           : Type::subscription_canceled;
        if (type == "activated" || type == "renewed") return {payment, event};
        return {event};
    }
    std::vector<sdk::CheckoutRequest> asked;                         ///< of pages
    std::vector<std::string> stopped;                                ///< runs that were told to stop
    std::map<std::string, std::vector<sdk::PaymentRecord>> taken;    ///< by run
    std::map<std::string, std::string> words;                        ///< by key: the description of the first time
    std::map<std::string, Amount> charged;                           ///< by key
    std::map<std::string, std::pair<std::string, Amount>> refunded;  ///< by key: of which payment, how much
    std::vector<std::string> pages;
    std::set<std::string> waiting;  ///< keys of charges that the customer has to agree to
    std::function<void()> on_page;
    std::mutex mutex;  ///< of charges: hosts charge side by side
    int calls = 0, refund_calls = 0;
    mutable int notices_read = 0;
    sdk::Decline decline = sdk::Decline::soft;  ///< of charges, while it `declines`
    std::string decline_code = "insufficient_funds";
    bool lost = false, taken_although_lost = false, declines = false;
    bool knows_keys = true, runs_renewals = false, wants_customer = false;
    bool cards_unreachable = false;
    bool refunds_unreachable = false, refunds_take_days = false;
};

class Billing : public ::testing::Test {
protected:
    /// Settings that differ from the defaults.
    virtual nlohmann::json settings_of_test() { return nlohmann::json::object(); }
    void SetUp() override {
        host_.use_database(*database_);
        host_.time().set(start_of_day(LocalDate::of(2026, 3, 10), "UTC"));
        host_.install_service(sdk::Directory::kId, directory_);
        host_.install_service(sdk::PaymentProvider::kId, bank_, {{"provider", "bank"}});
        nlohmann::json settings;
        const auto schema = nlohmann::json::parse(std::ifstream(WF_SOURCE_DIR "/plugins/billing/config.schema.json"));
        for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
        settings.update(settings_of_test());
        const auto started = plugin_.start(host_, sdk::Config(settings));
        ASSERT_TRUE(started) << started.error().message;
    }
    void TearDown() override {
        if (HasFailure()) std::cerr << host_.logged().text();
        plugin_.stop();
        host_.withdraw_all();
    }
    sdk::Response call(sdk::Method method, const std::string& target, const nlohmann::json& body = nullptr,
                       const std::string& key = {}) {
        sdk::testing::CallOptions options;
        options.site = sdk::Site::api;
        auto who = sdk::testing::a_user(tenant_, {"billing:read", "billing:write"});
        who.kind = sdk::Identity::Kind::token;
        options.identity = who;
        options.tenant = TenantId{tenant_};
        if (!body.is_null()) options.body = body.dump();
        if (!key.empty()) options.headers.add("Idempotency-Key", key);
        return host_.call(method, target, options);
    }
    nlohmann::json said(const sdk::Response& response) {
        return nlohmann::json::parse(std::get<std::string>(response.body()));
    }
    int notify(const nlohmann::json& body, const std::string& signature = "right") {
        if (body.value("type", "") == "paid") bank_.charged[body.at("reference")] = body.at("amount");
        sdk::testing::CallOptions options;
        options.site = sdk::Site::api;
        options.body = body.dump();
        options.headers.add("Bank-Signature", signature);
        return host_.call(sdk::Method::post, "/webhooks/bank", options).status();
    }
    void jobs() {
        for (const auto* kind : {"billing.read_notices", "billing.run_due"})
            ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = kind}));
        for (const auto& error : host_.facilities().jobs.run_all())
            ADD_FAILURE() << error.code << ": " << error.message;
    }
    std::int64_t count(const std::string& what) {
        const auto row = database_->query_one(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                              "SELECT COUNT(*) AS n FROM " + what);
        return row && *row ? (*row)->integer("n") : -1;
    }
    /// A tenant who subscribed and paid on the bank's page.
    nlohmann::json subscribe_and_pay() {
        const auto made =
            call(sdk::Method::post, "/v1/subscription",
                 {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}}, "k1");
        EXPECT_EQ(made.status(), 201) << said(made).dump();
        const auto answer = said(made);
        EXPECT_EQ(notify({{"id", "evt_1"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}),
                  200);
        jobs();
        return answer;
    }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"billing"});
    sdk::testing::FakeHost host_{"billing"};
    OneDirectory directory_;
    Bank bank_;
    BillingPlugin plugin_;
    std::string tenant_ = "0190a5b0-0000-7000-8000-000000000001";
};

}  // namespace whatsflow::billing::testing
