/// \file
/// Example messages for the contact form, so that `contact list` has something to show.
///
/// Their identifiers are fixed: a message that is there already is left as it is. Names and
/// addresses belong to nobody (`.example` is reserved for that).
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/demo_data.hpp>
#include <whatsflow/sdk/time.hpp>

namespace whatsflow::landing {

class Demonstration final : public sdk::DemoData {
public:
    Demonstration(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}

    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::landing
