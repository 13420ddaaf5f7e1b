// Any bytes as a capture body, by both protocols: nothing throws, and what is accepted fits its columns.
#include "body.hpp"
#include "posthog.hpp"
#include "umami.hpp"

#include <cstdlib>

namespace {

using namespace whatsflow::analytics;

void check(const Event& event) {
    const bool fits = event.id.size() == 16 && event.name.size() <= longest::kName &&
                      event.person.size() <= longest::kPerson && event.path.size() <= longest::kPath &&
                      event.hostname.size() <= longest::kValue && event.source.size() <= longest::kValue &&
                      event.medium.size() <= longest::kValue && event.campaign.size() <= longest::kValue &&
                      event.language.size() <= 35 && event.properties.size() <= longest::kProperties &&
                      !event.name.empty();
    const auto again = unpack(pack(event));
    if (!fits || !again || pack(*again) != pack(event)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    static constexpr BodyForm kForms[] = {
        {}, {"gzip", "", ""}, {"", "application/x-www-form-urlencoded", "base64"}, {"", "", "gzip-js"}};
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    (void)unpack(bytes);
    const auto text = unfold(bytes, kForms[data[0] % 4]);
    if (!text) return 0;
    const auto body = read_json(*text);
    if (!body) return 0;
    Arrival arrival;
    arrival.received = whatsflow::sdk::from_micros(1'795'000'000'000'000);
    arrival.user_agent = bytes.substr(0, 200);
    if (auto post = read_posthog(*body))
        if (const auto events = events_of(std::move(*post), arrival))
            for (const auto& event : *events) check(event);
    if (const auto post = read_umami(*body))
        if (const auto event = event_of(*post, arrival)) check(*event);
    return 0;
}
