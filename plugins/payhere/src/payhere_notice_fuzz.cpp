// Bytes → a notice: never throws, never accepts what is not signed, and what is signed reads
// as events with an identity.
#include "digests.hpp"
#include "notice.hpp"
#include "notice_fields.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

namespace {

using namespace whatsflow;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const payhere::Merchant merchant{"1", sdk::Secret{"fuzz"}};
    sdk::PaymentNotice notice;
    notice.received_at = sdk::from_micros(1'773'129'600'000'000);
    notice.body.assign(reinterpret_cast<const char*>(data), size);
    require(!payhere::verify(merchant, notice) && !payhere::read(merchant, notice));

    // The same, rightly signed.
    const auto fields = payhere::read_notice_form(notice.body);
    if (!fields) return 0;
    notice.body += "&merchant_id=1&md5sig=" +
                   payhere::notice_signature(merchant, fields->get("order_id"), fields->get("payhere_amount"),
                                             fields->get("payhere_currency"), fields->get("status_code"));
    const auto verified = payhere::verify(merchant, notice);
    const auto events = payhere::read(merchant, notice);
    require(static_cast<bool>(verified) == static_cast<bool>(events));
    if (!verified) return 0;
    require(!verified->event_id.empty() && verified->event_id.size() <= 200);
    std::set<std::string> seen;
    for (const auto& event : *events) {
        require(event.trust == sdk::NoticeTrust::partially_signed && seen.insert(event.event_id).second);
        require(!event.amount || event.amount->currency.size() == 3);
    }
    return 0;
}
