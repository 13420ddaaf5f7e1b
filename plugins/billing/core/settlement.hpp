/// \file
/// Money coming in and going back: what an answer of the provider means for an invoice.
/// Inside the core only.
#pragma once

#include "transition.hpp"

namespace whatsflow::billing {

bool has_unresolved_charge(const Account& account, const Invoice& invoice);
bool was_charged(const Account& account, const Invoice& invoice);  ///< money arrived at some time

/// Writes a charge down, for the caller to carry out.
void request_charge(Transition& t, Invoice& invoice);

/// The charge is there, over `amount`. What the invoice does not need is kept as credit.
void settle_payment(Transition& t, const PaymentId& payment, Amount amount);
void decline_payment(Transition& t, const PaymentId& payment, bool hard, const std::string& code);

/// Nothing is owed on it any more: what waited for it takes effect.
void settle_invoice(Transition& t, Invoice& invoice);

/// Sends up to `amount` of the invoice's payments back, newest first; gives what was sent.
Amount send_back(Transition& t, const InvoiceId& invoice, Amount amount, const InvoiceId& booked_on);

/// Takes credit that a late payment left, as far as it is unspent; gives what was taken.
Amount take_kept_credit(Transition& t, Payment& charge, Amount most, const std::string& reason);

/// Takes `gross` off what is owed on the invoice, over its lines. Gives the note.
CreditNote& issue_credit_note(Transition& t, Invoice& invoice, Amount gross, const std::string& reason);
/// What may still be credited: lines and total minus what was credited before.
Amount creditable(const Account& account, const Invoice& invoice);

}  // namespace whatsflow::billing
