// Commands that plugins brought, and those that speak to every plugin.
#include "boot/commands.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"

#include <whatsflow/sdk/demo_data.hpp>

#include <algorithm>
#include <cstdio>

namespace whatsflow::boot {
namespace {

std::string usage_of(const sdk::Command& command) {
    std::string usage = "whatsflow " + command.name;
    for (const auto& name : command.positional) usage += " " + name;
    for (const auto& option : command.options)
        usage += " [" + option.name + (option.placeholder.empty() ? "" : " " + option.placeholder) + "]" +
                 (option.repeatable ? "…" : "");
    return usage;
}

void print_command_help(const sdk::Command& command) {
    std::string text = usage_of(command) + "\n  " + command.summary + "\n";
    for (const auto& option : command.options)
        text += "\n  " + option.name + (option.placeholder.empty() ? "" : " " + option.placeholder) + "\n      " + option.description + "\n";
    std::fputs(text.c_str(), stdout);
}

/// The command's own view of the line: its options with its own idea of which take values.
sdk::Result<sdk::CommandArguments> arguments_for(const sdk::Command& command, const CommandLine& line) {
    sdk::CommandArguments arguments;
    const auto own_words = static_cast<std::size_t>(std::ranges::count(command.name, ' ')) + 1;
    arguments.positional.assign(line.words.begin() + static_cast<std::ptrdiff_t>(own_words), line.words.end());
    if (arguments.positional.size() != command.positional.size())
        return sdk::fail("usage", "Usage: " + usage_of(command));
    for (const auto& [name, value] : line.options) {
        const auto known = std::ranges::find(command.options, name, &sdk::CommandOption::name);
        if (known == command.options.end())
            return sdk::fail("usage", "`whatsflow " + command.name + "` has no option " + name + ". Usage: " + usage_of(command));
        if (!known->repeatable && arguments.options.contains(name))
            return sdk::fail("usage", "Option " + name + " may be given once only.");
        arguments.options.emplace(name, value);
    }
    return arguments;
}

/// The command with the longest name that the line begins with.
std::optional<sdk::Command> find_command(const Core& core, const CommandLine& line) {
    std::optional<sdk::Command> found;
    for (auto& registered : core.plugins().commands())
        if (line.names(registered.command.name) &&
            (!found || registered.command.name.size() > found->name.size()))
            found = std::move(registered.command);
    return found;
}

int run_on_real_data(const CommandLine& line, const sdk::CommandArguments& arguments) {
    auto core = started_core_of(line, Purpose::command);
    if (!core) return refuse(core.error());
    const auto command = find_command(**core, line);
    if (!command) return refuse(sdk::fail("boot.command_gone", "The plugin that has this command did not start; see `whatsflow plugins list`."));
    sdk::CallContext context;
    context.request_id = sdk::make_uuid();
    auto output = command->run(context, arguments);
    if (!output) return refuse(output.error());
    print_result(output->result, output->columns, line.json, output->when_empty);
    return 0;
}

}  // namespace

std::optional<int> run_plugin_command(const std::vector<std::string>& arguments) {
    // First without knowing options, and with all data in memory: a mistyped command must not
    // prepare a data folder.
    auto rough = parse_command_line(arguments, {});
    if (!rough || rough->words.empty()) return std::nullopt;
    auto look = started_core_of(*rough, Purpose::inspect);
    if (!look) return refuse(look.error());
    const auto known = find_command(**look, *rough);
    if (!known) return std::nullopt;
    if (rough->help) {
        print_command_help(*known);
        return 0;
    }
    std::vector<std::string> value_options;
    for (const auto& option : known->options)
        if (!option.placeholder.empty()) value_options.push_back(option.name);
    auto line = parse_command_line(arguments, value_options);
    if (!line) return refuse(line.error());
    auto own = arguments_for(*known, *line);
    if (!own) return refuse(own.error());
    look->reset();
    return run_on_real_data(*line, *own);
}

int demo_load(const CommandLine& line) {
    auto core = started_core_of(line, Purpose::command);
    if (!core) return refuse(core.error());
    sdk::CallContext context;
    context.request_id = sdk::make_uuid();
    auto rows = nlohmann::json::array();
    for (auto& found : (*core)->services().find(sdk::DemoData::kId, {})) {
        const sdk::ServiceHandle<sdk::DemoData> demo(std::move(found));
        auto loaded = demo.call(&sdk::DemoData::load, context);
        if (!loaded) return refuse(loaded.error());
        rows.push_back({{"plugin", demo.provider()}, {"loaded", *loaded}});
    }
    print_result(rows, {"plugin", "loaded"}, line.json, "No enabled plugin brings demonstration data.");
    return 0;
}

}  // namespace whatsflow::boot
