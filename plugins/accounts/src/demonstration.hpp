/// \file
/// Tenants and teams for somebody who wants to see the system full. Nobody of them exists.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::accounts {

class Demonstration final : public sdk::DemoData {
public:
    explicit Demonstration(Office& office) : office_(office) {}

    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    Office& office_;
};

}  // namespace whatsflow::accounts
