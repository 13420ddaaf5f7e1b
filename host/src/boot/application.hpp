/// \file
/// The web application over a Core: the server serves it, `routes` only looks at it.
#pragma once

#include "boot/core.hpp"
#include "web/web_application.hpp"

#include <functional>
#include <memory>

namespace whatsflow::boot {

/// With the routes of the plugins that run now. The core outlives it.
sdk::Result<std::unique_ptr<web::WebApplication>> make_application(Core& core, std::function<web::Readiness()> readiness);

}  // namespace whatsflow::boot
