#include "simulate_command.hpp"

#include "runner.hpp"

#include <fstream>
#include <sstream>

namespace whatsflow::billing::scenario {
namespace {

/// A story of ten thousand steps is some two million characters.
constexpr std::streamoff kLargestFile = 16 << 20;

sdk::Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0 || size > kLargestFile)
        return sdk::fail("scenario.unreadable", size < 0 ? "The file '" + path + "' cannot be read; is its name right?"
                                                         : "The file '" + path + "' is larger than 16 MB.");
    file.seekg(0);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

sdk::Result<sdk::CommandOutput> simulate(const sdk::CallContext&, const sdk::CommandArguments& arguments) {
    const auto& path = arguments.positional.at(0);
    const auto text = read_file(path);
    if (!text) return text.error();
    const auto story = read_story_text(*text);
    if (!story) return sdk::fail(story.error().code, path + ": " + story.error().message);
    const auto told = run_story(*story);
    if (!told) return told.error();
    return sdk::CommandOutput{nlohmann::json(result_of(*told)), {}, {}};
}

}  // namespace

sdk::Command simulate_command() {
    return {
        "billing simulate", "Replays a billing scenario in memory and prints what happened", {"FILE"}, {}, simulate};
}

}  // namespace whatsflow::billing::scenario
