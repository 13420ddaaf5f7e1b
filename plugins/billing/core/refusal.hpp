/// \file
/// How code deep inside the core says no. The functions of engine.hpp turn it into a `Result`;
/// nothing outside the core sees it.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <string>
#include <utility>

namespace whatsflow::billing {

struct Refusal {
    sdk::Error error;
};

[[noreturn]] inline void refuse(std::string code, std::string message) {
    throw Refusal{sdk::fail(std::move(code), std::move(message))};
}

}  // namespace whatsflow::billing
