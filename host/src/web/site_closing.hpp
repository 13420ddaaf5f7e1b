/// \file
/// A site that is closed for a while, such as for maintenance: whoever is meant is told so (503) whatever
/// they ask for. What the host itself answers, such as /healthz, goes on.
///
///     sdk::Contribution closed;
///     closed.slot = "whatsflow.slot.closed_site/1";
///     closed.site = sdk::Site::app;
///     closed.key = "maintenance";
///     closed.render = [](const sdk::Request&) { … };
///
/// `render` answers from memory, on any thread, the loop included. An empty view name: it is open. Else the
/// model has `text`, a sentence for people; the name is not looked at.
#pragma once

#include "web/dependencies.hpp"

#include <optional>

namespace whatsflow::web {

inline constexpr sdk::SlotId kClosedSite{"whatsflow.slot.closed_site", 1};

class SiteClosing {
public:
    explicit SiteClosing(const WebDependencies& dependencies) : dependencies_(dependencies) {}

    /// [any thread, the loop included] Nothing while the site is open, and where nobody can say whether it
    /// is. Who is asking is known by now.
    [[nodiscard]] std::optional<sdk::Response> answer_for(const sdk::Request& request) const;

private:
    const WebDependencies& dependencies_;
};

}  // namespace whatsflow::web
