#include "body.hpp"

#include "hex_digit.hpp"

#include <zlib.h>

#include <memory>
#include <optional>

namespace whatsflow::analytics {
namespace {

sdk::Error unreadable(const char* sentence) {
    return sdk::fail("analytics.bad_body", sentence);
}

bool looks_gzipped(std::string_view body) {
    return body.size() > 2 && body[0] == '\x1f' && body[1] == '\x8b';
}

sdk::Result<std::string> gunzip(std::string_view body) {
    z_stream stream{};
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) return unreadable("The body cannot be unpacked.");
    const std::unique_ptr<z_stream, void (*)(z_stream*)> end(&stream, [](z_stream* s) { inflateEnd(s); });
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));  // zlib's interface knows no const
    stream.avail_in = static_cast<uInt>(body.size());
    std::string out;
    char piece[32 * 1024];
    while (true) {
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        const int code = inflate(&stream, Z_NO_FLUSH);
        out.append(piece, sizeof piece - stream.avail_out);
        if (out.size() > kMostBytes)
            return sdk::fail("analytics.too_large", "The unpacked body has more than 20 MiB: send smaller batches.");
        if (code == Z_STREAM_END) return out;
        if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
            return unreadable("The body is no whole gzip file.");
    }
}

/// The field `data` of a form.
std::optional<std::string> data_in_form(std::string_view form) {
    while (!form.empty()) {
        const auto end = form.find('&');
        const auto pair = form.substr(0, end);
        if (pair.starts_with("data=")) {
            std::string out;
            const auto value = pair.substr(5);
            for (std::size_t i = 0; i < value.size(); ++i) {
                if (value[i] == '%') {
                    const int byte = i + 2 < value.size() ? hex_byte(value[i + 1], value[i + 2]) : -1;
                    if (byte < 0) return std::nullopt;
                    out += static_cast<char>(byte);
                    i += 2;
                } else {
                    out += value[i] == '+' ? ' ' : value[i];
                }
            }
            return out;
        }
        if (end == std::string_view::npos) break;
        form.remove_prefix(end + 1);
    }
    return std::nullopt;
}

bool looks_like_json(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

std::optional<std::string> read_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        int value = -1;
        if (c >= 'A' && c <= 'Z')
            value = c - 'A';
        else if (c >= 'a' && c <= 'z')
            value = c - 'a' + 26;
        else if (c >= '0' && c <= '9')
            value = c - '0' + 52;
        else if (c == '+' || c == '-' || c == ' ')
            value = 62;  // a form makes a space of +
        else if (c == '/' || c == '_')
            value = 63;
        else if (c == '=' || c == '\r' || c == '\n')
            continue;
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<unsigned>(value);
        if (++count == 4) {
            out += static_cast<char>(bits >> 16 & 0xff);
            out += static_cast<char>(bits >> 8 & 0xff);
            out += static_cast<char>(bits & 0xff);
            bits = 0;
            count = 0;
        }
    }
    if (count == 1) return std::nullopt;
    if (count == 2) out += static_cast<char>(bits >> 4 & 0xff);
    if (count == 3) {
        out += static_cast<char>(bits >> 10 & 0xff);
        out += static_cast<char>(bits >> 2 & 0xff);
    }
    return out;
}

sdk::Result<std::string> unfold(std::string_view body, const BodyForm& form) {
    const bool encoded = !form.content_encoding.empty() && form.content_encoding != "identity";
    if (encoded && form.content_encoding != "gzip") return unreadable("The only Content-Encoding understood is gzip.");
    if (encoded || form.compression == "gzip" || form.compression == "gzip-js" || looks_gzipped(body)) {
        auto plain = gunzip(body);
        if (!plain || form.compression != "base64") return plain;
        return unfold(*plain, {{}, form.content_type, form.compression});
    }
    if (looks_like_json(body)) return std::string(body);
    std::string inner(body);
    if (form.content_type.starts_with("application/x-www-form-urlencoded") || body.starts_with("data=")) {
        auto data = data_in_form(body);
        if (!data) return unreadable("The form has no readable field 'data'.");
        inner = std::move(*data);
        if (looks_like_json(inner)) return inner;
    }
    auto plain = read_base64(inner);
    if (!plain) return unreadable("The body is neither JSON nor base64.");
    if (looks_gzipped(*plain)) return gunzip(*plain);
    return std::move(*plain);
}

sdk::Result<nlohmann::json> read_json(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kDeepest) return sdk::fail("analytics.bad_json", "The JSON is nested deeper than 64 levels.");
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    auto value = nlohmann::json::parse(text, nullptr, false);
    if (value.is_discarded()) return sdk::fail("analytics.bad_json", "The body is no JSON.");
    return value;
}

}  // namespace whatsflow::analytics
