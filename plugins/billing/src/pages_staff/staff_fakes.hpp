/// \file
/// For tests of staff's pages: a desk that plays one real account, and offices with rows in memory.
#pragma once

#include "staff_pages.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::billing::staff {
inline constexpr const char* kTenant = "0190a5aa-0000-7000-8000-000000000001";
inline constexpr const char* kPayment = "0190a5aa-0000-7000-8000-0000000000aa";

class CountedIds final : public IdSource {
public:
    std::string make() override {
        auto n = std::to_string(++made_);
        return "0190a5aa-0000-7000-9000-" + std::string(12 - n.size(), '0') + n;
    }

private:
    int made_ = 0;
};

template <class T>
sdk::Result<T> not_played() {
    return sdk::fail("test.not_played", "This test does not play it.");
}

class OneAccountDesk final : public Desk {
public:
    OneAccountDesk() {
        Plan starter;
        starter.code = "starter";
        starter.name = "Starter";
        starter.prices = {{"USD", {}, {{1, 2900, LocalDate{}, {}}}}};
        starter.trial_days = 14;
        auto pro = starter;
        pro.code = "pro";
        pro.prices[0].versions[0].amount = 9900;
        shop.plans = {starter, pro};
        Profile profile;
        profile.tenant = TenantId{kTenant};
        profile.currency = "USD";
        kept = *open_account(profile);
        Subscribe subscribe;
        subscribe.plan = "starter";
        EXPECT_TRUE(apply(kept, {subscribe, {}, {}, {}}, {shop, at, ids}));
    }

    sdk::Result<std::shared_ptr<const Catalogue>> catalogue(const sdk::CallContext&) override {
        return std::make_shared<const Catalogue>(shop);
    }
    sdk::Result<sdk::Instant> now(const sdk::CallContext&, const TenantId&) override { return at; }
    sdk::Result<Account> account(const sdk::CallContext&, const TenantId&) override { return kept; }
    sdk::Result<Preview> preview(const sdk::CallContext&, const TenantId&, const Request& request) override {
        return billing::preview(kept, request, {shop, at, ids});
    }
    sdk::Result<Outcome> act(const sdk::CallContext&, const TenantId&, const Request& request, const By& by,
                             const PayWith&) override {
        auto changes = apply(kept, request, {shop, at, ids});
        if (!changes) return changes.error();
        reasons.push_back(by.reason);
        return Outcome{kept, *changes, {}, {}};
    }
    sdk::Result<Outcome> act_all(const sdk::CallContext&, const TenantId&, const std::vector<Request>&, const By&,
                                 const PayWith&) override {
        return not_played<Outcome>();
    }
    sdk::Result<Checkout> pay_on_page(const sdk::CallContext&, const TenantId&, const InvoiceId&, const PayWith&,
                                      const By&) override {
        return not_played<Checkout>();
    }
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<InvoiceRow>{};
    }
    sdk::Result<std::optional<Account>> with_invoice(const sdk::CallContext&, const TenantId&,
                                                     const InvoiceId& id) override {
        return kept.find_invoice(id) ? std::optional(kept) : std::nullopt;
    }
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<PaymentRow>{};
    }
    sdk::Result<Slice<CreditEntry>> credit_entries(const sdk::CallContext&, const TenantId&, const std::string&,
                                                   int) override {
        return Slice<CreditEntry>{};
    }
    sdk::Result<std::vector<ProviderRow>> providers(const sdk::CallContext&) override {
        return std::vector<ProviderRow>{};
    }
    sdk::Result<std::vector<MethodRow>> methods(const sdk::CallContext&, const TenantId&) override { return saved; }
    sdk::Result<Checkout> add_method(const sdk::CallContext&, const TenantId&, const PayWith&, const By&) override {
        return not_played<Checkout>();
    }
    sdk::Result<void> set_default_method(const sdk::CallContext&, const TenantId&, const std::string&,
                                         const By&) override {
        return sdk::ok();
    }
    sdk::Result<void> remove_method(const sdk::CallContext&, const TenantId&, const std::string&, const By&) override {
        return sdk::ok();
    }
    sdk::Result<Outcome> redeem_gift(const sdk::CallContext&, const TenantId&, const std::string&, const By&) override {
        return not_played<Outcome>();
    }
    sdk::Result<std::optional<ChosenPlan>> chosen_plan(const sdk::CallContext&, const TenantId&) override {
        return std::optional<ChosenPlan>{};
    }
    sdk::Result<std::optional<ReferralOffer>> referral_offer(const sdk::CallContext&, const TenantId&) override {
        return std::optional<ReferralOffer>{};
    }

    /// The trial is over, and the bank has refused the first invoice.
    InvoiceRow refuse_an_invoice() {
        const auto send = [&](const Command& command) {
            auto changes = apply(kept, {command, {}, {}, {}}, {shop, at, ids});
            EXPECT_TRUE(changes) << changes.error().message;
            return changes ? changes->charges : std::vector<ChargeRequest>{};
        };
        send(Cancel{When::now, CreditChoice::none});
        Subscribe subscribe;
        subscribe.plan = "starter";
        subscribe.trial = false;
        for (const auto& charge : send(subscribe))
            send(ChargeAnswered{charge.payment, ChargeResult::declined, {}, {}, "insufficient_funds"});
        const auto& invoice = kept.invoices.back();
        return {TenantId{kTenant}, invoice.id,     invoice.number, invoice.state,       invoice.currency,
                invoice.issued_on, invoice.due_on, invoice.total,  invoice.amount_paid, invoice.amount_due()};
    }

    Catalogue shop;
    Account kept;
    std::vector<MethodRow> saved;
    CountedIds ids;
    sdk::Instant at = sdk::from_micros(1'773'000'000'000'000);
    std::vector<std::string> reasons;
};

