// Any bytes as plugin.json: a manifest or a sentence, never an exception.
#include "plugins/manifest.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto manifest = whatsflow::plugins::parse_manifest({reinterpret_cast<const char*>(data), size});
    if (manifest && !whatsflow::plugins::is_plugin_id(manifest->id)) __builtin_trap();
    if (!manifest && manifest.error().message.empty()) __builtin_trap();
    return 0;
}
