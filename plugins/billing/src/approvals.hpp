/// \file
/// Four eyes: what one member of staff asks for waits until another one agrees.
///
/// A request holds what its page needs to do it (`payload`), so that agreeing does exactly what was
/// asked. Asking and deciding are both in the audit log, each under its person's name.
/// [pool-thread]
#pragma once

#include "rows.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/call_context.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace whatsflow::billing {

struct By;

enum class ApprovalState {
    waiting,
    approved,  ///< agreed to, not done yet
    done,
    refused
};
std::string_view to_text(ApprovalState state);
std::optional<ApprovalState> read_approval_state(std::string_view text);

struct Approval {
    std::string id;
    std::string kind;   ///< `refund`, `price`, `agreed_price`, `draft_adjustment`: who carries it out
    std::string title;  ///< one line for people
    std::string page;   ///< of the thing it is about
    nlohmann::json payload = nlohmann::json::object();
    std::string currency;
    Amount amount = 0;
    ApprovalState state = ApprovalState::waiting;
    std::string asked_by, asked_label, reason;
    sdk::Instant asked_at{};
    std::string decided_label, decision_reason;
    std::optional<sdk::Instant> decided_at;
};

class Approvals {
public:
    virtual ~Approvals() = default;

    /// Keeps what is asked for; `asked_*`, `id` and `state` are filled in. Returns the id.
    virtual sdk::Result<std::string> ask(const sdk::CallContext& context, const Approval& wanted, const By& by) = 0;
    virtual sdk::Result<std::optional<Approval>> find(const sdk::CallContext& context, const std::string& id) = 0;
    /// Newest first.
    virtual sdk::Result<Slice<Approval>> list(const sdk::CallContext& context, const std::string& state,
                                              const std::string& after, int limit) = 0;
    /// Agrees or refuses. Errors `billing.own_request` for who asked, `billing.already_decided`.
    virtual sdk::Result<void> decide(const sdk::CallContext& context, const std::string& id, bool agreed,
                                     const By& by) = 0;
    /// What was agreed to has been done.
    virtual sdk::Result<void> mark_done(const sdk::CallContext& context, const std::string& id) = 0;
};

/// Above which amount a second person is asked, by currency. A currency that is not named has none.
using SecondPersonAbove = std::map<std::string, Amount>;
inline bool needs_second_person(const SecondPersonAbove& above, Amount amount, const std::string& currency) {
    const auto limit = above.find(currency);
    return limit != above.end() && amount > limit->second;
}

}  // namespace whatsflow::billing
