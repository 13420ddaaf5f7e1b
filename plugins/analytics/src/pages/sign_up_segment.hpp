/// \file
/// A segment where tenants are counted: those whose sign-up fulfils it.
///
/// A payment tells neither country nor source. The sign-up does, and it is the tenant's for good, so a
/// segment means the tenants who signed up that way, whenever that was.
#pragma once

#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

class SignUpSegment {
public:
    /// Everybody, when no segment is chosen.
    static sdk::Result<SignUpSegment> chosen(const AnalyticsOffice& office, const sdk::CallContext& context,
                                             const Scope& scope);

    bool is_everybody() const { return !tenants_; }
    bool holds(const std::string& tenant) const { return !tenants_ || tenants_->contains(tenant); }
    /// Dimensions of the segment that sign-ups do not tell; then nobody fulfils it.
    const std::vector<std::string>& unknown() const { return unknown_; }
    const Walked& walked() const { return walked_; }

private:
    std::optional<std::set<std::string>> tenants_;
    std::vector<std::string> unknown_;
    Walked walked_;
};

}  // namespace whatsflow::analytics::pages
