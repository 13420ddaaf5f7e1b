/// \file
/// A billing story as its file tells it: an account, a catalogue, and steps in time.
///
/// `read_story` is strict: an unknown key, a missing one or a value of the wrong kind is an error
/// that names its place, such as `steps[2].plna`.
#pragma once

#include "core/engine.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace whatsflow::billing::scenario {

/// What the scripted provider says to one charge.
struct Outcome {
    enum class Kind {
        success,
        decline,
        hard_decline,
        pending,
        unknown,
        timeout_then_success,
        partial
    } kind = Kind::success;
    Amount amount = 0;  ///< of `partial`
};

/// Outcomes for the next charges; after them every charge succeeds.
struct Script {
    std::vector<Outcome> outcomes;
};

/// Something about an invoice, named by its order of finalisation; without one the oldest open.
struct OnInvoice {
    enum class What { pay, refund, chargeback, chargeback_reversed, void_it, notice } what = What::pay;
    std::optional<std::int64_t> n;
    std::optional<Amount> amount;
    bool credit_note = true;
    NoticeKind notice = NoticeKind::paid;
    int times = 1;
};

struct Advance {};

struct Step {
    sdk::Instant at{};
    std::string verb;
    std::variant<Command, NewPrice, Script, OnInvoice, Advance> action = Advance{};
    bool must_fail = false;
};

struct Story {
    std::string name;
    Profile profile;
    Catalogue catalogue;
    std::vector<Step> steps;
    /// A tax service; empty, as in every file: the account's `tax_percent` counts.
    std::function<std::vector<TaxTerms>(const TaxQuestion&)> taxes{};
    int grace_days = 0;  ///< likewise: invoices of renewals wait as drafts
};

/// Error `scenario.bad_file` with the place and what is right there.
sdk::Result<Story> read_story(const nlohmann::json& document);
/// The same from text; a syntax error names its line and column.
sdk::Result<Story> read_story_text(const std::string& text);

}  // namespace whatsflow::billing::scenario
