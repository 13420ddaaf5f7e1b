#include "../approvals.hpp"

namespace whatsflow::billing {

std::string_view to_text(ApprovalState state) {
    constexpr std::string_view words[] = {"waiting", "approved", "done", "refused"};
    return words[static_cast<int>(state)];
}

std::optional<ApprovalState> read_approval_state(std::string_view text) {
    for (const auto state :
         {ApprovalState::waiting, ApprovalState::approved, ApprovalState::done, ApprovalState::refused})
        if (to_text(state) == text) return state;
    return std::nullopt;
}

}  // namespace whatsflow::billing
