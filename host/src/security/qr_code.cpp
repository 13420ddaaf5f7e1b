#include "security/qr_code.hpp"

#include <qrencode.h>

#include <memory>

namespace whatsflow::security {
namespace {

constexpr int kQuietZone = 4;

}  // namespace

std::optional<std::string> qr_code_svg(const std::string& text) {
    if (text.empty() || text.find('\0') != std::string::npos) return std::nullopt;
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                               &QRcode_free);
    if (!code) return std::nullopt;
    const int width = code->width;
    const auto size = std::to_string(width + 2 * kQuietZone);
    std::string path;
    for (int y = 0; y < width; ++y)
        for (int x = 0; x < width;) {
            int end = x;  // a run of black modules is one rectangle
            while (end < width && (code->data[y * width + end] & 1) != 0) ++end;
            if (end > x)
                path += "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) + "h" +
                        std::to_string(end - x) + "v1h-" + std::to_string(end - x) + "z";
            x = end > x ? end : x + 1;
        }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
           "\" shape-rendering=\"crispEdges\" role=\"img\"><path fill=\"#fff\" d=\"M0 0h" + size + "v" + size +
           "H0z\"/>" + "<path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

}  // namespace whatsflow::security
