// whatsflow-conformance PLUGIN_DIR [--kind KIND] [--scenario FILE] [--json]
// Exit: 0 every check passed, 1 one failed, 2 wrong usage.
#include "supervised.hpp"

#include <fstream>
#include <iostream>

namespace {

constexpr const char* kUsage =
    "whatsflow-conformance PLUGIN_DIR [--kind payment_provider|analytics_sink|tax_provider] [--scenario FILE] "
    "[--json]\n"
    "Walks a built plugin through what the host expects of it.\n";

struct Arguments {
    std::string folder;
    whatsflow::conformance::WalkOptions walk;
    bool json = false;
};

/// Nothing when the arguments make no sense; the reason has been printed.
std::optional<Arguments> read_arguments(const std::vector<std::string>& words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const bool has_value = i + 1 < words.size();
        if (word == "--json") {
            arguments.json = true;
        } else if (word == "--kind" && has_value) {
            arguments.walk.kind = words[++i];
            if (arguments.walk.kind != "payment_provider" && arguments.walk.kind != "analytics_sink" &&
                arguments.walk.kind != "tax_provider") {
                std::cerr << "There is no kind '" << arguments.walk.kind << "'.\n" << kUsage;
                return std::nullopt;
            }
        } else if (word == "--scenario" && has_value) {
            std::ifstream file(words[++i]);
            arguments.walk.scenario = nlohmann::json::parse(file, nullptr, false);
            if (!arguments.walk.scenario.is_object()) {
                std::cerr << "The scenario " << words[i] << " is not a JSON object.\n";
                return std::nullopt;
            }
        } else if (!word.starts_with("-") && arguments.folder.empty()) {
            arguments.folder = word;
        } else {
            std::cerr << "'" << word << "' is not understood.\n" << kUsage;
            return std::nullopt;
        }
    }
    if (arguments.folder.empty() || !std::filesystem::is_directory(arguments.folder)) {
        std::cerr << "Say the folder of a built plugin.\n" << kUsage;
        return std::nullopt;
    }
    return arguments;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> given(words + 1, words + count);
    if (given.size() == 1 && (given[0] == "--help" || given[0] == "-h")) {
        std::cout << kUsage;
        return 0;
    }
    const auto arguments = read_arguments(given);
    if (!arguments) return 2;

    auto list = nlohmann::json::array();
    std::size_t total = 0;
    const auto failures = whatsflow::conformance::walk_supervised(
        arguments->folder, arguments->walk, std::chrono::seconds(100), [&](const auto& finding) {
            ++total;
            if (arguments->json)
                list.push_back({{"check", finding.check}, {"ok", finding.passed}, {"sentence", finding.sentence}});
            else
                std::cout << (finding.passed ? "ok    " : "FAIL  ") << finding.check << ": " << finding.sentence
                          << '\n';
        });
    if (arguments->json)
        std::cout << nlohmann::json{{"checks", list}, {"passed", total - failures}, {"failed", failures}}.dump(2)
                  << '\n';
    else
        std::cout << total - failures << " passed, " << failures << " failed\n";
    return failures == 0 ? 0 : 1;
}
