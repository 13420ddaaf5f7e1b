#include "boot/configuration_of.hpp"

namespace whatsflow::boot {
namespace {

config::LoadRequest request_for(const CommandLine& line) {
    config::LoadRequest request{.file = line.config.string(),
                                .must_exist = line.config_given,
                                .environment = config::process_environment()};
    if (const auto named = request.environment.find("WHATSFLOW_CONFIG");
        !line.config_given && named != request.environment.end() && !named->second.empty()) {
        request.file = named->second;
        request.must_exist = true;
    }
    return request;
}

}  // namespace

sdk::Result<config::Configuration> configuration_of(const CommandLine& line) {
    return config::load(request_for(line));
}

std::filesystem::path configuration_file_of(const CommandLine& line) { return request_for(line).file; }

}  // namespace whatsflow::boot
