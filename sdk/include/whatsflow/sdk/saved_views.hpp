/// \file
/// How a member of staff likes to see a list of the panel: filters, order and columns under a
/// name of their own. Provided by whoever owns the panel; a page with a list shows them.
///
///     const auto kept = sdk::find_service<sdk::SavedViews>(host).call(&sdk::SavedViews::of_list,
///                                                                    request.context, subject, "/users");
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <string>
#include <vector>

namespace whatsflow::sdk {

struct SavedListView {
    std::string name;
    std::string query;        ///< of the list's address, without the question mark
    std::string delete_path;  ///< POST
};

struct SavedListViews {
    std::string save_path;  ///< POST with `list`, `query` and `name`
    std::vector<SavedListView> views;
};

/// [pool-thread]
class SavedViews : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.saved_views", 1};

    /// Those that this member of staff keeps of the list at this path, by name.
    virtual Result<SavedListViews> of_list(const CallContext& context, const std::string& staff,
                                           const std::string& list) = 0;

protected:
    ~SavedViews() override;
};

}  // namespace whatsflow::sdk
