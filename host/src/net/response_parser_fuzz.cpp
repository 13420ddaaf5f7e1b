// Any bytes as a provider's answer, whole and one by one: the parser never crashes, never passes
// its cap and does not care where the network cut.
#include "net/response_parser.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using whatsflow::net::ResponseParser;
using Progress = ResponseParser::Progress;

constexpr std::size_t kMostBytes = 256;

std::string outcome(ResponseParser& parser, Progress progress) {
    if (progress == Progress::more) progress = parser.end_of_stream();
    std::string text = std::to_string(static_cast<int>(progress));
    if (progress != Progress::complete) return text;
    const auto response = parser.take();
    if (response.body.size() > kMostBytes) std::abort();
    text += ' ' + std::to_string(response.status) + ' ' + response.body;
    for (const auto& [name, value] : response.headers.entries()) text += '\n' + name + ':' + value;
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const bool bodiless = data[0] % 2 == 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

    ResponseParser whole{bodiless, kMostBytes};
    const auto at_once = bytes.empty() ? Progress::more : whole.feed(bytes);
    ResponseParser cut{bodiless, kMostBytes};
    auto in_pieces = Progress::more;
    for (std::size_t at = 0; at < bytes.size() && in_pieces == Progress::more; ++at)
        in_pieces = cut.feed(bytes.substr(at, 1));

    if (outcome(whole, at_once) != outcome(cut, in_pieces)) std::abort();
    return 0;
}
