#include "boot/scaffold.hpp"

#include "data/migration_files.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;
using Names = std::map<std::string, std::string>;  ///< what for → the name

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

sdk::Result<void> write_new(const fs::path& file, const std::string& text) {
    std::error_code error;
    if (fs::exists(file, error)) return sdk::fail("scaffold.exists", file.string() + " exists already; nothing was changed in it.");
    fs::create_directories(file.parent_path(), error);
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.flush();
    if (!stream) return sdk::fail("scaffold.unwritable", "Cannot write " + file.string() + ".");
    return sdk::ok();
}

bool made_of(std::string_view text, std::string_view more) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
    });
}

/// `geo_notes` → `Geo notes`, or `GeoNotes` when each word is capitalised and joined.
std::string capitalised(const std::string& name, bool join) {
    std::string text;
    bool start = true;
    for (const char c : name) {
        if (c == '_') {
            if (!join) text += ' ';
            start = join;
            continue;
        }
        text += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        start = false;
    }
    return text;
}

Names names_of_plugin(const std::string& id) {
    const auto dot = id.rfind('.');
    std::string name = dot == std::string::npos ? id : id.substr(dot + 1);
    std::ranges::replace_if(name, [](char c) { return !made_of(std::string_view(&c, 1), "_"); }, '_');
    std::string prefix = data::table_prefix_of(id);
    prefix.pop_back();
    return {{"id", id}, {"name", name}, {"title", capitalised(name, false)}, {"class", capitalised(name, true) + "Plugin"}, {"prefix", prefix}};
}

/// Template's words → names, by its template.json.
sdk::Result<std::map<std::string, std::string>> placeholders_of(const fs::path& folder, const Names& names) {
    const auto description = nlohmann::json::parse(read(folder / "template.json"), nullptr, false);
    if (description.is_discarded())
        return sdk::fail("scaffold.template", "The template in " + folder.string() + " is missing or damaged.");
    std::map<std::string, std::string> placeholders;
    for (const auto& each : description["placeholders"])
        placeholders[each["text"]] = names.at(each["with"].get<std::string>());
    return placeholders;
}

sdk::Result<void> copy_folder(const fs::path& from, const fs::path& to, const std::map<std::string, std::string>& placeholders,
                              Scaffold& made) {
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
        if (!entry.is_regular_file() || entry.path() == from / "template.json") continue;
        const fs::path target = to / fill_in(fs::relative(entry.path(), from).string(), placeholders);
        if (auto written = write_new(target, fill_in(read(entry.path()), placeholders)); !written) return written.error();
        made.files.push_back(target.string());
    }
    std::ranges::sort(made.files);
    return sdk::ok();
}

sdk::Result<Scaffold> make_plugin(const fs::path& sdk_folder, const std::string& id, const fs::path& where) {
    if (!made_of(id, "._-") || id.find('.') == std::string::npos || id.front() == '.' || id.back() == '.')
        return sdk::fail("usage", "A plugin's id is a reverse domain in lower case, such as com.example.hello.");
    const fs::path target = where / id;
    if (fs::exists(target)) return sdk::fail("scaffold.exists", target.string() + " exists already. Choose another id, or remove it.");
    auto placeholders = placeholders_of(sdk_folder / "template", names_of_plugin(id));
    if (!placeholders) return placeholders.error();
    Scaffold made;
    if (auto copied = copy_folder(sdk_folder / "template", target, *placeholders, made); !copied) return copied.error();
    made.next = "Build it: cmake -S " + id + " -B " + id + "/build -G Ninja -DCMAKE_PREFIX_PATH=<where the SDK is installed> && cmake --build " + id +
                "/build. Then put <build>/plugins into plugins.directories and `whatsflow plugins enable " + id + "`.";
    return made;
}

/// The id in the plugin.json of the folder somebody stands in.
sdk::Result<std::string> plugin_here(const fs::path& where) {
    const auto manifest = nlohmann::json::parse(read(where / "plugin.json"), nullptr, false);
    if (!manifest.is_object() || !manifest.contains("id") || !manifest["id"].is_string())
        return sdk::fail("scaffold.no_plugin", "There is no plugin.json in " + where.string() + ". Run this in a plugin's folder.");
    return manifest["id"].get<std::string>();
}

