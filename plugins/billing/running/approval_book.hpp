/// \file
/// Requests for a second person's agreement in the database: see src/approvals.hpp.
#pragma once

#include "src/approvals.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::billing {

class ApprovalBook final : public Approvals {
public:
    explicit ApprovalBook(sdk::Host& host) : host_(host) {}

    sdk::Result<std::string> ask(const sdk::CallContext& context, const Approval& wanted, const By& by) override;
    sdk::Result<std::optional<Approval>> find(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<Slice<Approval>> list(const sdk::CallContext& context, const std::string& state,
                                      const std::string& after, int limit) override;
    sdk::Result<void> decide(const sdk::CallContext& context, const std::string& id, bool agreed,
                             const By& by) override;
    sdk::Result<void> mark_done(const sdk::CallContext& context, const std::string& id) override;

private:
    sdk::Host& host_;
};

}  // namespace whatsflow::billing