class RowsInMemory final : public BackOffice {
public:
    explicit RowsInMemory(const OneAccountDesk& desk) : desk_(desk) {}

    SubscriptionRow row() const {
        const auto& live = desk_.kept.subscriptions.front();
        SubscriptionRow made;
        made.tenant = TenantId{kTenant};
        made.id = live.id;
        made.plan = "=HYPERLINK(\"x\")";
        made.interval = "month";
        made.currency = "USD";
        made.state = live.state;
        return made;
    }
    sdk::Result<Slice<SubscriptionRow>> subscriptions(const sdk::CallContext& context, const SubscriptionFilter& filter,
                                                      const std::string&, int) override {
        EXPECT_FALSE(context.crossing.empty());
        seen = filter;
        return Slice<SubscriptionRow>{{row()}, {}};
    }
    sdk::Result<std::optional<SubscriptionRow>> subscription(const sdk::CallContext&,
                                                             const SubscriptionId& id) override {
        return id == row().id ? std::optional(row()) : std::nullopt;
    }
    sdk::Result<Slice<TrialRow>> trials(const sdk::CallContext&, const TrialFilter& filter, const std::string&,
                                        int) override {
        trials_wanted = filter;
        auto made = row();
        made.state = SubscriptionState::trialing;
        made.trial_end = filter.today.plus_days(3);
        return Slice<TrialRow>{{{made, TrialStanding::ending}}, {}};
    }
    TrialFilter trials_wanted;
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext&, const PaymentFilter&, const std::string&,
                                            int) override {
        return Slice<PaymentRow>{};
    }
    sdk::Result<std::optional<PaymentRow>> payment(const sdk::CallContext&, const PaymentId& id) override {
        return payments_kept.contains(id.text()) ? std::optional(payments_kept.at(id.text())) : std::nullopt;
    }
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext& context, const InvoiceFilter& filter,
                                            const std::string&, int) override {
        EXPECT_FALSE(context.crossing.empty());
        invoices_wanted = filter;
        return Slice<InvoiceRow>{refused, {}};
    }
    InvoiceFilter invoices_wanted;
    std::vector<DraftRow> waiting() const {
        std::vector<DraftRow> rows;
        for (const auto& draft : desk_.kept.waiting_drafts)
            rows.push_back({TenantId{kTenant}, draft.id, draft.subscription, draft.day, draft.finalise_on});
        return rows;
    }
    sdk::Result<Slice<DraftRow>> drafts(const sdk::CallContext& context, const DraftFilter&, const std::string&,
                                        int) override {
        EXPECT_FALSE(context.crossing.empty());
        return Slice<DraftRow>{waiting(), {}};
    }
    sdk::Result<std::optional<DraftRow>> draft(const sdk::CallContext&, const DraftId& id) override {
        for (const auto& row : waiting())
            if (row.id == id) return std::optional(row);
        return std::optional<DraftRow>{};
    }
    sdk::Result<Slice<InvoiceRow>> failed_payments(const sdk::CallContext&, const std::string&, int) override {
        return Slice<InvoiceRow>{refused, {}};
    }
    std::vector<InvoiceRow> refused;
    sdk::Result<std::vector<ParkedRow>> parked(const sdk::CallContext&) override { return std::vector<ParkedRow>{}; }
    sdk::Result<void> unpark(const sdk::CallContext&, const TenantId&, const By&) override { return sdk::ok(); }
    sdk::Result<CatalogueVersion> publish(const sdk::CallContext&, const CatalogueEntry& entry, const By&) override {
        published.push_back(entry);
        return CatalogueVersion{"plan", "starter", 2, {}, "somebody", entry};
    }
    sdk::Result<std::vector<CatalogueVersion>> catalogue_history(const sdk::CallContext&, const std::string&,
                                                                 const std::string&) override {
        return std::vector<CatalogueVersion>{{"plan", "starter", 1, {}, "somebody", desk_.shop.plans.front()}};
    }
    sdk::Result<std::int64_t> coupon_redemptions(const sdk::CallContext&, const std::string&) override {
        return std::int64_t{0};
    }
    sdk::Result<std::vector<std::string>> sell_gifts(const sdk::CallContext&, Amount, const std::string&, int,
                                                     std::optional<LocalDate>, const By&) override {
        return std::vector<std::string>{};
    }
    sdk::Result<Slice<ReferralRow>> referrals(const sdk::CallContext&, const std::string& state, const std::string&,
                                              int) override {
        Slice<ReferralRow> slice;
        for (const auto& each : recommended)
            if (state.empty() || each.state == state) slice.rows.push_back(each);
        return slice;
    }
    std::vector<ReferralRow> recommended;
    sdk::Result<Slice<PostingRow>> postings(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<PostingRow>{};
    }
    sdk::Result<TrialBalance> trial_balance(const sdk::CallContext&) override { return TrialBalance{}; }
    sdk::Result<std::vector<RevenueDay>> revenue(const sdk::CallContext&, LocalDate, LocalDate) override {
        return std::vector<RevenueDay>{};
    }
    sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext&, LocalDate, LocalDate, const std::string&,
                                              int) override {
        return Slice<MovementRow>{};
    }
    sdk::Result<Slice<NoticeRow>> notices(const sdk::CallContext&, const std::string&, const std::string&,
                                          int) override {
        return Slice<NoticeRow>{};
    }
    sdk::Result<void> replay_notice(const sdk::CallContext&, const std::string& id, const By&) override {
        replayed.push_back(id);
        return sdk::ok();
    }

    SubscriptionFilter seen;
    std::map<std::string, PaymentRow> payments_kept;
    std::vector<std::string> replayed;
    std::vector<CatalogueEntry> published;

