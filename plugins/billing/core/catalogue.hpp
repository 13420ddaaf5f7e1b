/// \file
/// What is for sale: plans with price versions, add-ons, meters, coupons, tax rates, policies.
///
/// The catalogue belongs to the platform, not to a tenant, and is handed to every function of
/// the engine. A published price is never edited: `publish_price` adds a version, and what was
/// bought keeps the version it was bought at until a version says that it takes over.
#pragma once

#include "aggregation.hpp"
#include "amount.hpp"
#include "calendar.hpp"
#include "overage.hpp"
#include "policies.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

struct PriceVersion {
    int version = 1;
    Amount amount = 0;
    LocalDate from;                          ///< new subscribers pay it from this day on
    std::optional<LocalDate> existing_from;  ///< periods of existing subscribers that start on or after it, too

    bool operator==(const PriceVersion&) const = default;
};

/// One price list entry: a currency and an interval, with its versions in order.
struct Price {
    std::string currency;
    Interval interval;
    std::vector<PriceVersion> versions;

    bool operator==(const Price&) const = default;
};

/// A limit of nothing (`nullopt`) is unlimited; a meter that is not named has no limit either.
using Limits = std::map<std::string, std::optional<std::int64_t>>;

struct Plan {
    std::string code;
    std::string name;
    bool retired = false;  ///< keeps its subscribers, takes no new ones
    std::vector<Price> prices;
    int trial_days = 0;
    bool trial_needs_payment_method = false;
    Limits limits;
    std::optional<Limits> trial_limits;  ///< hard while trialing; without it the plan's limits are
    std::map<std::string, bool> features;

    bool operator==(const Plan&) const = default;
};

/// A plan as one of its publications had it. Who subscribed to it keeps its limits and features.
struct PublishedPlan {
    std::int64_t version = 1;
    Plan plan;
};

struct AddOn {
    std::string code;
    std::string name;
    std::vector<Price> prices;
    Limits adds_to_limits;     ///< per unit: one `device` adds 1 to `devices`
    bool for_holders = false;  ///< who has an older version of it adds as this one does, too

    bool operator==(const AddOn&) const = default;
};

/// An add-on as one of its publications had it. Who bought it keeps what one of it adds.
struct PublishedAddOn {
    std::int64_t version = 1;
    AddOn add_on;
};

enum class MeterReset { period, never };

struct Meter {
    std::string code;
    std::string name;
    MeterReset reset = MeterReset::period;       ///< `never` is a gauge: devices, seats
    Aggregation aggregation = Aggregation::sum;  ///< of new counters; one that counts goes on as it began
    std::optional<Overage> overage;              ///< with it the limit is soft: more is allowed and billed
    LimitPolicy policy;

    bool operator==(const Meter&) const = default;
};

/// Error `billing.bad_meter`: the parts do not fit together.
sdk::Result<void> check_meter(const Meter& meter);

/// How long a coupon discounts: once, N billing periods that were invoiced, or forever.
struct CouponDuration {
    enum class Kind { once, periods, forever } kind = Kind::once;
    int periods = 1;

    bool operator==(const CouponDuration&) const = default;
};

/// Percent or amount, exactly one. `from` and `until` limit redemption, not use.
struct Coupon {
    std::string code;
    std::optional<Decimal> percent;
    std::optional<Amount> amount;
    std::string currency;  ///< of `amount`; empty fits every currency
    CouponDuration duration;
    bool first_purchase_only = false;
    bool once_per_tenant = true;
    std::vector<std::string> plans;  ///< only their lines; empty = the whole invoice
    std::optional<LocalDate> from;
    std::optional<LocalDate> until;               ///< not on this day any more
    std::optional<std::int64_t> max_redemptions;  ///< the store counts, with one conditional UPDATE

    bool operator==(const Coupon&) const = default;
};

/// A rate by country with its time of validity; the newest that is valid on the day wins.
struct TaxRate {
    std::string country;
    std::string name;  ///< `VAT`, shown on the document
    Decimal percent;
    bool inclusive = false;
    LocalDate from;
    std::optional<LocalDate> until;
    bool reverse_charge_for_businesses = false;

    bool operator==(const TaxRate&) const = default;
};

struct Catalogue {
    std::vector<Plan> plans;
    std::vector<AddOn> add_ons;
    std::vector<Meter> meters;
    std::vector<Coupon> coupons;
    std::vector<TaxRate> tax_rates;
    std::vector<DunningPolicy> dunning;  ///< by version; the last is for new cases
    /// All versions of each plan, oldest first; the last is the one in `plans`. Empty where nothing is
    /// published, as in a story: then there is one version, and its number is 0.
    std::map<std::string, std::vector<PublishedPlan>> published;
    std::map<std::string, std::vector<PublishedAddOn>> published_add_ons;  ///< the same of add-ons

    const Plan* find_plan(const std::string& code) const;
    /// As the version has it; the current one when there is no such version.
    const Plan* find_plan(const std::string& code, std::int64_t version) const;
    std::int64_t newest_version(const std::string& code) const;  ///< 0: not published
    const AddOn* find_add_on(const std::string& code) const;
    /// As it is for who bought the version: that one, or the newest later one that is for holders. The current
    /// one when there is no such version.
    const AddOn* find_add_on(const std::string& code, std::int64_t version) const;
    std::int64_t newest_add_on_version(const std::string& code) const;  ///< 0: not published
    const Meter* find_meter(const std::string& code) const;
    const Coupon* find_coupon(const std::string& code) const;
    const DunningPolicy& dunning_policy(int version) const;  ///< the default policy when there is none
    const DunningPolicy& newest_dunning_policy() const;
};

const Price* find_price(const std::vector<Price>& prices, const std::string& currency, const Interval& interval);
/// The version that a new subscriber gets on that day; null before the first is valid.
const PriceVersion* version_for_new(const Price& price, LocalDate day);
/// The version for a period that starts on `period_start`, of somebody who has `held`.
const PriceVersion* version_for_existing(const Price& price, int held, LocalDate period_start);

struct NewPrice {
    std::string plan;
    std::string currency;
    Interval interval;
    Amount amount = 0;
    LocalDate from;
    std::optional<LocalDate> existing_from;
};

/// Adds a version to the plan's price list. Errors `billing.unknown_plan`, `billing.bad_amount`.
sdk::Result<PriceVersion> publish_price(Catalogue& catalogue, const NewPrice& price);

}  // namespace whatsflow::billing
