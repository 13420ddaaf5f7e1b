#include "web/conditional.hpp"

#include "security/digest.hpp"
#include "web/text.hpp"

namespace whatsflow::web {
namespace {

/// `;q=0.5` in thousandths; 1000 without one, 0 when it cannot be read.
int quality_of(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        auto parameter = trimmed(take_until(parameters, ';'));
        if (parameter.size() < 2 || lower(parameter[0]) != 'q' || parameter[1] != '=') continue;
        parameter.remove_prefix(2);
        if (parameter.empty() || (parameter[0] != '0' && parameter[0] != '1')) return 0;
        int thousandths = (parameter[0] - '0') * 1000;
        if (parameter.size() == 1) return thousandths;
        if (parameter[1] != '.' || parameter.size() > 5) return 0;
        int scale = 100;
        for (const char digit : parameter.substr(2)) {
            if (digit < '0' || digit > '9') return 0;
            thousandths += (digit - '0') * scale;
            scale /= 10;
        }
        return thousandths > 1000 ? 1000 : thousandths;
    }
    return 1000;
}

}  // namespace

std::string_view content_coding(Encoding encoding) noexcept {
    switch (encoding) {
        case Encoding::gzip: return "gzip";
        case Encoding::brotli: return "br";
        case Encoding::identity: break;
    }
    return "";
}

std::string strong_etag(std::string_view bytes) {
    return "\"" + security::sha256_hex(bytes).substr(0, 32) + "\"";
}

std::string etag_for(std::string_view etag, Encoding encoding) {
    std::string text(etag);
    if (encoding != Encoding::identity && text.ends_with('"'))
        text.insert(text.size() - 1, "-" + std::string(content_coding(encoding)));
    return text;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept {
    while (!if_none_match.empty()) {
        auto candidate = trimmed(take_until(if_none_match, ','));
        if (candidate == "*") return true;
        if (candidate.starts_with("W/")) candidate.remove_prefix(2);
        if (candidate == etag) return true;
    }
    return false;
}

Encoding choose_encoding(std::optional<std::string_view> accept_encoding, bool has_gzip, bool has_brotli) noexcept {
    if (!accept_encoding) return Encoding::identity;
    int gzip = -1;
    int brotli = -1;
    int identity = -1;
    int rest = -1;
    auto list = *accept_encoding;
    while (!list.empty()) {
        auto parameters = take_until(list, ',');
        const auto coding = trimmed(take_until(parameters, ';'));
        const int quality = quality_of(parameters);
        if (same_text(coding, "gzip") || same_text(coding, "x-gzip"))
            gzip = quality;
        else if (same_text(coding, "br"))
            brotli = quality;
        else if (same_text(coding, "identity"))
            identity = quality;
        else if (coding == "*")
            rest = quality;
    }
    const int gzip_quality = !has_gzip ? 0 : gzip >= 0 ? gzip : rest > 0 ? rest : 0;
    const int brotli_quality = !has_brotli ? 0 : brotli >= 0 ? brotli : rest > 0 ? rest : 0;
    // Identity is acceptable unless forbidden, but anything named is preferred to it.
    const int identity_quality = identity >= 0 ? identity : 0;
    if (brotli_quality > 0 && brotli_quality >= gzip_quality && brotli_quality >= identity_quality)
        return Encoding::brotli;
    if (gzip_quality > 0 && gzip_quality >= identity_quality) return Encoding::gzip;
    return Encoding::identity;
}

}  // namespace whatsflow::web
