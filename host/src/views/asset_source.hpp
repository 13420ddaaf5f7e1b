/// \file
/// Styles, scripts, fonts and pictures, ready to be sent.
///
/// The views duty prepares every asset once, compressed, with its content type and validator;
/// web looks one up by URL path on a loop thread and sends it. Nothing here touches a disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// One asset. Immutable once published; shared so that a reload never cuts off a reply.
struct Asset {
    std::string content_type;
    /// Strong validator of the content, with its double quotes; each encoding gets its own
    /// by a suffix.
    std::string etag;
    std::shared_ptr<const std::string> identity;  ///< always set
    std::shared_ptr<const std::string> gzip;      ///< null where compression does not pay
    std::shared_ptr<const std::string> brotli;    ///< null where compression does not pay
    /// The path carries a fingerprint of the content: browsers may keep it for ever.
    bool immutable = false;
};

/// [thread-safe, any thread; from memory]
class AssetSource {
public:
    virtual ~AssetSource() = default;

    /// The asset at a URL path such as `/assets/app.3f9c1a.css`, or null.
    virtual std::shared_ptr<const Asset> find(std::string_view url_path) const = 0;
};

}  // namespace whatsflow::views
