/// \file
/// Splits a command line into the options every command knows, the command's words, and what
/// is the command's own.
///
///     whatsflow plugins check ./acme --json --data var
///     words: plugins check ./acme     options: --json     data: var
#pragma once

#include <whatsflow/sdk/command.hpp>
#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::boot {

struct CommandLine {
    std::filesystem::path config = "config/whatsflow.toml";
    bool config_given = false;  ///< by --config or WHATSFLOW_CONFIG: then it must exist
    std::filesystem::path data = "var";
    bool json = false;
    bool help = false;
    bool version = false;
    std::vector<std::string> words;                             ///< before any option of the command
    std::vector<std::pair<std::string, std::string>> options;  ///< `--limit` → `20`; a switch → ""

    bool has(const std::string& option) const;
    std::optional<std::string> find(const std::string& option) const;

    /// True when the words begin with those of `command`, such as "plugins list".
    bool names(const std::string& command) const;
};

/// `value_options` are the options of all commands that take a value. The value follows as
/// the next word or after `=`. Errors have the code `usage`.
sdk::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& value_options);

}  // namespace whatsflow::boot
