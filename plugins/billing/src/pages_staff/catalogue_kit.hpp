/// \file
/// What the pages of the catalogue have in common: their tabs, reading forms, and the step between
/// a form and its publication that shows what would change.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

/// The tabs of /billing-config, with the one at `path` marked.
nlohmann::json catalogue_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path);

/// A published thing in words: what it has, one below the other.
using Described = std::vector<std::pair<std::string, std::string>>;
Described describe(const StaffOffice& office, const std::string& locale, const CatalogueEntry& entry);

/// What somebody is about to publish.
struct Proposal {
    std::string title;
    std::string back_label, back_path;
    std::string action_path;               ///< of the form itself: it is sent there again, confirmed
    std::optional<CatalogueEntry> before;  ///< nothing: it is new
    CatalogueEntry after;
    std::vector<std::pair<std::string, std::string>> consequences{};
    std::string kind = "price";  ///< of the request for a second person
    Amount amount = 0;           ///< that decides whether one is needed
    std::string currency{};
};

/// Shows the proposal the first time; publishes it, or asks a second person to, when the form comes
/// back confirmed. Error `billing.no_change` when before and after are the same.
sdk::Result<sdk::Response> propose(const StaffOffice& office, const sdk::Request& request, const sdk::Fields& form,
                                   const Proposal& proposal);

/// A code for links and forms: `a-z 0-9 _ -`, or upper case for coupons.
bool is_code(std::string_view text, bool capitals = false);
/// One line without spaces around it, nothing when it is longer than `most` or has control characters.
std::optional<std::string> read_line(const sdk::Fields& form, std::string_view name, std::size_t most);
/// `1, 3, 6`: growing numbers from `least` to `most`.
std::optional<std::vector<int>> read_numbers(std::string_view text, int least, int most);

}  // namespace whatsflow::billing::staff
