/// \file
/// Demonstration data: three announcements, one of them over, one still to come.
#pragma once

#include "announcements.hpp"

#include <whatsflow/sdk/demo_data.hpp>
#include <whatsflow/sdk/time.hpp>

namespace whatsflow::admin {

class Demonstration final : public sdk::DemoData {
public:
    Demonstration(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}
    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::admin
