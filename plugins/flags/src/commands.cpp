#include "commands.hpp"

#include "core/delta.hpp"
#include "core/evaluation.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

const sdk::Actor kCommandLine{.kind = "command", .id = {}, .label = "command line", .impersonator = {}, .address = {}};

sdk::Result<std::string> file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file) return sdk::fail("flags.unreadable", "The file '" + path + "' cannot be read; is its name right?");
    return text.str();
}

bool is_environment(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

sdk::Result<std::string> environment_of(const sdk::CommandArguments& arguments) {
    auto environment = arguments.find("--environment").value_or(kProduction);
    if (!is_environment(environment))
        return sdk::fail("flags.bad_environment", "An environment is letters, digits, - and _, at most 40.");
    return environment;
}

void warn(const std::vector<std::string>& warnings) {
    for (const auto& each : warnings) std::cerr << "Warning: " << each << '\n';
}

sdk::Result<sdk::CommandOutput> import_file(Store& store, const sdk::CallContext& context,
                                            const sdk::CommandArguments& arguments) {
    const auto environment = environment_of(arguments);
    if (!environment) return environment.error();
    const auto& path = arguments.positional.at(0);
    const auto text = file_text(path);
    if (!text) return text.error();
    const auto document = parse_json(*text);
    if (!document) return sdk::fail(document.error().code, path + ": " + document.error().message);
    const auto rules = RuleSet::compile(*document);
    if (!rules) return sdk::fail(rules.error().code, path + ": " + rules.error().message);
    warn((*rules)->warnings());
    const auto mode = arguments.has("--replace") ? ImportMode::replace : ImportMode::merge;
    const auto counts = store.import(context, kCommandLine, *environment, folded(*document), mode);
    if (!counts) return counts.error();
    return sdk::CommandOutput{{{"environment", *environment},
                               {"added", counts->added},
                               {"changed", counts->changed},
                               {"removed", counts->removed},
                               {"warnings", (*rules)->warnings().size()}},
                              {},
                              {}};
}

sdk::Result<sdk::CommandOutput> export_all(Store& store, const sdk::CallContext& context,
                                           const sdk::CommandArguments& arguments) {
    const auto environment = environment_of(arguments);
    if (!environment) return environment.error();
    auto document = store.load(context, *environment, kDefaultProject);
    if (!document) return document.error();
    return sdk::CommandOutput{std::move(*document), {}, {}};
}

sdk::Result<sdk::CommandOutput> evaluate_input(const sdk::Clock& clock, const sdk::CommandArguments& arguments) {
    const auto path = arguments.find("--definitions");
    if (!path) return sdk::fail("flags.no_definitions", "Say which flags to evaluate: --definitions FILE.");
    const auto text = file_text(*path);
    if (!text) return text.error();
    if (auto done = evaluate_lines(*text, std::cin, std::cout, clock); !done)
        return sdk::fail(done.error().code, done.error().message);
    return sdk::CommandOutput{};
}

}  // namespace

sdk::Result<void> evaluate_lines(std::string_view definitions, std::istream& in, std::ostream& out,
                                 const sdk::Clock& clock) {
    const auto rules = RuleSet::parse(definitions);
    if (!rules) return rules.error();
    warn((*rules)->warnings());
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (trimmed(line).empty()) continue;
        const auto where = "Line " + std::to_string(number);
        const auto question = parse_json(line);
        if (!question || !question->is_object())
            return sdk::fail("flags.bad_line", where + " is no JSON object with flag and context.");
        const auto flag = question->find("flag");
        if (flag == question->end() || !flag->is_string())
            return sdk::fail("flags.bad_line", where + " has no text 'flag'.");
        const auto context = question->find("context");
        if (context != question->end() && !context->is_object() && !context->is_null())
            return sdk::fail("flags.bad_line", where + " has a context that is no object.");
        const auto answer = evaluate(**rules, flag->get<std::string>(),
                                     context_from_json(context == question->end() ? json() : *context), {clock});
        const json told{{"flag", *flag}, {"enabled", answer.enabled}, {"variant", variant_json(answer)}};
        // Each at once, for a program that asks one by one.
        out << told.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }
    return sdk::ok();
}

sdk::Result<void> register_commands(sdk::Host& host, Store& store) {
    const sdk::CommandOption environment{"--environment", "E", "The environment, production unless said otherwise"};
    sdk::Command import{
        "flags import",
        "Takes over definitions in the Unleash shape; a running server serves them at once",
        {"FILE"},
        {{"--replace", "", "Flags and segments that the file does not name are removed"}, environment},
        [&store](const auto& context, const auto& arguments) { return import_file(store, context, arguments); }};
    sdk::Command export_{
        "flags export",
        "Prints all definitions in the Unleash shape",
        {},
        {environment},
        [&store](const auto& context, const auto& arguments) { return export_all(store, context, arguments); }};
    sdk::Command evaluate{
        "flags evaluate",
        "Answers JSON lines {\"flag\", \"context\"} from standard input by the definitions of a file",
        {},
        {{"--definitions", "FILE", "Definitions in the Unleash shape"}},
        [&host](const auto&, const auto& arguments) { return evaluate_input(host.clock(), arguments); }};
    for (auto* command : {&import, &export_, &evaluate})
        if (auto done = host.command(std::move(*command)); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::flags
