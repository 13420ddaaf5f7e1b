/// \file
/// Commands that a plugin adds to the `whatsflow` program, such as `contact list`.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

struct CommandOption {
    std::string name;         ///< `--limit`
    std::string placeholder;  ///< `N`; empty for a switch
    std::string description;
    bool repeatable = false;
};

class CommandArguments {
public:
    std::vector<std::string> positional;
    std::multimap<std::string, std::string> options;  ///< `--limit` → `20`; a switch → ""

    bool has(const std::string& option) const { return options.contains(option); }
    std::optional<std::string> find(const std::string& option) const {
        auto found = options.find(option);
        return found == options.end() ? std::nullopt : std::optional(found->second);
    }
};

/// What a command answers. An array of objects is printed as a table of `columns`, or as it
/// is with `--json`.
struct CommandOutput {
    nlohmann::json result;
    std::vector<std::string> columns;
    std::string when_empty;  ///< a sentence instead of an empty table
};

struct Command {
    std::string name;     ///< `contact list`
    std::string summary;  ///< one line
    std::vector<std::string> positional;  ///< names of required arguments
    std::vector<CommandOption> options;
    std::function<Result<CommandOutput>(const CallContext&, const CommandArguments&)> run;
};

}  // namespace whatsflow::sdk
