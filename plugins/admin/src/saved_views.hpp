/// \file
/// How a member of staff likes to see a list, kept under a name.
#pragma once

#include "list_page.hpp"
#include "panel.hpp"

namespace whatsflow::admin {

/// By name; empty also when they cannot be read: a list is worth showing without them.
std::vector<SavedView> saved_views(Panel& panel, const sdk::Request& request, const std::string& list);

/// `POST /views`, `POST /views/{id}/delete`.
sdk::Result<void> register_saved_views(Panel& panel);

}  // namespace whatsflow::admin