private:
    const OneAccountDesk& desk_;
};

class SumsInMemory final : public Finance {
public:
    sdk::Result<std::vector<MovementSum>> movement_sums(const sdk::CallContext&, LocalDate from,
                                                        LocalDate to) override {
        std::vector<MovementSum> found;
        for (const auto& [day, sum] : moved)
            if (day >= from && day < to) found.push_back(sum);
        return found;
    }
    sdk::Result<std::vector<std::vector<MovementSum>>> movement_sums_between(
        const sdk::CallContext& context, const std::vector<LocalDate>& days) override {
        std::vector<std::vector<MovementSum>> found;
        for (std::size_t at = 1; at < days.size(); ++at)
            found.push_back(*movement_sums(context, days[at - 1], days[at]));
        return found;
    }
    sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext&, const MovementFilter& filter, const std::string&,
                                              int) override {
        seen = filter;
        return Slice<MovementRow>{};
    }
    sdk::Result<std::vector<CustomerCounts>> customers(const sdk::CallContext&, LocalDate, LocalDate) override {
        return std::vector<CustomerCounts>{};
    }
    sdk::Result<TrialCohort> trials(const sdk::CallContext&, LocalDate, LocalDate, int) override {
        return TrialCohort{4, 1};
    }
    sdk::Result<std::vector<RefusedInvoice>> refused(const sdk::CallContext&, LocalDate, LocalDate, int) override {
        return refusals;
    }
    sdk::Result<std::optional<InvoiceRow>> invoice(const sdk::CallContext&, const InvoiceId& id) override {
        for (const auto& each : invoices)
            if (each.id == id) return std::optional(each);
        return std::optional<InvoiceRow>{};
    }
    sdk::Result<std::vector<UsedLimit>> used(const sdk::CallContext&, const std::string&, LocalDate, LocalDate,
                                             int) override {
        return std::vector<UsedLimit>{{1500, 1000, "USD"}, {10, 1000, "USD"}};
    }
    sdk::Result<std::vector<TaxedSum>> taxed(const sdk::CallContext&, const std::string&, LocalDate,
                                             LocalDate) override {
        return std::vector<TaxedSum>{{"USD", 3, 10000, 1500}};
    }
    sdk::Result<PriceHolders> holders(const sdk::CallContext&, const std::string&, const std::string&,
                                      const std::string&) override {
        return PriceHolders{12, 13, 2};
    }

    std::vector<std::pair<LocalDate, MovementSum>> moved;
    std::vector<RefusedInvoice> refusals;
    std::vector<InvoiceRow> invoices;
    MovementFilter seen;
};

