// Sums of finance, a second person's agreement, and letters before a day, on a real database.
#include "approval_book.hpp"
#include "finance_sums.hpp"
#include "teller.hpp"
#include "told_revenue.hpp"

#include "src/letters/letters.hpp"
#include "src/letters/reminders.hpp"
#include "src/metrics/revenue_metrics.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

const LocalDate kFinanceDay = LocalDate::of(2026, 3, 10);

class OwnersDirectory final : public sdk::Directory {
public:
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const TenantId& id) override {
        sdk::TenantProfile profile;
        profile.id = id;
        profile.name = "Hill Tea";
        profile.time_zone = "UTC";
        profile.currency = "USD";
        profile.country = "US";
        return std::optional{profile};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const TenantId&,
                                                         const std::vector<std::string>&) override {
        sdk::MemberProfile owner;
        owner.id = sdk::UserId{"owner"};
        owner.email = "owner@hill.example";
        return std::vector{owner};
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<sdk::TenantProfile>{};
    }
};

/// Takes each key once, as the mailer does.
class Letterbox final : public sdk::Mailer {
public:
    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext&, const sdk::MailMessage& message) override {
        const bool fresh = keys.insert(message.idempotency_key).second;
        EXPECT_LE(message.idempotency_key.size(), 200U);
        if (fresh) said.push_back(std::get<sdk::View>(message.content).model.at("said"));
        return sdk::MailReceipt{message.idempotency_key, !fresh};
    }
    std::set<std::string> keys;
    std::vector<std::string> said;
};

class FinanceTables : public ::testing::Test {
protected:
    void SetUp() override {
        host_.time().set(start_of_day(kFinanceDay, "UTC"));
        host_.install_service(sdk::Directory::kId, directory_);
        host_.install_service(sdk::Mailer::kId, letterbox_);
        ASSERT_TRUE(store::seed(*database_, {}, host_.clock().now()));
    }
    void moved(const std::string& tenant, const std::string& kind, const std::string& amount, LocalDate on) {
        execute(
            "INSERT INTO billing_movements (id, tenant_id, kind, currency, moved_on, amount, rounded) VALUES "
            "(?, ?, ?, 'USD', ?, ?, 0)",
            {sdk::make_uuid(), tenant, kind, on.days, amount});
    }
    void execute(const std::string& sql, const sdk::DbValues& values) {
        const auto done = database_->execute(sdk::across_tenants(context_, "test"), sql, values);
        ASSERT_TRUE(done) << done.error().message;
    }
    By somebody(const std::string& id) {
        By by;
        by.actor.kind = "staff";
        by.actor.id = by.actor.label = id;
        by.reason = "because";
        return by;
    }
    void subscribe(const std::string& plan, Interval interval) {
        Subscribe wanted;
        wanted.plan = plan;
        wanted.interval = interval;
        const auto done = teller_.act(context_, tenant_, {wanted, {}, {}, {}, false}, {});
        ASSERT_TRUE(done) << done.error().message;
    }
    sdk::Result<void> remind(LocalDate on) { return write_reminders(host_, teller_, context_, on); }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"billing"});
    sdk::testing::FakeHost host_{"billing", WF_SOURCE_DIR "/plugins/billing"};
    // What is made below keeps the database that the host has by then.
    const bool has_database_ = (host_.use_database(*database_), true);
    OwnersDirectory directory_;
    Letterbox letterbox_;
    sdk::CallContext context_ = sdk::testing::a_context();
    Transitions transitions_{host_, {}};
    ProviderCalls calls_{transitions_};
    Teller teller_{transitions_, calls_};
    FinanceSums finance_{host_};
    ApprovalBook approvals_{host_};
    TenantId tenant_{"0190a5b0-0000-7000-8000-000000000001"};
};

