/// \file
/// Replays a story through the engine with a scripted provider, and tells what came of it.
#pragma once

#include "account_store.hpp"
#include "story.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::billing::scenario {

struct StepError {
    std::size_t step = 0;  ///< from 1
    std::string code;
    std::string message;
};

/// Everything that happened, for the result and for tests.
struct Outcomes {
    Account account;
    Catalogue catalogue;
    std::vector<Posting> postings;
    std::vector<BillingEvent> events;
    std::vector<MrrMovement> movements;
    std::vector<StepError> errors;
    sdk::Instant end{};
};

/// Steps run in file order; between two of them every due job runs, in time order. An impossible
/// step becomes an error and the story goes on; only a fault of the engine ends it.
sdk::Result<Outcomes> run_story(const Story& story, AccountStore& store);
/// With the account in memory.
sdk::Result<Outcomes> run_story(const Story& story);

/// The result as the contract has it: exact keys, in its order.
nlohmann::ordered_json result_of(const Outcomes& outcomes);

}  // namespace whatsflow::billing::scenario
