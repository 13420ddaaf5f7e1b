#include "grants.hpp"

namespace whatsflow::billing {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kTrusted{2};
constexpr std::chrono::minutes kLastResort{10};
constexpr std::size_t kMostKept = 50'000;

}  // namespace

bool Grant::has(std::string_view feature) const {
    const auto reach = access();
    if (reach == Access::none || reach == Access::suspended) return false;
    const auto* plan = catalogue->find_plan(live->plan(), live->base().plan_version);
    const auto found = plan == nullptr ? decltype(plan->features.end()){} : plan->features.find(std::string(feature));
    return plan != nullptr && found != plan->features.end() && found->second;
}

const UsageCounter* Grant::open_counter(const std::string& meter, LocalDate day) const {
    for (const auto& counter : counters)
        if (counter.meter == meter && !counter.closed && counter.period.contains(day)) return &counter;
    return nullptr;
}

std::optional<Grants::Kept> Grants::find(const TenantId& tenant) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(tenant.text());
    if (found == kept_.end()) return std::nullopt;
    return found->second;
}

void Grants::keep(const TenantId& tenant, std::shared_ptr<const Grant> grant) {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    if (kept_.size() >= kMostKept) {
        std::erase_if(kept_, [&](const auto& each) { return now - each.second.seen_at > kTrusted; });
        if (kept_.size() >= kMostKept) kept_.clear();
    }
    kept_[tenant.text()] = {std::move(grant), now};
}

void Grants::forget(const TenantId& tenant) {
    const std::lock_guard lock(mutex_);
    kept_.erase(tenant.text());
}

bool Grants::holds(const sdk::Row& row, const Grant& grant) const {
    const auto test = row.maybe_integer("test_now_at");
    const auto known = grant.test_now ? std::optional(sdk::to_micros(*grant.test_now)) : std::nullopt;
    return row.integer("version") == grant.version && test == known;
}

sdk::Result<std::shared_ptr<const Grant>> Grants::get(const sdk::CallContext& context, const TenantId& tenant) {
    const auto kept = find(tenant);
    const auto age = kept ? steady_clock::now() - kept->seen_at : steady_clock::duration::max();
    if (age < kTrusted) return kept->grant;
    if (!kept) return fresh(context, tenant);
    const auto row = transitions_.host().database().query_one(
        sdk::on_behalf_of(context, tenant),
        "SELECT version, test_now_at FROM billing_accounts WHERE tenant_id = :tenant");
    const auto sold = transitions_.catalogue().get(context);
    if (!row || !sold) {
        if (age < kLastResort) return kept->grant;
        return !row ? row.error() : sold.error();
    }
    if (!*row || !holds(**row, *kept->grant) || *sold != kept->grant->catalogue) return fresh(context, tenant);
    keep(tenant, kept->grant);
    return kept->grant;
}

sdk::Result<std::shared_ptr<const Grant>> Grants::fresh(const sdk::CallContext& context, const TenantId& tenant) {
    const auto sold = transitions_.catalogue().get(context);
    if (!sold) return sold.error();
    auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    auto grant = std::make_shared<Grant>();
    grant->version = found->account.profile.version;
    grant->catalogue = *sold;
    grant->time_zone = found->account.profile.time_zone;
    grant->watermark = found->account.profile.watermark;
    grant->test_now = found->test_now;
    if (const auto* live = found->account.live_subscription()) {
        grant->live = *live;
        for (auto& counter : found->account.counters)
            if (counter.subscription == live->id) grant->counters.push_back(std::move(counter));
    }
    keep(tenant, grant);
    return std::shared_ptr<const Grant>(std::move(grant));
}

}  // namespace whatsflow::billing
