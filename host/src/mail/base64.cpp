#include "mail/base64.hpp"

namespace whatsflow::mail {

std::string base64(std::string_view bytes) {
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto byte = [&](std::size_t i) {
            return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
        };
        const unsigned group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        const auto left = bytes.size() - at;
        text += kAlphabet[(group >> 18U) & 63U];
        text += kAlphabet[(group >> 12U) & 63U];
        text += left > 1 ? kAlphabet[(group >> 6U) & 63U] : '=';
        text += left > 2 ? kAlphabet[group & 63U] : '=';
    }
    return text;
}

}  // namespace whatsflow::mail
