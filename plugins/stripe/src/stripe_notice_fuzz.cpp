// Bytes → a notice: never throws, never accepts what is not signed, and what is signed reads
// as events with an identity.
#include "notice.hpp"
#include "signature.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

namespace {

using namespace whatsflow;

constexpr std::int64_t kTime = 1'700'000'000;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    stripe::NoticeRules rules;
    rules.secrets = {sdk::Secret{"whsec_fuzz"}};

    // As it came: the first line is the header.
    sdk::PaymentNotice forged;
    forged.received_at = sdk::from_micros(kTime * 1'000'000);
    const auto line = input.find('\n');
    forged.headers.add("Stripe-Signature", input.substr(0, line));
    if (line != std::string::npos) forged.body = input.substr(line + 1);
    require(!stripe::verify(rules, forged) && !stripe::read(rules, forged));

    // Rightly signed.
    sdk::PaymentNotice genuine;
    genuine.received_at = forged.received_at;
    genuine.body = input;
    const auto time = std::to_string(kTime);
    genuine.headers.add("Stripe-Signature", "t=" + time + ",v1=" + stripe::sign("whsec_fuzz", time, input));
    const auto verified = stripe::verify(rules, genuine);
    const auto events = stripe::read(rules, genuine);
    require(static_cast<bool>(verified) == static_cast<bool>(events));
    if (!verified) return 0;
    require(!verified->event_id.empty() && verified->event_id.size() <= 200);
    std::set<std::string> seen;
    for (const auto& event : *events) {
        require(event.trust == sdk::NoticeTrust::fully_signed && seen.insert(event.event_id).second);
        require(!event.amount || event.amount->currency.size() == 3);
    }
    return 0;
}
