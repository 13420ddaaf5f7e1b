/// \file
/// The configuration a command line asks for.
#pragma once

#include "boot/command_line.hpp"
#include "config/configuration.hpp"

namespace whatsflow::boot {

/// `--config`, else WHATSFLOW_CONFIG, else config/whatsflow.toml when there is one, else the
/// defaults; the environment overrides.
sdk::Result<config::Configuration> configuration_of(const CommandLine& line);

/// The path that `configuration_of` reads.
std::filesystem::path configuration_file_of(const CommandLine& line);

}  // namespace whatsflow::boot
