/// \file
/// What every staff page of billing needs, and the parts that their lists and forms are made of.
#pragma once

#include "../approvals.hpp"
#include "../back_office.hpp"
#include "../desk.hpp"
#include "../finance.hpp"
#include "../plan_moves.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::billing::staff {

/// What the operator decides about the work of staff.
struct StaffSettings {
    SecondPersonAbove second_person_above;
    int gross_margin_percent = 80;  ///< of revenue, for what a customer is worth
    int trial_pays_within_days = 14;
};

/// A document as the tenant can print it, in the language of who asks.
using InvoicePrinter =
    std::function<sdk::Result<std::string>(const sdk::Request&, const TenantId&, const Account&, const InvoiceId&)>;

/// [thread-safe] Lives as long as the plugin runs.
struct StaffOffice {
    sdk::Host& host;
    Desk& desk;
    BackOffice& back_office;
    Finance& finance;
    Approvals& approvals;
    PlanMoves& moves;
    StaffSettings settings;
    InvoicePrinter printed_invoice{};

    /// The text below `billing.staff.`, with {name} filled in.
    std::string text(const std::string& locale, std::string_view key,
                     const std::vector<std::pair<std::string, std::string>>& values = {}) const;
    /// A state, level or kind as a word: `billing.staff.words.<word>`.
    std::string word(const std::string& locale, std::string_view word) const;
};

// Permissions of the admin site.
inline constexpr const char* kSubscriptionsRead = "billing.subscriptions.read";
inline constexpr const char* kSubscriptionsBasic =
    "billing.subscriptions.basic";  ///< extend a trial, cancel at the end
inline constexpr const char* kSubscriptionsManage = "billing.subscriptions.manage";  ///< everything else
inline constexpr const char* kPaymentsRead = "billing.payments.read";
inline constexpr const char* kPaymentsManage = "billing.payments.manage";
inline constexpr const char* kReportsRead = "billing.reports.read";
inline constexpr const char* kCatalogueRead = "billing.catalogue.read";
inline constexpr const char* kCatalogueManage = "billing.catalogue.manage";

using StaffHandler = std::function<sdk::Result<sdk::Response>(const StaffOffice&, const sdk::Request&)>;

/// Registers pages of the admin site, whose handlers are given the office.
class StaffRoutes {
public:
    explicit StaffRoutes(const StaffOffice& office);

    StaffRoutes& get(std::string path, const char* permission, std::string summary, StaffHandler handler);
    StaffRoutes& post(std::string path, const char* permission, std::string summary, StaffHandler handler);
    /// What asks banks: it may take as long as they do.
    StaffRoutes& post_patiently(std::string path, const char* permission, std::string summary, StaffHandler handler);
    sdk::Result<void> done() const { return patient_ ? pages_.done() : patient_; }

private:
    sdk::PageHandler with_office(StaffHandler handler) const;

    const StaffOffice& office_;
    sdk::Pages pages_;
    sdk::Result<void> patient_;  ///< the first refusal of such a page
};

/// The same answer for what does not exist and for what is no id.
sdk::Error nothing_there();
/// A UUID as text, nothing else: what an address may name.
bool is_id(std::string_view text);

/// For statements over all tenants.
sdk::CallContext over_all(const sdk::Request& request, const char* reason);
By by_staff(const sdk::Request& request, std::string reason);

/// `LKR 21,000.00`
std::string money(Amount amount, const std::string& currency);
/// `29` or `29.00` in the currency's own digits, not negative unless `may_be_negative`.
std::optional<Amount> read_money(std::string_view text, const std::string& currency, bool may_be_negative = false);
std::optional<std::int64_t> read_count(std::string_view text, std::int64_t least, std::int64_t most);

/// The reason for the audit log: one line, at most 300 characters. Error `billing.reason_required`.
sdk::Result<std::string> reason_in(const sdk::Fields& form);
/// The key by which a form that is sent twice does it once.
sdk::Result<std::string> key_in(const sdk::Fields& form);

/// Every name that the component reads is set, so that none is taken from around it.
nlohmann::json cell(const std::string& text, const nlohmann::json& more = nlohmann::json::object());
nlohmann::json status_cell(const StaffOffice& office, const std::string& locale, std::string_view state);
nlohmann::json money_cell(Amount amount, const std::string& currency);
nlohmann::json fact(const std::string& term, const std::string& value,
                    const nlohmann::json& more = nlohmann::json::object());

/// A choice above a list: its parameter and the values it may have.
struct ListChoice {
    const char* parameter;
    std::vector<std::string> values;
};

/// A list of the admin panel: title, columns and filters as texts, rows as the caller made them.
struct ListShape {
    std::string path;                  ///< `/payments`
    std::string key;                   ///< texts `<key>_title`, `<key>_lead`, `<key>_empty`
    std::vector<std::string> columns;  ///< texts `columns.<name>`; a leading `#` is a number
    std::vector<ListChoice> choices{};
    bool exported = false;  ///< `<path>.csv` has them all
    const char* icon = "receipt-text";
    std::string kept{};  ///< parameters that all its links carry: `from=2026-03-01&to=2026-03-31`
};
nlohmann::json list_model(const StaffOffice& office, const sdk::Request& request, const ListShape& shape,
                          std::vector<nlohmann::json> rows, const std::string& next);
/// What the choice has; nothing when it is none of its values.
std::string chosen(const sdk::Request& request, const ListChoice& choice);

/// A form of fields for the theme's component.
class StaffForm {
public:
    StaffForm(const StaffOffice& office, const sdk::Request& request, std::string path, std::string_view submit);
    StaffForm& line(const char* id, const std::string& value, bool optional = false, const char* hint = nullptr);
    StaffForm& day(const char* id, const std::string& value, bool optional = false);
    StaffForm& area(const char* id, const std::string& value, std::size_t most);
    StaffForm& choice(const char* id, const std::vector<std::pair<std::string, std::string>>& choices,
                      const std::string& chosen);
    StaffForm& check(const char* id, bool checked);
    /// A line whose label is no text of ours, such as the name of a meter.
    StaffForm& named_line(const std::string& id, const std::string& label, const std::string& value);
    StaffForm& named_check(const std::string& id, const std::string& label, bool checked);
    StaffForm& hint(const char* text);  ///< below the last field
    StaffForm& hidden(std::string name, std::string value);
    StaffForm& dangerous();
    nlohmann::json model() const { return model_; }

private:
    nlohmann::json& add(const std::string& id, const char* kind, const std::string& value, bool optional);

    const StaffOffice& office_;
    std::string locale_;
    nlohmann::json model_;
};

/// Several forms of one page are titles until one is opened.
void fold(nlohmann::json& forms);

/// The page's top with a way back.
nlohmann::json header(const std::string& heading, const std::string& lead, const std::string& back_label,
                      const std::string& back_path);
/// The sentence of `?done=word`, or false.
nlohmann::json done_notice(const StaffOffice& office, const sdk::Request& request);

/// What somebody wrote cannot be read: `billing.bad_input`, with the sentence that helps.
sdk::Error bad_input(const char* what);

/// All rows of a cursor as a CSV file, a page at a time while it is read. `more` appends the lines
/// after a cursor and returns the next one.
sdk::Response csv_of(std::string filename, const std::vector<std::string>& head,
                     std::function<sdk::Result<std::string>(const std::string& after, std::string& lines)> more);
/// RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace whatsflow::billing::staff
