/// \file
/// "Why was I charged this?": a line in words, and a document computed again from its derivation.
#pragma once

#include "account.hpp"

#include <string>
#include <vector>

namespace whatsflow::billing {

/// In words, for tenants and staff: `Starter, 2026-03-10 to 2026-04-10: 29.00 × 1`, and for a
/// credit which line it takes from. English; pages translate from the line itself.
std::string explain(const Account& account, const Invoice& invoice, const InvoiceLine& line);

/// `6.667` for 200 parts of which 30 are one, rounded for the eye; whole numbers as they are.
std::string parts_text(std::int64_t parts, std::int64_t whole);

/// One thing about a document that does not follow from its derivation.
struct Discrepancy {
    std::string document;  ///< its number
    std::string line;      ///< id; empty for the totals
    std::string what;      ///< `amount is 1122, 2900 × 1 × 12 / 31 gives 1123`
};

/// Computes every line and total again. Empty when the document is right.
std::vector<Discrepancy> verify(const Account& account, const Invoice& invoice);
std::vector<Discrepancy> verify(const Account& account, const CreditNote& note);
/// All documents, the credit balance, and what lines say was credited of them.
std::vector<Discrepancy> verify(const Account& account);

}  // namespace whatsflow::billing
