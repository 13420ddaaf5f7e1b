// Any bytes as a capture body, by both protocols, plain, in a form, in base64 and gzipped: nothing throws, and
// what is accepted fits its columns and is nested no deeper than allowed.
#include "body.hpp"
#include "posthog.hpp"
#include "umami.hpp"

#include <zlib.h>

#include <cstdlib>

namespace {

using namespace whatsflow::analytics;

int depth_of(const nlohmann::json& value) {
    int deepest = 0;
    if (value.is_structured())
        for (const auto& inner : value) deepest = std::max(deepest, depth_of(inner));
    return value.is_structured() ? deepest + 1 : 0;
}

/// A fuzzer does not hit upon a checksum: it is made for it, so that what lies behind is tried as well.
std::string gzipped(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

void check(const Event& event) {
    const auto properties = nlohmann::json::parse(event.properties, nullptr, false);
    if (!properties.is_object() || depth_of(properties) > kDeepest) std::abort();
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
    static constexpr BodyForm kForms[] = {{},
                                          {"gzip", "", ""},
                                          {"", "application/x-www-form-urlencoded", "base64"},
                                          {"", "", "gzip-js"},
                                          {"gzip", "", ""}};
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    (void)unpack(bytes);
    const auto form = data[0] % std::size(kForms);
    const bool is_wrapped = form + 1 == std::size(kForms);
    const auto text = unfold(is_wrapped ? gzipped(bytes) : std::string(bytes), kForms[form]);
    if (is_wrapped && (!text || *text != bytes)) std::abort();
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
