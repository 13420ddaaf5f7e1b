// Words of what staff's lists show.
#include "../back_office.hpp"
#include "../plan_moves.hpp"

namespace whatsflow::billing {

std::string_view to_text(TrialStanding standing) {
    constexpr std::string_view words[] = {"running", "ending", "converted", "expired"};
    return words[static_cast<int>(standing)];
}

std::optional<TrialStanding> read_trial_standing(std::string_view text) {
    for (const auto standing :
         {TrialStanding::running, TrialStanding::ending, TrialStanding::converted, TrialStanding::expired})
        if (to_text(standing) == text) return standing;
    return std::nullopt;
}

std::string_view to_text(MoveState state) {
    constexpr std::string_view words[] = {"running", "done", "undoing", "undone"};
    return words[static_cast<int>(state)];
}

}  // namespace whatsflow::billing
