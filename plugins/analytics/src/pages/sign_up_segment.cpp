#include "sign_up_segment.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr const char* kTold[] = {dimension::kCountry, dimension::kSource, dimension::kMedium, dimension::kCampaign};

}  // namespace

sdk::Result<SignUpSegment> SignUpSegment::chosen(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                 const Scope& scope) {
    SignUpSegment segment;
    if (scope.filters.empty()) return segment;
    segment.tenants_.emplace();
    for (const auto& [dimension, value] : scope.filters)
        if (std::ranges::find(kTold, dimension) == std::end(kTold)) segment.unknown_.push_back(dimension);
    if (!segment.unknown_.empty()) return segment;
    auto asked = scope.asked({0, scope.times.span.to}, {"signed_up"});
    asked.sites = {own_site::kServer};
    const auto walked = walk(office, context, asked, Among::everybody, Detail::walk,
                             [&](const AnalyticsRecord& event) { segment.tenants_->insert(event.person); });
    if (!walked) return walked.error();
    segment.walked_ = *walked;
    return segment;
}

}  // namespace whatsflow::analytics::pages
