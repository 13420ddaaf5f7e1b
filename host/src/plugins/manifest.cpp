#include "plugins/manifest.hpp"

#include <whatsflow/abi/sdk_digest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

namespace whatsflow::plugins {
namespace {

/// What is wrong with a manifest; caught where reading starts.
struct Mistake {
    std::string sentence;
};

using Number = std::array<unsigned, 3>;

std::optional<Number> read_version(std::string_view text, std::size_t least_parts) {
    Number number{};
    std::size_t part = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (; part < number.size(); ++part) {
        const auto [next, error] = std::from_chars(at, end, number[part]);
        if (error != std::errc{}) return std::nullopt;
        at = next;
        if (at == end) return part + 1 >= least_parts ? std::optional(number) : std::nullopt;
        if (part == 2) break;
        if (*at++ != '.') return std::nullopt;
    }
    // Semver's pre-release and build parts do not take part in comparisons here.
    return *at == '-' || *at == '+' ? std::optional(number) : std::nullopt;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

bool is_dotted(std::string_view text) {
    for (;;) {
        const auto dot = text.find('.');
        if (!is_word(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

/// `whatsflow.mailer/1`
bool is_revisioned(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || !is_dotted(text.substr(0, slash))) return false;
    const auto digits = text.substr(slash + 1);
    return !digits.empty() && digits.size() < 6 &&
           std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

class Reader {
public:
    explicit Reader(const nlohmann::json& document) : document_(document) {}

    std::string text(const char* key, bool required, std::string fallback = "") const {
        const auto found = document_.find(key);
        if (found == document_.end()) {
            if (required) throw Mistake{"the key \"" + std::string(key) + "\" is missing"};
            return fallback;
        }
        if (!found->is_string() || found->get_ref<const std::string&>().empty())
            throw Mistake{"\"" + std::string(key) + "\" must be a text that is not empty"};
        return found->get<std::string>();
    }

    std::string one_of(const char* key, const std::vector<std::string>& allowed) const {
        auto value = text(key, false, allowed.front());
        if (std::ranges::find(allowed, value) != allowed.end()) return value;
        std::string list;
        for (const auto& word : allowed) list += (list.empty() ? "" : ", ") + word;
        throw Mistake{"\"" + std::string(key) + "\" is \"" + value + "\"; it must be one of " + list};
    }

    bool boolean(const char* key, bool fallback) const {
        const auto found = document_.find(key);
        if (found == document_.end()) return fallback;
        if (!found->is_boolean()) throw Mistake{"\"" + std::string(key) + "\" must be true or false"};
        return found->get<bool>();
    }

    const nlohmann::json& list(const char* key) const {
        static const auto* const kNone = new nlohmann::json(nlohmann::json::array());
        const auto found = document_.find(key);
        if (found == document_.end()) return *kNone;
        if (!found->is_array()) throw Mistake{"\"" + std::string(key) + "\" must be a list"};
        return *found;
    }

    std::vector<std::string> names(const char* key) const {
        std::vector<std::string> all;
        for (const auto& item : list(key)) all.push_back(name(key, item));
        return all;
    }

    static std::string name(const char* key, const nlohmann::json& item) {
        if (!item.is_string() || !is_revisioned(item.get_ref<const std::string&>()))
            throw Mistake{"\"" + std::string(key) + "\" has " + item.dump() +
                          "; it must be a name and a revision, such as \"whatsflow.mailer/1\""};
        return item.get<std::string>();
    }

    void refuse_unknown(const std::vector<std::string>& known) const {
        for (const auto& [key, value] : document_.items())
            if (std::ranges::find(known, key) == known.end())
                throw Mistake{"the key \"" + key + "\" is unknown; see sdk/schema/plugin.schema.json"};
    }

private:
    const nlohmann::json& document_;
};

std::vector<Requirement> read_requirements(const Reader& reader) {
    std::vector<Requirement> all;
    for (const auto& item : reader.list("requires")) {
        if (!item.is_object() || !item.contains("service"))
            throw Mistake{"\"requires\" must be a list of {\"service\": …, \"optional\": …}"};
        const Reader inner(item);
        inner.refuse_unknown({"service", "optional"});
        all.push_back({Reader::name("requires", item.at("service")), inner.boolean("optional", false)});
    }
    return all;
}

Manifest read(const nlohmann::json& document) {
    if (!document.is_object()) throw Mistake{"it must be one JSON object"};
    const Reader reader(document);
    reader.refuse_unknown({"$schema", "id", "name", "version", "vendor", "description", "sdk", "library", "status",
                           "input_trust", "on_failure", "provides", "requires", "publishes", "listens",
                           "default_enabled", "build"});
    Manifest manifest;
    manifest.id = reader.text("id", true);
    if (!is_plugin_id(manifest.id))
        throw Mistake{"\"id\" is \"" + manifest.id +
                      "\"; it must be one lower-case word, or a reverse domain such as \"com.acme.pay\""};
    manifest.name = reader.text("name", true);
    manifest.version = reader.text("version", true);
    if (!read_version(manifest.version, 3))
        throw Mistake{"\"version\" is \"" + manifest.version + "\"; it must look like \"1.4.0\""};
    manifest.vendor = reader.text("vendor", false);
    manifest.description = reader.text("description", false);
    manifest.sdk_range = reader.text("sdk", true);
    if (auto readable = version_in_range(WF_SDK_VERSION_TEXT, manifest.sdk_range); !readable)
        throw Mistake{readable.error().message};
    manifest.library = reader.text("library", true);
    if (manifest.library.find('/') != std::string::npos || manifest.library == "." || manifest.library == "..")
        throw Mistake{"\"library\" must be the name of a file in the same folder"};
    manifest.status = reader.one_of("status", {"stable", "beta", "experimental"});
    manifest.input_trust = reader.one_of("input_trust", {"untrusted", "trusted"});
    manifest.on_failure = reader.one_of("on_failure", {"deny", "allow", "degrade"});
    manifest.provides = reader.names("provides");
    manifest.requires_services = read_requirements(reader);
    manifest.publishes = reader.names("publishes");
    manifest.listens = reader.names("listens");
    manifest.default_enabled = reader.boolean("default_enabled", true);
    if (document.contains("build")) {
        if (!document["build"].is_object()) throw Mistake{"\"build\" must be an object"};
        const Reader build(document["build"]);
        build.refuse_unknown({"sdk", "digest"});
        manifest.build_sdk = build.text("sdk", true);
        manifest.build_digest = build.text("digest", true);
    }
    return manifest;
}

}  // namespace

bool is_plugin_id(const std::string& id) {
    return id.size() <= 64 && is_dotted(id);
}

sdk::Result<bool> version_in_range(const std::string& version, const std::string& range) {
    const auto unreadable = [&] {
        return sdk::fail("plugins.bad_manifest",
                         "\"sdk\" is \"" + range + "\"; it must be a range such as \">=0.1 <1\"");
    };
    const auto ours = read_version(version, 1);
    if (!ours) return unreadable();
    std::istringstream words(range);
    std::string word;
    bool fits = true;
    bool any = false;
    while (words >> word) {
        const auto digits = std::min(word.find_first_of("0123456789"), word.size());
        const auto comparison = word.substr(0, digits);
        const auto theirs = read_version(std::string_view(word).substr(digits), 1);
        if (!theirs) return unreadable();
        any = true;
        if (comparison == ">=")
            fits = fits && *ours >= *theirs;
        else if (comparison == ">")
            fits = fits && *ours > *theirs;
        else if (comparison == "<=")
            fits = fits && *ours <= *theirs;
        else if (comparison == "<")
            fits = fits && *ours < *theirs;
        else if (comparison == "=" || comparison.empty())
            fits = fits && *ours == *theirs;
        else
            return unreadable();
    }
    if (!any) return unreadable();
    return fits;
}

sdk::Result<Manifest> read_manifest(const nlohmann::json& document) {
    try {
        return read(document);
    } catch (const Mistake& mistake) {
        return sdk::fail("plugins.bad_manifest", mistake.sentence);
    }
}

sdk::Result<Manifest> parse_manifest(const std::string& text) {
    const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (document.is_discarded()) return sdk::fail("plugins.bad_manifest", "it is not valid JSON");
    return read_manifest(document);
}

sdk::Result<void> fits_this_host(const Manifest& manifest) {
    const std::string host = "this host speaks sdk-" WF_SDK_DIGEST " (SDK " WF_SDK_VERSION_TEXT ")";
    const auto in_range = version_in_range(WF_SDK_VERSION_TEXT, manifest.sdk_range);
    if (!in_range) return in_range.error();
    if (!*in_range)
        return sdk::fail("plugins.incompatible", "needs SDK " + manifest.sdk_range + ", " + host +
                                                     ". Install a version of the plugin made for this host.");
    if (manifest.build_digest.empty())
        return sdk::fail(
            "plugins.incompatible",
            "plugin.json has no build stamp. Build the plugin with whatsflow_add_plugin(), which adds it.");
    if (manifest.build_digest != WF_SDK_DIGEST)
        return sdk::fail("plugins.incompatible", "built with SDK headers sdk-" + manifest.build_digest + ", " + host +
                                                     ". Rebuild it with find_package(WhatsFlowSDK " WF_SDK_VERSION_TEXT
                                                     ").");
    return sdk::ok();
}

}  // namespace whatsflow::plugins
