/// \file
/// Testpay's own page: what is to be paid, and a button for everything that can happen.
#pragma once

#include "outcomes.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::testpay {

class PayPage {
public:
    PayPage(sdk::Host& host, Till& till, Outcomes& outcomes) : host_(host), till_(till), outcomes_(outcomes) {}

    sdk::Result<void> register_routes();

private:
    sdk::Response show(const sdk::Request& request);
    sdk::Response choose(const sdk::Request& request);
    sdk::Response page(const sdk::Request& request, const Checkout& checkout, const char* alert, int status);

    sdk::Host& host_;
    Till& till_;
    Outcomes& outcomes_;
};

}  // namespace whatsflow::testpay