class ApprovalsInMemory final : public Approvals {
public:
    sdk::Result<std::string> ask(const sdk::CallContext&, const Approval& wanted, const By& by) override {
        asked.push_back(wanted);
        asked.back().id = kPayment;
        asked.back().asked_by = by.actor.id;
        asked.back().reason = by.reason;
        return std::string(kPayment);
    }
    sdk::Result<std::optional<Approval>> find(const sdk::CallContext&, const std::string&) override {
        return asked.empty() ? std::nullopt : std::optional(asked.front());
    }
    sdk::Result<Slice<Approval>> list(const sdk::CallContext&, const std::string&, const std::string&, int) override {
        return Slice<Approval>{asked, {}};
    }
    sdk::Result<void> decide(const sdk::CallContext&, const std::string&, bool agreed, const By& by) override {
        if (agreed && by.actor.id == asked.front().asked_by) return sdk::fail("billing.own_request", "Yours.");
        asked.front().state = agreed ? ApprovalState::approved : ApprovalState::refused;
        return sdk::ok();
    }
    sdk::Result<void> mark_done(const sdk::CallContext&, const std::string&) override {
        asked.front().state = ApprovalState::done;
        return sdk::ok();
    }

    std::vector<Approval> asked;
};

class MovesInMemory final : public PlanMoves {
public:
    sdk::Result<std::vector<PlanVersionRow>> versions(const sdk::CallContext&, const std::string&) override {
        return std::vector<PlanVersionRow>{{2, {}, "anna", 1}, {1, {}, "anna", 12}};
    }
    sdk::Result<MovePreview> preview(const sdk::CallContext&, const MoveWanted& wanted) override {
        if (wanted.from == wanted.to) return sdk::fail("billing.no_change", "The same.");
        MovePreview shown;
        shown.subscriptions = 12;
        shown.agreed = 2;
        shown.money = {{"USD", "month", 12, 34800, 34800 + stake}};
        shown.sample = {{TenantId{kTenant}, SubscriptionId{kPayment}, "USD", 2900, 3900, LocalDate{}, false}};
        return shown;
    }
    sdk::Result<std::string> begin(const sdk::CallContext&, const MoveWanted& wanted, const By& by) override {
        PlanMove move;
        move.id = kPayment;
        move.wanted = wanted;
        move.asked_label = by.actor.label;
        move.reason = by.reason;
        begun.push_back(move);
        return move.id;
    }
    sdk::Result<void> undo(const sdk::CallContext&, const std::string&, const By&) override {
        begun.front().state = MoveState::undoing;
        return sdk::ok();
    }
    sdk::Result<std::optional<PlanMove>> find(const sdk::CallContext&, const std::string&) override {
        return begun.empty() ? std::nullopt : std::optional(begun.front());
    }
    sdk::Result<Slice<PlanMove>> list(const sdk::CallContext&, const std::string&, const std::string&, int) override {
        return Slice<PlanMove>{begun, {}};
    }
    sdk::Result<std::vector<MoveException>> exceptions(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<MoveException>{};
    }

    std::vector<PlanMove> begun;
    Amount stake = 12000;
};

class StaffPages : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(register_staff_pages(office_)); }

    sdk::Response send(sdk::Method method, const std::string& target, std::set<std::string> permissions,
                       const std::string& body = {}, const std::string& person = {}) {
        sdk::testing::CallOptions options;
        options.site = sdk::Site::admin;
        options.identity = sdk::testing::a_staff_member(std::move(permissions));
        if (!person.empty()) options.identity->subject = person;
        options.body = body;
        if (!body.empty()) options.headers.add("content-type", "application/x-www-form-urlencoded");
        return host_.call(method, target, options);
    }
    static const nlohmann::json& model(const sdk::Response& answer) { return std::get<sdk::View>(answer.body()).model; }
    std::string path() const { return "/subscriptions/" + desk_.kept.subscriptions.front().id.text(); }

    const std::set<std::string> support_{kSubscriptionsRead, kSubscriptionsBasic};
    const std::set<std::string> finance_{kSubscriptionsRead, kSubscriptionsBasic, kSubscriptionsManage,
                                         kPaymentsRead,      kPaymentsManage,     kReportsRead,
                                         kCatalogueRead,     kCatalogueManage};
    sdk::testing::FakeHost host_{"billing"};
    OneAccountDesk desk_;
    RowsInMemory rows_{desk_};
    SumsInMemory sums_;
    ApprovalsInMemory approvals_;
    MovesInMemory moves_;
    StaffOffice office_{host_, desk_, rows_, sums_, approvals_, moves_, {{{"USD", 50000}}, 80, 14}};
};

}  // namespace whatsflow::billing::staff