TEST_F(FinanceTables, AddsMovementsExactlyAndCountsCustomersOfTheTime) {
    const auto start = kFinanceDay, end = kFinanceDay.plus_days(30);
    moved("a", "new", "29580/12", start.plus_days(-9));
    moved("b", "new", "2900", start.plus_days(-9));
    moved("b", "churn", "2900", start.plus_days(3));
    moved("c", "new", "1/3", start);
    moved("d", "new", "1/3", start);
    moved("d", "churn", "1/3", start.plus_days(1));
    moved("e", "new", "5", end);

    const auto within = finance_.movement_sums(context_, start, end);
    const auto customers = finance_.customers(context_, start, end);
    ASSERT_TRUE(within && customers);
    const auto metrics = revenue_metrics(*finance_.movement_sums(context_, {}, start), *within, *customers).at(0);

    const auto at_once = finance_.movement_sums_between(context_, {LocalDate{}, start, end});
    ASSERT_TRUE(at_once);
    const auto same = revenue_metrics(at_once->at(0), at_once->at(1), *customers).at(0);
    EXPECT_EQ(same.start_mrr, metrics.start_mrr);
    EXPECT_EQ(same.end_mrr(), metrics.end_mrr());
    EXPECT_EQ(metrics.start_mrr, Fraction(2465 + 2900, 1));
    EXPECT_EQ(metrics.new_business, Fraction(2, 3));
    EXPECT_EQ(metrics.customers.at_start, 2);
    EXPECT_EQ(metrics.customers.left, 1);
    EXPECT_EQ(metrics.customers.at_end, 2);

    const auto day = [](LocalDate date) { return std::chrono::sys_days{std::chrono::days{date.days}}; };
    const auto told = ToldRevenue(finance_).over(context_, day(start), day(end));
    ASSERT_TRUE(told) << told.error().message;
    ASSERT_EQ(told->size(), 1U);
    const auto& dollars = told->front();
    EXPECT_EQ(dollars.currency, "USD");
    EXPECT_EQ(dollars.start, 2465 + 2900);
    EXPECT_EQ(dollars.new_business, 1);  // two thirds, rounded once
    EXPECT_EQ(dollars.churn, 2900);
    EXPECT_EQ(dollars.end, 2465);
    EXPECT_EQ((std::array{dollars.customers_at_start, dollars.customers_left, dollars.customers_at_end}),
              (std::array<std::int64_t, 3>{2, 1, 2}));
    const auto before = ToldRevenue(finance_).over(context_, day(start.plus_days(-30)), day(start.plus_days(-20)));
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->empty()) << "nothing is told of what had not begun";
}

TEST_F(FinanceTables, ListsTheMovementsBehindANumberAPageAtATime) {
    for (int i = 0; i < 5; ++i) moved("a", i % 2 == 0 ? "churn" : "expansion", "100", kFinanceDay);
    const MovementFilter churned{kFinanceDay, kFinanceDay.plus_days(1), "USD", "churn"};

    const auto first = finance_.movements(context_, churned, {}, 2);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->rows.size(), 2U);
    EXPECT_EQ(finance_.movements(context_, churned, first->next, 2)->rows.size(), 1U);
    EXPECT_TRUE(finance_.movements(context_, {kFinanceDay, kFinanceDay.plus_days(1), "LKR", {}}, {}, 9)->rows.empty());
}

TEST_F(FinanceTables, KnowsWhoIsOnAPriceAndWhichTrialsPaid) {
    subscribe("starter", {});
    const auto holders = finance_.holders(context_, "starter", "USD", "month");
    ASSERT_TRUE(holders) << holders.error().message;
    EXPECT_EQ(holders->subscriptions, 1);
    EXPECT_EQ(holders->agreed, 0);
    EXPECT_EQ(finance_.holders(context_, "starter", "LKR", "month")->subscriptions, 0);
    const auto trials = finance_.trials(context_, kFinanceDay, kFinanceDay.plus_days(30), 14);
    ASSERT_TRUE(trials) << trials.error().message;
    EXPECT_EQ(trials->started, 1);
    EXPECT_EQ(trials->converted, 0);
    EXPECT_TRUE(finance_.refused(context_, kFinanceDay, kFinanceDay.plus_days(30), 10));
}

TEST_F(FinanceTables, OnlySomebodyElseAgreesAndOnlyOnce) {
    Approval wanted;
    wanted.kind = "refund";
    wanted.title = "Refund of INV-000001";
    wanted.payload = {{"amount", 90000}};
    wanted.currency = "USD";
    wanted.amount = 90000;
    const auto id = approvals_.ask(context_, wanted, somebody("anna"));
    ASSERT_TRUE(id) << id.error().message;

    EXPECT_EQ(approvals_.decide(context_, *id, true, somebody("anna")).error().code, "billing.own_request");
    EXPECT_TRUE(approvals_.decide(context_, *id, true, somebody("ben")));
    EXPECT_EQ(approvals_.decide(context_, *id, false, somebody("cleo")).error().code, "billing.already_decided");
    const auto kept = approvals_.find(context_, *id);
    ASSERT_TRUE(kept && *kept);
    EXPECT_EQ((*kept)->state, ApprovalState::approved);
    EXPECT_EQ((*kept)->payload, wanted.payload);
    EXPECT_EQ((*kept)->decided_label, "ben");
    ASSERT_TRUE(approvals_.mark_done(context_, *id));
    EXPECT_EQ(approvals_.list(context_, "done", {}, 10)->rows.size(), 1U);
    EXPECT_TRUE(approvals_.list(context_, "waiting", {}, 10)->rows.empty());
}

