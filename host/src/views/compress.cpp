#include "views/compress.hpp"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>

#include <cstdint>

namespace whatsflow::views {

namespace {

constexpr int kGzipFormat = 15 + 16;  // the largest window, in gzip's wrapping

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::shared_ptr<const std::string> if_smaller(std::string packed, std::string_view text) {
    if (packed.empty() || packed.size() >= text.size()) return nullptr;
    packed.shrink_to_fit();
    return std::make_shared<const std::string>(std::move(packed));
}

std::string pack_brotli(std::string_view text, Effort effort) {
    std::string packed(BrotliEncoderMaxCompressedSize(text.size()), '\0');
    auto size = packed.size();
    const int quality = effort == Effort::best ? BROTLI_MAX_QUALITY : 5;
    const auto done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                            bytes_of(text), &size, reinterpret_cast<std::uint8_t*>(packed.data()));
    packed.resize(done == BROTLI_TRUE ? size : 0);
    return packed;
}

std::string pack_gzip(std::string_view text, Effort effort) {
    z_stream stream{};
    const int level = effort == Effort::best ? Z_BEST_COMPRESSION : Z_DEFAULT_COMPRESSION;
    if (deflateInit2(&stream, level, Z_DEFLATED, kGzipFormat, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = const_cast<Bytef*>(bytes_of(text));  // zlib's C interface lacks the const
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(done ? stream.total_out : 0);
    deflateEnd(&stream);
    return packed;
}

}  // namespace

Compressed compress(std::string_view text, Effort effort) {
    if (text.size() < kSmallestCompressed) return {};
    return {if_smaller(pack_brotli(text, effort), text), if_smaller(pack_gzip(text, effort), text)};
}

std::optional<std::string> unpack_brotli(std::string_view bytes, std::size_t limit) {
    std::string text(limit, '\0');
    auto size = text.size();
    if (BrotliDecoderDecompress(bytes.size(), bytes_of(bytes), &size, reinterpret_cast<std::uint8_t*>(text.data())) !=
        BROTLI_DECODER_RESULT_SUCCESS) {
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

std::optional<std::string> unpack_gzip(std::string_view bytes, std::size_t limit) {
    z_stream stream{};
    if (inflateInit2(&stream, kGzipFormat) != Z_OK) return std::nullopt;
    std::string text(limit, '\0');
    stream.next_in = const_cast<Bytef*>(bytes_of(bytes));  // zlib's C interface lacks the const
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const bool done = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    text.resize(stream.total_out);
    inflateEnd(&stream);
    if (!done) return std::nullopt;
    return text;
}

}  // namespace whatsflow::views
