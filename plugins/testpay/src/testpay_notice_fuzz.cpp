// Bytes → a notice: never throws, never accepts what is not signed.
#include "notice.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace whatsflow;
    const sdk::Secret secret{"fuzz"};
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto line = input.find('\n');
    sdk::PaymentNotice forged;
    forged.received_at = sdk::from_micros(1'773'129'600'000'000);
    forged.headers.add("Testpay-Signature", input.substr(0, line));
    if (line != std::string::npos) forged.body = input.substr(line + 1);
    if (testpay::verify(secret, forged) || testpay::read(secret, forged)) std::abort();

    sdk::PaymentNotice genuine;
    genuine.received_at = forged.received_at;
    genuine.body = input;
    genuine.headers.add("Testpay-Signature", testpay::sign(secret, genuine.received_at, input));
    const auto verified = testpay::verify(secret, genuine);
    const auto events = testpay::read(secret, genuine);
    if (static_cast<bool>(verified) != static_cast<bool>(events)) std::abort();
    if (!verified) return 0;
    for (const auto& event : *events) {
        if (event.event_id.empty()) std::abort();
        if (testpay::body_of(event).empty()) std::abort();
    }
    return 0;
}
