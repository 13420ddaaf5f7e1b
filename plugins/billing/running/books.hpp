/// \file
/// The back office on real tables: see src/back_office.hpp for what it promises.
#pragma once

#include "inbox/inbox.hpp"
#include "src/back_office.hpp"

namespace whatsflow::billing {

class Books final : public BackOffice {
public:
    Books(Transitions& transitions, Inbox& inbox)
        : transitions_(transitions), inbox_(inbox), host_(transitions.host()) {}

    sdk::Result<Slice<SubscriptionRow>> subscriptions(const sdk::CallContext& context, const SubscriptionFilter& filter,
                                                      const std::string& after, int limit) override;
    sdk::Result<std::optional<SubscriptionRow>> subscription(const sdk::CallContext& context,
                                                             const SubscriptionId& id) override;
    sdk::Result<Slice<TrialRow>> trials(const sdk::CallContext& context, const TrialFilter& filter,
                                        const std::string& after, int limit) override;
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext& context, const PaymentFilter& filter,
                                            const std::string& after, int limit) override;
    sdk::Result<std::optional<PaymentRow>> payment(const sdk::CallContext& context, const PaymentId& id) override;
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext& context, const InvoiceFilter& filter,
                                            const std::string& after, int limit) override;
    sdk::Result<Slice<DraftRow>> drafts(const sdk::CallContext& context, const DraftFilter& filter,
                                        const std::string& after, int limit) override;
    sdk::Result<std::optional<DraftRow>> draft(const sdk::CallContext& context, const DraftId& id) override;
    sdk::Result<Slice<InvoiceRow>> failed_payments(const sdk::CallContext& context, const std::string& after,
                                                   int limit) override;
    sdk::Result<std::vector<ParkedRow>> parked(const sdk::CallContext& context) override;
    sdk::Result<void> unpark(const sdk::CallContext& context, const TenantId& tenant, const By& by) override;
    sdk::Result<CatalogueVersion> publish(const sdk::CallContext& context, const CatalogueEntry& entry,
                                          const By& by) override;
    sdk::Result<std::vector<CatalogueVersion>> catalogue_history(const sdk::CallContext& context,
                                                                 const std::string& kind,
                                                                 const std::string& code) override;
    sdk::Result<std::int64_t> coupon_redemptions(const sdk::CallContext& context, const std::string& coupon) override;
    sdk::Result<std::vector<std::string>> sell_gifts(const sdk::CallContext& context, Amount value,
                                                     const std::string& currency, int count,
                                                     std::optional<LocalDate> expires_on, const By& by) override;
    sdk::Result<Slice<ReferralRow>> referrals(const sdk::CallContext& context, const std::string& state,
                                              const std::string& after, int limit) override;
    sdk::Result<Slice<PostingRow>> postings(const sdk::CallContext& context, const TenantId& tenant,
                                            const std::string& after, int limit) override;
    sdk::Result<TrialBalance> trial_balance(const sdk::CallContext& context) override;
    sdk::Result<std::vector<RevenueDay>> revenue(const sdk::CallContext& context, LocalDate from,
                                                 LocalDate to) override;
    sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                              const std::string& after, int limit) override;
    sdk::Result<Slice<NoticeRow>> notices(const sdk::CallContext& context, const std::string& provider,
                                          const std::string& after, int limit) override;
    sdk::Result<void> replay_notice(const sdk::CallContext& context, const std::string& id, const By& by) override;

private:
    Transitions& transitions_;
    Inbox& inbox_;
    sdk::Host& host_;
};

}  // namespace whatsflow::billing
