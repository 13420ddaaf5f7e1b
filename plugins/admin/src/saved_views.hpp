/// \file
/// How a member of staff likes to see a list, kept under a name.
#pragma once

#include "list_page.hpp"
#include "panel.hpp"

#include <whatsflow/sdk/saved_views.hpp>

namespace whatsflow::admin {

/// By name; empty also when they cannot be read: a list is worth showing without them.
std::vector<SavedView> saved_views(Panel& panel, const sdk::Request& request, const std::string& list);

/// The same for lists of other plugins.
class ViewsOfLists final : public sdk::SavedViews {
public:
    explicit ViewsOfLists(Panel& panel) : panel_(panel) {}

    sdk::Result<sdk::SavedListViews> of_list(const sdk::CallContext& context, const std::string& staff,
                                             const std::string& list) override;

private:
    Panel& panel_;
};

/// `POST /views`, `POST /views/{id}/delete`.
sdk::Result<void> register_saved_views(Panel& panel);

}  // namespace whatsflow::admin
