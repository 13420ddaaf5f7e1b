#include "words.hpp"

namespace whatsflow::app {

std::string word(const sdk::Host& host, const sdk::Request& request, const std::string& key) {
    return host.translate(request.locale, "app." + key);
}

std::string shortened(std::string text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    text.resize(bytes);
    return text;
}

}  // namespace whatsflow::app
