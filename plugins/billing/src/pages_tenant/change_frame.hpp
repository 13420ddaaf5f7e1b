/// \file
/// One frame for every change a tenant may want: what it costs now and next, and the form that does it.
///
/// Preview and confirmation are made from the same command, so that what was shown is what happens. A
/// confirmation that is refused comes back as the preview with the reason; one that has to be paid for
/// leads to the provider.
#pragma once

#include "tenant_pages.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace whatsflow::billing {

struct WantedChange {
    std::string title;    ///< of the window
    std::string heading;  ///< of the page
    std::string path;     ///< of preview and confirmation: `/billing/change`
    std::string back_path, back_label, back_text;
    std::vector<std::pair<std::string, std::string>> fields;  ///< what was asked for, sent with the confirmation
    Command command;
    /// `when` and `confirm` of a preview, and what else only this change has to say.
    std::function<void(nlohmann::json& model, const Preview& shown)> tell;
    /// Where to go once it is done, by the account as it is then.
    std::function<std::string(const Account& account)> next_path;
};

TenantAnswer preview_change(const TenantFront& front, const Standing& standing, const WantedChange& wanted);
TenantAnswer confirm_change(const TenantFront& front, const Standing& standing, const sdk::Fields& form,
                            const WantedChange& wanted);

}  // namespace whatsflow::billing
