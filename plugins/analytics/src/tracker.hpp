/// \file
/// Our own pages: the script they load after the visitor agreed, and where it sends to.
///
/// On the app each event counts twice: for the platform, and for the tenant whose people use it.
#pragma once

#include "capture_api.hpp"

namespace whatsflow::analytics {

sdk::Result<void> register_tracker(const CaptureDesk& desk);

/// `/billing/invoices/0190a5c8-…` → `/billing/invoices/{id}`: a page is a page, whatever it shows.
std::string page_of(std::string_view path);

}  // namespace whatsflow::analytics
