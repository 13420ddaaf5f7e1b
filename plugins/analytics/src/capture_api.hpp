/// \file
/// Where stock clients send events: PostHog's addresses and Umami's.
///
/// No route asks for a permission: the token is in the body. None, or one that does not hold: 401; one
/// without the scope `analytics:capture`: 403; an event with a field missing: 400; too much: 413.
#pragma once

#include "core/arrival.hpp"
#include "core/countries.hpp"
#include "intake.hpp"
#include "keys.hpp"
#include "sites.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {

/// What capturing needs; lives as long as the plugin runs.
struct CaptureDesk {
    sdk::Host& host;
    Sites& sites;
    Keys& keys;
    Intake& intake;
    /// Nothing where the operator names no database.
    std::shared_ptr<const Countries> countries{};
};

/// Facts of the request for the events of a site.
sdk::Result<Arrival> arrival_of(const CaptureDesk& desk, const sdk::Request& request, std::int64_t site,
                                const std::string& site_id);

/// The problem that an error of capturing is.
sdk::Response refusal(const sdk::Error& error);

/// A page of a foreign site may read the answer, when the token is for its origin; else 403.
sdk::Response for_page(const sdk::Request& request, const sdk::ProgramToken* token, sdk::Response response);
bool is_foreign(const sdk::Request& request, const sdk::ProgramToken& token);

/// A public route of the api site for programs, and what browsers ask before they use it.
sdk::Result<void> capture_route(sdk::Host& host, std::string pattern, std::size_t body_bytes, std::string summary,
                                sdk::RouteHandler handler);

sdk::Result<void> register_capture(const CaptureDesk& desk);

}  // namespace whatsflow::analytics
