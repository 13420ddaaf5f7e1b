#include "config/configuration.hpp"
#include "config/key_reader.hpp"
#include "config/problems.hpp"
#include "config/toml_document.hpp"
#include "config/typed_settings.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>

extern char** environ;

namespace whatsflow::config {
namespace {

constexpr std::size_t largest_file = 1024 * 1024;

sdk::Result<std::string> read_text(const LoadRequest& request) {
    std::ifstream stream{request.file, std::ios::binary};
    if (!stream) {
        const bool absent = ::access(request.file.c_str(), F_OK) != 0;
        if (absent && !request.must_exist) return std::string{};
        return sdk::fail("config.unreadable",
                         request.file + (absent ? ": there is no such file; name another with --config"
                                                : ": this user may not read the file"));
    }
    std::string text(largest_file + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) return sdk::fail("config.unreadable", request.file + ": reading failed; is it a file?");
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest_file) return sdk::fail("config.unreadable", request.file + ": is larger than 1 MiB");
    return text;
}

}  // namespace

std::string_view to_text(Source source) {
    switch (source) {
        case Source::standard: return "default";
        case Source::file: return "file";
        case Source::environment: return "environment";
    }
    return "default";
}

sdk::Result<Configuration> load_text(std::string_view toml, const LoadRequest& request) {
    auto document = parse_toml(toml);
    if (!document) {
        const std::string_view with_line = document.error().message;  // "line 3: …" becomes "file:3: …"
        return sdk::fail("config.invalid", request.file + ":" + std::string{with_line.substr(5)});
    }
    Problems problems;
    auto keys = read_keys(*document, request, problems);
    auto result = to_configuration(std::move(keys), request, problems);
    if (!problems.empty()) return problems.to_error();
    return result;
}

sdk::Result<Configuration> load(const LoadRequest& request) {
    auto text = read_text(request);
    if (!text) return text.error();
    return load_text(*text, request);
}

Environment process_environment() {
    Environment result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) result.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return result;
}

}  // namespace whatsflow::config
