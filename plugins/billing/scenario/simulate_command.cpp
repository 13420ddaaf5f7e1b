#include "simulate_command.hpp"

#include "runner.hpp"

#include <filesystem>
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

sdk::Result<nlohmann::ordered_json> told(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return text.error();
    const auto story = read_story_text(*text);
    if (!story) return sdk::fail(story.error().code, path + ": " + story.error().message);
    const auto told = run_story(*story);
    if (!told) return told.error();
    return result_of(*told);
}

/// Each story of a folder, by the name of its file.
sdk::Result<nlohmann::json> told_in(const std::filesystem::path& folder) {
    auto results = nlohmann::json::object();
    std::error_code unreadable;
    for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
        if (entry.path().extension() != ".json") continue;
        const auto result = told(entry.path().string());
        if (!result) return result.error();
        results[entry.path().filename().string()] = *result;
    }
    if (unreadable) return sdk::fail("scenario.unreadable", "The folder '" + folder.string() + "' cannot be read.");
    return results;
}

sdk::Result<sdk::CommandOutput> simulate(const sdk::CallContext&, const sdk::CommandArguments& arguments) {
    const auto& path = arguments.positional.at(0);
    if (std::filesystem::is_directory(path)) {
        auto results = told_in(path);
        if (!results) return results.error();
        return sdk::CommandOutput{*std::move(results), {}, {}};
    }
    const auto result = told(path);
    if (!result) return result.error();
    return sdk::CommandOutput{nlohmann::json(*result), {}, {}};
}

}  // namespace

sdk::Command simulate_command() {
    return {"billing simulate",
            "Replays a billing scenario, or each of a folder, in memory and prints what happened",
            {"FILE"},
            {},
            simulate};
}

}  // namespace whatsflow::billing::scenario
