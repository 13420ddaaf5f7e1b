/// \file
/// The billing plugin: wiring only.
#pragma once

#include "demo/demonstration.hpp"
#include "entitlements/gatekeeper.hpp"
#include "inbox/inbox.hpp"
#include "pages_staff/staff_office.hpp"
#include "price_list/price_list.hpp"
#include "running/approval_book.hpp"
#include "running/books.hpp"
#include "running/finance_sums.hpp"
#include "running/personal_data.hpp"
#include "running/plan_mover.hpp"
#include "running/referrals.hpp"
#include "running/runner.hpp"
#include "running/sold_plans.hpp"
#include "running/table_taxes.hpp"
#include "running/told_revenue.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <memory>

namespace whatsflow::billing {

class BillingPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;
    // For tests.
    void forget_what_is_known() { room_->transitions.catalogue().forget(); }
    Books& books_for_tests() { return room_->books; }
    Teller& teller_for_tests() { return room_->teller; }
    PlanMover& mover_for_tests() { return room_->mover; }
    Referrals& referrals_for_tests() { return room_->referrals; }

private:
    /// What does the work, in the order it leans on each other.
    struct EngineRoom {
        EngineRoom(sdk::Host& host, Numbering numbering, staff::StaffSettings settings)
            : transitions(host, std::move(numbering)),
              gatekeeper(transitions),
              calls(transitions),
              teller(transitions, calls),
              runner(transitions, calls),
              inbox(teller, transitions, calls),
              books(transitions, inbox),
              plans(transitions),
              table_taxes(transitions.catalogue()),
              personal_data(host.database()),
              prices(host, teller),
              demonstration(transitions),
              finance(host),
              revenue(finance),
              approvals(host),
              mover(transitions, teller),
              referrals(host, teller),
              staff{host, teller, books, finance, approvals, mover, std::move(settings)} {}

        Transitions transitions;
        Gatekeeper gatekeeper;
        ProviderCalls calls;
        Teller teller;
        Runner runner;
        Inbox inbox;
        Books books;
        SoldPlans plans;
        TableTaxes table_taxes;
        BillingPersonalData personal_data;
        LivePriceList prices;
        Demonstration demonstration;
        FinanceSums finance;
        ToldRevenue revenue;
        ApprovalBook approvals;
        PlanMover mover;
        Referrals referrals;
        staff::StaffOffice staff;
    };

    sdk::Result<void> register_jobs(sdk::Host& host, int workers);
    sdk::Result<void> register_commands(sdk::Host& host, int workers);

    std::unique_ptr<EngineRoom> room_;
};

}  // namespace whatsflow::billing
