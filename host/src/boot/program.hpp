/// \file
/// The `whatsflow` program: reads the command line, runs one command, returns its exit code.
#pragma once

namespace whatsflow::boot {

/// 0 done, 1 refused or failed with a sentence on standard error, 2 wrong usage.
int run_program(int argc, char** argv);

}  // namespace whatsflow::boot
