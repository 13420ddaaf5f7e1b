/// \file
/// Runs one piece of a plugin's code through its gate: a closed gate and an exception both
/// become an answer, and the exception is counted.
#pragma once

#include "plugins/gate.hpp"

#include <exception>
#include <string>

namespace whatsflow::plugins {

/// `call` is for the log: `GET /invoices`. `unavailable()` and `failed()` make the answers.
template <class Body, class Unavailable, class Failed>
auto guarded(Gate& gate, const std::string& call, Body&& body, Unavailable&& unavailable, Failed&& failed)
    -> decltype(body()) {
    Inside inside(gate);
    if (!inside) return unavailable();
    try {
        return body();
    } catch (const std::exception& exception) {
        gate.fault(call + ": " + exception.what());
    } catch (...) {
        gate.fault(call + ": threw something that is not a std::exception");
    }
    return failed();
}

/// The same where nothing is answered.
template <class Body>
void guarded(Gate& gate, const std::string& call, Body&& body) {
    guarded(
        gate, call, body, [] {}, [] {});
}

inline std::string stopping_sentence(const std::string& plugin) {
    return "Plugin " + plugin + " is not running at the moment. Try again in a minute.";
}
inline std::string fault_sentence(const std::string& plugin) {
    return "Plugin " + plugin + " failed. The failure has been recorded; try again, or tell the operator.";
}

}  // namespace whatsflow::plugins
