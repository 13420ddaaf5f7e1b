#include "boot/program.hpp"

#include "boot/commands.hpp"
#include "boot/output.hpp"
#include "config/nearest_name.hpp"

#include <whatsflow/abi/sdk_digest.h>

#include <algorithm>
#include <cstdio>

namespace whatsflow::boot {
namespace {

constexpr const char* kOptions =
    "Every command takes\n"
    "  --config FILE   the configuration (config/whatsflow.toml, or $WHATSFLOW_CONFIG)\n"
    "  --data DIR      database, keys and files (var)\n"
    "  --json          results for programs\n"
    "  --help          what the command does\n"
    "WHATSFLOW__SECTION__KEY=value overrides any key of the configuration.\n"
    "Exit code: 0 done, 1 refused or failed, 2 wrong usage.\n";

std::string usage_of(const BuiltinCommand& command) {
    std::string usage = "whatsflow " + command.name;
    if (!command.usage.empty()) usage += " " + command.usage;
    return usage;
}

void print_help() {
    std::string text = "Usage: whatsflow [COMMAND] [OPTIONS]\n\n";
    std::size_t widest = 0;
    for (const auto& command : builtin_commands()) widest = std::max(widest, usage_of(command).size());
    for (const auto& command : builtin_commands()) {
        const std::string usage = usage_of(command);
        text += "  " + usage + std::string(widest - usage.size() + 2, ' ') + command.summary + "\n";
    }
    text += "\nPlugins add commands of their own, such as `whatsflow contact list`.\n\n";
    std::fputs((text + kOptions).c_str(), stdout);
}

/// The command whose name has the most words in common with the beginning of the line.
const BuiltinCommand* find_builtin(const CommandLine& line) {
    const BuiltinCommand* best = nullptr;
    for (const auto& command : builtin_commands())
        if (line.names(command.name) && (!best || command.name.size() > best->name.size())) best = &command;
    return best;
}

int run_builtin(const BuiltinCommand& command, const CommandLine& line) {
    if (line.help) {
        std::printf("%s\n  %s\n\n%s", usage_of(command).c_str(), command.summary.c_str(), kOptions);
        return 0;
    }
    for (const auto& [name, value] : line.options) {
        if (std::ranges::find(command.switches, name) != command.switches.end() ||
            std::ranges::find(command.value_options, name) != command.value_options.end())
            continue;
        say("`whatsflow " + command.name + "` has no option " + name + ". Usage: " + usage_of(command));
        return 2;
    }
    const auto own_words = static_cast<std::size_t>(std::ranges::count(command.name, ' ')) + 1;
    const std::size_t given = line.words.size() - std::min(line.words.size(), own_words);
    if (given < command.least_words || given > command.most_words) {
        say("Usage: " + usage_of(command));
        return 2;
    }
    return command.run(line);
}

int unknown_command(const CommandLine& line) {
    std::string typed;
    for (const auto& word : line.words) typed += (typed.empty() ? "" : " ") + word;
    std::vector<std::string> names;
    for (const auto& command : builtin_commands()) names.push_back(command.name);
    const auto nearest = config::nearest_name(typed, names);
    say("There is no command `" + typed + "`." + (nearest ? " Did you mean `" + *nearest + "`?" : "") +
        " `whatsflow --help` lists all.");
    return 2;
}

}  // namespace

int refuse(const sdk::Error& error) {
    say(error.message);
    return error.code == "usage" ? 2 : 1;
}

int run_program(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    std::vector<std::string> value_options;
    for (const auto& command : builtin_commands())
        value_options.insert(value_options.end(), command.value_options.begin(), command.value_options.end());

    auto line = parse_command_line(arguments, value_options);
    if (line && line->version) {
        std::printf("whatsflow %s (SDK %s, sdk-%s)\n", WF_SDK_VERSION_TEXT, WF_SDK_VERSION_TEXT, WF_SDK_DIGEST);
        return 0;
    }
    if (line && line->words.empty()) {
        if (line->help) {
            print_help();
            return 0;
        }
        line->words.emplace_back("serve");
    }
    if (line) {
        if (const auto* command = find_builtin(*line)) return run_builtin(*command, *line);
    }
    // Only plugins know whether their options take values, so they read the line again.
    if (const auto code = run_plugin_command(arguments)) return *code;
    return line ? unknown_command(*line) : refuse(line.error());
}

const std::vector<BuiltinCommand>& builtin_commands() {
    static const auto* const commands = new std::vector<BuiltinCommand>{
        {"serve", "[--safe]", "run the server (the default)", 0, 0, {"--safe"}, {}, serve},
        {"migrate", "[--status|--dry-run]", "apply, list or print pending migrations", 0, 0, {"--status", "--dry-run"}, {}, migrate},
        {"config check", "", "validate the configuration, plugins' sections included", 0, 0, {}, {}, config_check},
        {"config show", "", "print the effective configuration, secrets masked", 0, 0, {}, {}, config_show},
        {"plugins list", "", "every plugin, its state and why", 0, 0, {}, {}, plugins_list},
        {"plugins check", "FILE|DIR", "try to load a plugin, in a process of its own", 1, 1, {}, {}, plugins_check},
        {"plugins enable", "ID", "enable a plugin in the configuration file", 1, 1, {}, {}, plugins_enable},
        {"plugins disable", "ID", "disable a plugin in the configuration file", 1, 1, {}, {}, plugins_disable},
        {"routes", "", "every route with its permission and limits", 0, 0, {}, {}, list_routes},
        {"events", "", "every event, who publishes it and who listens", 0, 0, {}, {}, list_events},
        {"new", "plugin|event|migration|theme NAME", "a scaffold, ready to build and tested", 2, 2, {}, {}, make_new},
        {"doctor", "", "check the installation and say what to do", 0, 0, {}, {}, doctor},
        {"keys rotate", "", "make a new key for secrets that are sealed from now on", 0, 0, {}, {}, keys_rotate},
        {"backup", "FILE", "copy database, files and key ids into one file", 1, 1, {}, {}, make_backup},
        {"backup verify", "FILE", "read a backup and compare its checksums", 1, 1, {}, {}, verify_backup},
        {"restore", "FILE [--replace]", "bring a backup back, into an empty place unless told", 1, 1, {"--replace"}, {}, restore_backup},
        {"demo load", "", "load demonstration data", 0, 0, {}, {}, demo_load},
    };
    return *commands;
}

}  // namespace whatsflow::boot
