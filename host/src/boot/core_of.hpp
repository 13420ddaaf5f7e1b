/// \file
/// A Core for one command: from the command line's configuration, without a server.
#pragma once

#include "boot/command_line.hpp"
#include "boot/core.hpp"

namespace whatsflow::boot {

/// Nothing is started or migrated yet.
sdk::Result<std::unique_ptr<Core>> core_of(const CommandLine& line, Purpose purpose);

/// The same with the core migrated and the enabled plugins started.
sdk::Result<std::unique_ptr<Core>> started_core_of(const CommandLine& line, Purpose purpose);

}  // namespace whatsflow::boot