TEST_F(FinanceTables, ATrialsEndIsWrittenAboutOnceThreeDaysBefore) {
    subscribe("starter", {});
    ASSERT_TRUE(remind(kFinanceDay.plus_days(3)));
    EXPECT_TRUE(letterbox_.said.empty());
    ASSERT_TRUE(remind(kFinanceDay.plus_days(4)));
    ASSERT_TRUE(remind(kFinanceDay.plus_days(5)));
    ASSERT_EQ(letterbox_.said.size(), 1U);
    ASSERT_TRUE(remind(kFinanceDay.plus_days(7)));
    EXPECT_EQ(letterbox_.said.size(), 1U);
}

TEST_F(FinanceTables, OwnersAreToldInTheAppAndTheLetterGoesThere) {
    class Told final : public sdk::Notifier {
    public:
        sdk::Result<void> notify_roles(const sdk::CallContext&, const sdk::TenantId&, const std::vector<std::string>&,
                                       const sdk::Notification&) override {
            return sdk::ok();
        }
        sdk::Result<void> notify_person(const sdk::CallContext&, const sdk::TenantId&, const std::string& subject,
                                        const sdk::Notification& notification) override {
            all.emplace_back(subject, notification);
            return sdk::ok();
        }
        std::vector<std::pair<std::string, sdk::Notification>> all;
    } told;
    host_.install_service(sdk::Notifier::kId, told, {{"site", "app"}});
    ASSERT_TRUE(write_to_owners(host_, teller_, context_, tenant_, {"receipt", "e1", "/billing/invoices"},
                                {{"number", "INV-1"}, {"amount", 2900}, {"currency", "USD"}}));
    ASSERT_TRUE(write_to_owners(host_, teller_, context_, tenant_, {"suspended", "e2", "/billing"}, {}));

    ASSERT_EQ(told.all.size(), 2U);
    const auto& [who, receipt] = told.all[0];
    EXPECT_EQ(who, "owner");
    EXPECT_EQ(receipt.category, "billing");
    EXPECT_FALSE(receipt.urgent);
    ASSERT_TRUE(receipt.letter);
    EXPECT_EQ(receipt.letter->name, "billing/mail/notice");
    EXPECT_EQ(receipt.letter->model["said"], receipt.text);
    EXPECT_TRUE(told.all[1].second.urgent);
    EXPECT_TRUE(letterbox_.said.empty()) << "the notifier mails it";
}

TEST_F(FinanceTables, AYearsRenewalAndACardsEndAreWrittenAboutOnce) {
    subscribe("free", {IntervalUnit::year, 1});
    execute(
        "INSERT INTO billing_methods (id, tenant_id, provider, digest, token, customer, kind, brand, last4, "
        "exp_month, exp_year, is_default, created_at) VALUES ('m', ?, 'bank', 'd', 't', '', 'card', 'visa', '4242', "
        "3, 2027, 1, 0)",
        {tenant_.text()});
    const auto renewal = LocalDate::of(2027, 3, 10);
    ASSERT_TRUE(remind(renewal.plus_days(-31)));
    EXPECT_TRUE(letterbox_.said.empty());
    ASSERT_TRUE(remind(renewal.plus_days(-14)));
    EXPECT_EQ(letterbox_.said.size(), 1U);
    ASSERT_TRUE(remind(renewal.plus_days(-5)));
    ASSERT_TRUE(remind(renewal.plus_days(-4)));
    EXPECT_EQ(letterbox_.said.size(), 2U);
}

TEST_F(FinanceTables, ARisingPriceIsAnnouncedToThoseWhoWillPayIt) {
    subscribe("starter", {});
    auto plan = *(*teller_.catalogue(context_))->find_plan("starter");
    const auto first = kFinanceDay.plus_days(40);
    plan.prices[0].versions.push_back({2, 3900, kFinanceDay, first});
    ASSERT_TRUE(database_->transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto made = store::publish(tx, context_, plan, "anna", host_.clock().now());
        if (!made) return made.error();
        return sdk::ok();
    }));
    transitions_.catalogue().forget();

    ASSERT_TRUE(remind(kFinanceDay));
    EXPECT_TRUE(letterbox_.keys.empty());
    ASSERT_TRUE(remind(first.plus_days(-30)));
    ASSERT_TRUE(remind(first.plus_days(-29)));
    std::int64_t announced = 0;
    for (const auto& key : letterbox_.keys) announced += key.starts_with("billing.price_change:") ? 1 : 0;
    EXPECT_EQ(announced, 1);
}

}  // namespace
}  // namespace whatsflow::billing
