#include "boot/core_of.hpp"

#include "boot/configuration_of.hpp"

namespace whatsflow::boot {

sdk::Result<std::unique_ptr<Core>> core_of(const CommandLine& line, Purpose purpose) {
    auto configuration = configuration_of(line);
    if (!configuration) return configuration.error();
    if (purpose != Purpose::inspect) {
        std::error_code error;
        std::filesystem::create_directories(line.data, error);
        if (error)
            return sdk::fail("boot.data_folder",
                             "Cannot create " + line.data.string() + ": " + error.message() + ". Choose another with --data.");
    }
    return Core::assemble(std::move(*configuration), {.installation = Installation::find(),
                                                      .data = std::filesystem::absolute(line.data),
                                                      .purpose = purpose,
                                                      .safe_mode = false});
}

sdk::Result<std::unique_ptr<Core>> started_core_of(const CommandLine& line, Purpose purpose) {
    auto core = core_of(line, purpose);
    if (!core) return core;
    if (auto migrated = (*core)->migrate_core(); !migrated) return migrated.error();
    if (auto started = (*core)->start_plugins(); !started) return started.error();
    return core;
}

}  // namespace whatsflow::boot
