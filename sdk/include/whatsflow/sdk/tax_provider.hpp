/// \file
/// What a tax plugin offers: the taxes of an invoice's lines, worked out before it is finalised.
///
/// Billing asks with everything an answer may depend on, keeps the answer on the lines, and never asks
/// again for an invoice that is finalised: credits and refunds carry the tax of what they give back.
/// Which provider is asked is a setting of billing (`tax_provider`); without it, its own table of rates
/// by country is, which it offers here too, as {"provider", "table"}.
///
/// An answer is only a quote: a preview asks as well, and most previews never become an invoice. Who has to
/// report what was sold listens to `billing.invoice_finalised/1` and `billing.credit_note_issued/1`.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace whatsflow::sdk {

/// A side of the sale, as far as it is known; empty where it is not.
struct TaxParty {
    std::string country;          ///< ISO 3166-1 alpha-2: `LK`
    std::string region;           ///< the part after the hyphen of ISO 3166-2: `CA` of `US-CA`
    std::string tax_id;           ///< VAT or tax number as its owner wrote it
    bool business = false;        ///< buys as a business, not as a consumer
    bool tax_id_checked = false;  ///< somebody has looked the number up, not only its form
};

enum class TaxableKind { plan, add_on, usage, one_time };

struct TaxableLine {
    TaxableKind kind = TaxableKind::plan;
    std::string code;         ///< of the plan, add-on or meter: what a provider maps to its own tax codes
    std::int64_t amount = 0;  ///< after discounts, in minor units of the currency; more than 0
};

struct TaxRequest {
    std::string currency;             ///< ISO 4217
    std::string day;                  ///< of the invoice, in the buyer's time zone: `2026-03-10`
    bool prices_include_tax = false;  ///< of all lines: the amounts contain the tax already
    TaxParty seller, buyer;
    std::vector<TaxableLine> lines;  ///< at least one
};

/// What one authority takes of a line.
struct TaxPart {
    std::string name;         ///< as the invoice says it: `VAT`, `Quebec QST`; at most 60 bytes
    std::string percent;      ///< `18`, `9.975`; empty: not a percentage
    std::int64_t amount = 0;  ///< in minor units, rounded; not negative
};

struct LineTaxes {
    std::vector<TaxPart> parts;   ///< none: no tax is due on this line
    bool reverse_charge = false;  ///< the buyer owes the tax: there are no parts then, and the invoice says so
    std::string reason;           ///< why, for the invoice and for auditors: `VAT 18 % (LK)`; at most 200 bytes
};

/// Provided with the property {"provider", "<name>"}, which is what the setting names.
///
/// [pool-thread or job-thread] Runs on several threads at once, may block until the context's deadline and
/// no longer (seconds, as somebody may be waiting), and uses Host::https() for every call. Never called
/// within a transaction of the database.
class TaxProvider : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.tax_provider", 1};

    /// The taxes of each line, in the order of the request's lines and as many. The same request gives the same
    /// answer for at least an hour, or the invoice is not what its preview said.
    ///
    /// Errors: `tax.unreachable` when it may go better later; `tax.refused` when this request will be refused
    /// again, with a message that tells staff what to mend (the buyer's address, a product that is not mapped).
    virtual Result<std::vector<LineTaxes>> taxes(const CallContext& context, const TaxRequest& request) = 0;

protected:
    ~TaxProvider() override;
};

}  // namespace whatsflow::sdk
