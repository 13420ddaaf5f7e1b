#include "views/texts.hpp"

#include "views/files.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace whatsflow::views {

namespace {

using Keys = std::map<std::string, std::string, std::less<>>;

/// `en`, `si`, `pt-BR`: what may stand in a lang attribute.
bool is_locale(std::string_view name) {
    return name.size() >= 2 && name.size() <= 12 && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

void flatten(const nlohmann::json& node, const std::string& prefix, const std::string& file, Keys& keys,
             Problems& problems) {
    for (const auto& [name, value] : node.items()) {
        const auto key = prefix.empty() ? name : prefix + "." + name;
        if (value.is_object()) {
            flatten(value, key, file, keys, problems);
        } else if (value.is_string()) {
            keys[key] = value.get<std::string>();
        } else {
            problems.push_back(
                {file, 0, {}, "the text `" + key + "` is neither a string nor an object.", "Write it in quotes."});
        }
    }
}

}  // namespace

void Texts::add_folder(const std::filesystem::path& folder, const std::string& shown_as, std::string_view top_key,
                       Problems& problems) {
    for (const auto& path : files_in(folder, ".json")) {
        const auto locale = path.stem().string();
        const auto file = shown_as + "/" + path.filename().string();
        if (!is_locale(locale)) {
            problems.push_back(
                {file, 0, {}, "the name is not a language.", "Name the file en.json, si.json or pt-BR.json."});
            continue;
        }
        const auto text = read_file(path, problems, file);
        const auto document = nlohmann::json::parse(text, nullptr, false);
        if (!document.is_object()) {
            problems.push_back({file, 0, {}, "this is not a JSON object.", "Check the commas and quotes."});
            continue;
        }
        if (!top_key.empty()) {
            for (const auto& [name, value] : document.items()) {
                if (name == top_key) continue;
                problems.push_back({file,
                                    0,
                                    {},
                                    "the key `" + name + "` does not belong to this plugin.",
                                    "Put everything under `" + std::string(top_key) + "`."});
            }
        }
        flatten(document, {}, file, locales_[locale], problems);
    }
}

const std::string* Texts::find(std::string_view locale, std::string_view key) const {
    for (const auto wanted : {locale, kMainLocale}) {
        const auto keys = locales_.find(wanted);
        if (keys == locales_.end()) continue;
        const auto text = keys->second.find(key);
        if (text != keys->second.end()) return &text->second;
    }
    return nullptr;
}

std::vector<std::string> Texts::locales() const {
    std::vector<std::string> names{std::string(kMainLocale)};
    for (const auto& [locale, keys] : locales_) {
        if (locale != kMainLocale) names.push_back(locale);
    }
    return names;
}

std::vector<std::string> Texts::strays() const {
    static constexpr std::string_view kOne = "_one";
    std::vector<std::string> found;
    const auto main = locales_.find(kMainLocale);
    for (const auto& [locale, keys] : locales_) {
        if (locale == kMainLocale) continue;
        for (const auto& [key, text] : keys) {
            if (main != locales_.end() && main->second.contains(key)) continue;
            // A language may tell one from many where English does not.
            const bool plural = key.ends_with(kOne) && main != locales_.end() &&
                                main->second.contains(key.substr(0, key.size() - kOne.size()) + "_other");
            if (!plural) found.push_back(locale + ": " + key);
        }
    }
    return found;
}

}  // namespace whatsflow::views
