// Any bytes, whole and cut at random points: the reader never crashes and never changes its mind.
#include "http/request_reader.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using whatsflow::http::Limits;
using whatsflow::http::Refusal;
using whatsflow::http::RequestReader;

struct Reading {
    RequestReader reader;
    std::string seen;
    bool refused = false;

    explicit Reading(const Limits& limits) : reader(limits) {}

    void take(std::string_view bytes) {
        if (refused) return;
        reader.append(bytes);
        while (true) {
            const auto step = reader.next();
            if (const auto* refusal = std::get_if<Refusal>(&step)) {
                refused = true;
                seen += std::to_string(refusal->status);
                seen += refusal->reason;
                return;
            }
            const auto event = std::get<RequestReader::Event>(step);
            if (event == RequestReader::Event::need_more) return;
            if (event == RequestReader::Event::head) {
                reader.accept_body(512);
                continue;
            }
            const auto request = reader.take_request();
            if (!request.target.starts_with('/') || request.body.size() > 512) std::abort();
            seen += request.method + ' ' + request.target + '\n';
            for (const auto& [name, value] : request.headers.entries()) seen += name + ':' + value + '\n';
            seen += request.body;
        }
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Limits limits{.request_line = 128, .head = 512, .header_count = 8};
    if (size < 2) return 0;
    std::uint32_t random = data[0] * 256u + data[1] + 1u;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);

    Reading whole(limits);
    whole.take(bytes);
    Reading cut(limits);
    for (std::size_t at = 0; at < bytes.size();) {
        random = random * 1664525u + 1013904223u;
        const auto piece = std::min<std::size_t>(1 + (random >> 16) % 24, bytes.size() - at);
        cut.take(bytes.substr(at, piece));
        at += piece;
    }
    if (whole.seen != cut.seen || whole.refused != cut.refused) std::abort();
    return 0;
}
