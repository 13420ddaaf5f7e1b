// Any target: parsing and routing must neither crash nor let through what it promises to refuse.
#include "web/router.hpp"
#include "web/target.hpp"
#include "web/text.hpp"

#include <cstdlib>

using namespace whatsflow;

namespace {

std::shared_ptr<const web::Router> some_routes() {
    const auto handler = [](const sdk::Request&) { return sdk::Response(); };
    std::vector<web::RouteEntry> entries;
    for (const char* pattern : {"/", "/a", "/a/{x}", "/a/{x}/b", "/a/c/{y}", "/{p}/{q}/{r}/{s}"})
        entries.push_back({sdk::get(sdk::Site::app, pattern, sdk::Permission::everyone(), handler), "fuzz"});
    return *web::Router::build(std::move(entries));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto router = some_routes();
    const std::string raw(reinterpret_cast<const char*>(data), size);
    const auto target = web::parse_target(raw);
    if (!target) {
        if (web::is_plain_path(raw)) std::abort();
        return 0;
    }
    if (web::is_plain_path(raw) && target->path != raw) std::abort();
    for (const auto& segment : target->segments)
        if (segment.empty() || segment == "." || segment == ".." || web::has_control(segment) || !web::is_utf8(segment))
            std::abort();
    const auto match = router->find(sdk::Site::app, sdk::Method::get, target->segments);
    if (match.entry && match.parameters.entries().size() > target->segments.size()) std::abort();
    sdk::Headers headers;
    headers.add("Cookie", raw);
    (void)web::parse_cookies(headers);
    return 0;
}
