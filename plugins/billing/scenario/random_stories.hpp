/// \file
/// Random tales for tests: always the same for one seed, and shrunk when one of them fails.
///
///     hold_in_random_stories(10'000, [](const Story& story) { expect_sound(run_checked(story), story.name); });
#pragma once

#include "test_stories.hpp"

#include <cstdint>
#include <functional>

namespace whatsflow::billing::scenario {

/// A story as its file would tell it, over the test catalogue.
struct Tale {
    nlohmann::json account, steps;
    Story story() const;
};

Tale random_tale(std::uint32_t seed);
Story random_story(std::uint32_t seed);

/// The same tale in as few steps as it still `fails` with.
Tale shrunk(Tale tale, const std::function<bool(const Tale&)>& fails);

/// Runs `check` on the tales of seeds 1 to `count`. At the first that fails, the test fails with
/// its shortest form and what was wrong with that.
void hold_in_random_stories(std::uint32_t count, const std::function<void(const Story&)>& check);

}  // namespace whatsflow::billing::scenario
