/// \file
/// Monthly recurring revenue and its movements, as exact fractions of a minor unit.
#pragma once

#include "account.hpp"
#include "catalogue.hpp"

#include <optional>
#include <string_view>

namespace whatsflow::billing {

/// Recurring lines after recurring discounts, before tax, normalised to a month; counted while
/// active or past due. Trials, one-offs, usage and credits are no part of it.
Fraction mrr_of(const Account& account, const Catalogue& catalogue);

enum class MrrMovementKind { new_business, reactivation, expansion, contraction, churn };

std::string_view to_text(MrrMovementKind kind);

struct MrrMovement {
    LocalDate on;
    MrrMovementKind kind = MrrMovementKind::new_business;
    Fraction amount;  ///< always positive
};

/// Between two instants of one customer; nothing when it did not move.
std::optional<MrrMovement> movement_between(const Fraction& before, const Fraction& after, bool paid_before,
                                            LocalDate on);

}  // namespace whatsflow::billing
