// A template and a model of any bytes: read, checked, spliced and rendered without a crash.
#include "views/compiled_template.hpp"
#include "views/template_lint.hpp"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace whatsflow::views;
    const std::string input(reinterpret_cast<const char*>(bytes), size);
    const auto split = input.find('\0');
    Problems problems;
    const auto source = parse_template("fuzz.mustache", input.substr(0, split), problems);
    lint_template(source, problems);
    if (!problems.empty()) {
        (void)to_error("theme.invalid", "fuzz", problems);
        return 0;
    }
    const Texts texts;
    const Surroundings surroundings{[&source](std::string_view) { return &source; },
                                    [](std::string_view) { return std::string("/assets/a.css"); }, &texts};
    auto flat = flatten(source, "en", surroundings, problems);
    if (!problems.empty()) return 0;
    const auto compiled = CompiledTemplate::compile(std::move(flat), "en");
    // What the checks let through, the library must take.
    if (!compiled) __builtin_trap();
    auto model = nlohmann::json::parse(split == std::string::npos ? "{}" : input.substr(split + 1), nullptr, false);
    if (model.is_discarded()) model = {{"a", input}, {"b", {1, nullptr, {{"c", "<"}}}}};
    Scope scope;
    scope.push(&model);
    std::set<std::string> missing;
    (void)compiled->render(scope, missing);
    return 0;
}
