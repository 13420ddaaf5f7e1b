/// Any text as a configuration file: it must never crash, and what loads must show.
#include "config/config_file_edit.hpp"
#include "config/show.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto configuration = whatsflow::config::load_text(text, {.file = "fuzz.toml"});
    if (configuration && whatsflow::config::show_toml(*configuration).empty()) std::abort();
    if (!configuration && configuration.error().message.empty()) std::abort();
    const auto edited = whatsflow::config::with_enabled_plugins(text, {"app"});
    if (edited && !whatsflow::config::with_enabled_plugins(*edited, {"app", "admin"})) std::abort();
    return 0;
}
