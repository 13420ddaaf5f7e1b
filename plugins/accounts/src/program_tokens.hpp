/// \file
/// Our tokens for protocols that do not carry them in a header.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/program_tokens.hpp>

namespace whatsflow::accounts {

class AccountsProgramTokens final : public sdk::ProgramTokens {
public:
    explicit AccountsProgramTokens(const Office& office) : office_(office) {}
    sdk::Result<std::optional<sdk::ProgramToken>> find_by_secret(const sdk::CallContext& context,
                                                                 std::string_view secret) override;
    sdk::Result<std::optional<sdk::ProgramToken>> find_by_id(const sdk::CallContext& context,
                                                             const std::string& id) override;

private:
    const Office& office_;
};

}  // namespace whatsflow::accounts
