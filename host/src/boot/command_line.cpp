#include "boot/command_line.hpp"

#include <algorithm>
#include <sstream>

namespace whatsflow::boot {

bool CommandLine::has(const std::string& option) const { return find(option).has_value(); }

std::optional<std::string> CommandLine::find(const std::string& option) const {
    for (const auto& [name, value] : options)
        if (name == option) return value;
    return std::nullopt;
}

bool CommandLine::names(const std::string& command) const {
    std::istringstream stream(command);
    std::size_t at = 0;
    for (std::string word; stream >> word; ++at)
        if (at >= words.size() || words[at] != word) return false;
    return true;
}

sdk::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                            const std::vector<std::string>& value_options) {
    CommandLine line;
    bool only_words = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (only_words || argument.empty() || argument[0] != '-' || argument == "-") {
            line.words.push_back(argument);
            continue;
        }
        if (argument == "--") {
            only_words = true;
            continue;
        }
        const auto equals = argument.find('=');
        const std::string name = argument == "-h" ? "--help" : argument.substr(0, equals);
        std::optional<std::string> value;
        if (equals != std::string::npos) value = argument.substr(equals + 1);

        const bool wants_value =
            name == "--config" || name == "--data" || std::ranges::find(value_options, name) != value_options.end();
        if (wants_value && !value) {
            if (++i >= arguments.size()) return sdk::fail("usage", "Option " + name + " needs a value.");
            value = arguments[i];
        }
        if (!wants_value && value) return sdk::fail("usage", "Option " + name + " takes no value.");

        if (name == "--config") {
            line.config = *value;
            line.config_given = true;
        } else if (name == "--data") {
            line.data = *value;
        } else if (name == "--json") {
            line.json = true;
        } else if (name == "--help") {
            line.help = true;
        } else if (name == "--version") {
            line.version = true;
        } else {
            line.options.emplace_back(name, value.value_or(""));
        }
    }
    return line;
}

}  // namespace whatsflow::boot
