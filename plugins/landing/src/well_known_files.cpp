#include "well_known_files.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <memory>

namespace whatsflow::landing {

namespace {

struct WellKnownFile {
    const char* name;
    const char* content_type;
};

constexpr std::array<WellKnownFile, 6> kFiles{{{"favicon.ico", "image/x-icon"},
                                               {"apple-touch-icon.png", "image/png"},
                                               {"icon-192.png", "image/png"},
                                               {"icon-512.png", "image/png"},
                                               {"og.png", "image/png"},
                                               {"site.webmanifest", "application/manifest+json"}}};

sdk::Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return sdk::fail("landing.file_missing", "cannot read " + path + "; install the plugin again");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

sdk::Result<void> register_well_known_files(sdk::Host& host) {
    for (const auto& [name, content_type] : kFiles) {
        auto content = read_file(host.install_directory() + "/assets/public/" + name);
        if (!content) return content.error();
        const auto bytes = std::make_shared<const std::string>(std::move(*content));
        auto route = sdk::get(sdk::Site::landing, "/" + std::string(name), sdk::Permission::everyone(),
                              [bytes, type = std::string(content_type)](const sdk::Request&) {
                                  auto response = sdk::bytes(*bytes, type);
                                  response.header("Cache-Control", "public, max-age=86400");
                                  return response;
                              });
        route.execution = sdk::Execution::loop;
        route.summary = "Served from the plugin's folder";
        if (auto registered = host.route(std::move(route)); !registered) return registered.error();
    }
    return sdk::ok();
}

}  // namespace whatsflow::landing