sdk::Result<Scaffold> make_event(const fs::path& sdk_folder, const std::string& fact, const fs::path& where) {
    if (!made_of(fact, "_")) return sdk::fail("usage", "An event is a fact in the past tense, a-z 0-9 _, such as note_removed.");
    auto id = plugin_here(where);
    if (!id) return id.error();
    Names names = names_of_plugin(*id);
    names["fact"] = fact;
    names["class"] = capitalised(fact, true);
    auto placeholders = placeholders_of(sdk_folder / "template-event", names);
    if (!placeholders) return placeholders.error();
    const fs::path target = where / "src" / (fact + ".hpp");
    if (auto written = write_new(target, fill_in(read(sdk_folder / "template-event" / "event.hpp"), *placeholders)); !written)
        return written.error();
    return Scaffold{{target.string()}, "Add \"" + *id + "." + fact + "/1\" to \"publishes\" in plugin.json, and say in the comment what happened."};
}

sdk::Result<Scaffold> make_migration(const fs::path& sdk_folder, const std::string& name, const fs::path& where) {
    if (!made_of(name, "_")) return sdk::fail("usage", "A migration's name is a-z 0-9 _, such as add_colour_to_notes.");
    auto id = plugin_here(where);
    if (!id) return id.error();
    int last = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(where / "migrations", ignored))
        last = std::max(last, std::atoi(entry.path().filename().string().substr(0, 4).c_str()));
    std::string number = std::to_string(last + 1);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    auto placeholders = placeholders_of(sdk_folder / "template-migration",
                                        {{"number", number}, {"name", name}, {"table prefix", data::table_prefix_of(*id)}});
    if (!placeholders) return placeholders.error();
    const fs::path target = where / "migrations" / (number + "_" + name + ".sql");
    if (auto written = write_new(target, fill_in(read(sdk_folder / "template-migration" / "migration.sql"), *placeholders)); !written)
        return written.error();
    return Scaffold{{target.string()}, "Write the statements; `whatsflow migrate --dry-run` prints what would run."};
}

sdk::Result<Scaffold> make_theme(const fs::path& sdk_folder, const std::string& name, const fs::path& where) {
    if (!made_of(name, "_")) return sdk::fail("usage", "A theme's name is a-z 0-9 _, such as ocean.");
    const fs::path target = where / "themes" / name;
    if (fs::exists(target)) return sdk::fail("scaffold.exists", target.string() + " exists already.");
    auto placeholders = placeholders_of(sdk_folder / "template-theme", {{"name", name}, {"title", capitalised(name, false)}});
    if (!placeholders) return placeholders.error();
    Scaffold made;
    if (auto copied = copy_folder(sdk_folder / "template-theme", target, *placeholders, made); !copied) return copied.error();
    const fs::path base = where / "themes" / "default";
    for (const char* part : {"layouts", "pages", "partials", "assets", "locales", "src", "package.json", "package-lock.json", "CMakeLists.txt"}) {
        std::error_code error;
        if (!fs::exists(base / part, error) || fs::exists(target / part, error)) continue;
        fs::copy(base / part, target / part, fs::copy_options::recursive, error);
        if (error) return sdk::fail("scaffold.unwritable", "Cannot copy " + (base / part).string() + ": " + error.message() + ".");
        made.files.push_back((target / part).string());
    }
    made.next = "Change it, then set theme.name = \"" + name + "\" in the configuration.";
    return made;
}

}  // namespace

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& placeholders) {
    std::string filled;
    while (!text.empty()) {
        const std::pair<const std::string, std::string>* longest = nullptr;
        for (const auto& each : placeholders)
            if (text.starts_with(each.first) && (!longest || each.first.size() > longest->first.size())) longest = &each;
        filled += longest ? longest->second : std::string(1, text.front());
        text.remove_prefix(longest ? longest->first.size() : 1);
    }
    return filled;
}

sdk::Result<Scaffold> make_scaffold(const fs::path& sdk_folder, const std::string& kind, const std::string& name,
                                    const fs::path& where) {
    if (kind == "plugin") return make_plugin(sdk_folder, name, where);
    if (kind == "event") return make_event(sdk_folder, name, where);
    if (kind == "migration") return make_migration(sdk_folder, name, where);
    if (kind == "theme") return make_theme(sdk_folder, name, where);
    return sdk::fail("usage", "`whatsflow new` makes a plugin, an event, a migration or a theme, not a " + kind + ".");
}

}  // namespace whatsflow::boot
