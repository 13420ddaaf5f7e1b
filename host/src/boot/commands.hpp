/// \file
/// The commands of the program itself. Plugins add theirs (sdk/command.hpp).
#pragma once

#include "boot/command_line.hpp"

#include <string>
#include <vector>

namespace whatsflow::boot {

struct BuiltinCommand {
    std::string name;   ///< `plugins check`
    std::string usage;  ///< what stands behind the name: `FILE|DIR`
    std::string summary;
    std::size_t least_words = 0;  ///< words behind the name
    std::size_t most_words = 0;
    std::vector<std::string> switches;       ///< besides those every command knows
    std::vector<std::string> value_options;  ///< options that take a value
    int (*run)(const CommandLine&) = nullptr;
};

const std::vector<BuiltinCommand>& builtin_commands();

int serve(const CommandLine& line);
int migrate(const CommandLine& line);
int config_check(const CommandLine& line);
int config_show(const CommandLine& line);
int plugins_list(const CommandLine& line);
int plugins_check(const CommandLine& line);
int plugins_enable(const CommandLine& line);
int plugins_disable(const CommandLine& line);
int list_routes(const CommandLine& line);
int list_events(const CommandLine& line);
int make_new(const CommandLine& line);
int doctor(const CommandLine& line);
int make_backup(const CommandLine& line);
int verify_backup(const CommandLine& line);
int restore_backup(const CommandLine& line);
int keys_rotate(const CommandLine& line);
int demo_load(const CommandLine& line);

/// A command that a plugin brought; nothing when no plugin knows the words.
std::optional<int> run_plugin_command(const std::vector<std::string>& arguments);

/// Says the error's sentence; 2 for wrong usage, else 1.
int refuse(const sdk::Error& error);

}  // namespace whatsflow::boot
