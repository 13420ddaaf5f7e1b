#include "web/asset_replies.hpp"

#include "web/conditional.hpp"
#include "web/security_headers.hpp"

namespace whatsflow::web {

http::WireReply asset_reply(const views::Asset& asset, const sdk::Headers& request, bool head_only, bool secure) {
    const auto encoding =
        choose_encoding(request.find("accept-encoding"), asset.gzip != nullptr, asset.brotli != nullptr);
    const auto etag = etag_for(asset.etag, encoding);

    http::WireReply reply;
    reply.head_only = head_only;
    reply.headers.add("ETag", etag);
    reply.headers.add("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "public, max-age=300");
    if (asset.gzip || asset.brotli) reply.headers.add("Vary", "Accept-Encoding");
    reply.headers.add("X-Content-Type-Options", "nosniff");
    // An SVG opened by itself is a document: it gets no scripts either.
    add_security_headers(reply.headers, secure, {});
    if (const auto known = request.find("if-none-match"); known && etag_matches(*known, etag)) {
        reply.status = 304;
        return reply;
    }
    reply.headers.add("Content-Type", asset.content_type);
    if (encoding != Encoding::identity) reply.headers.add("Content-Encoding", std::string(content_coding(encoding)));
    switch (encoding) {
        case Encoding::gzip: reply.body = asset.gzip; break;
        case Encoding::brotli: reply.body = asset.brotli; break;
        case Encoding::identity: reply.body = asset.identity; break;
    }
    return reply;
}

}  // namespace whatsflow::web
