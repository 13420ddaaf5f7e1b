#include "config/config_file_edit.hpp"

#include "config/toml_document.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace whatsflow::config {
namespace {

/// Offset behind the line `[plugins]`, or nothing.
std::optional<std::size_t> end_of_section_line(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto end = text.find('\n', begin);
        end = end == std::string_view::npos ? text.size() : end + 1;
        std::string line;
        for (const char c : text.substr(begin, end - begin)) {
            if (c == '#') break;
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') line += c;
        }
        if (line == "[plugins]") return end;
        begin = end;
    }
    return std::nullopt;
}

/// Texts that could be the answer, the nicest first. Which of them is right TOML with the
/// right meaning is decided by reading them back.
std::vector<std::string> candidates(const std::string& text, const std::string& list) {
    if (const auto value = find_value(text, "plugins", "enabled")) {
        return {text.substr(0, value->begin) + list + text.substr(value->end)};
    }
    std::vector<std::string> result;
    const std::string line_end = text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
    const std::string gap = text.empty() || text.ends_with('\n') ? "" : line_end;
    if (const auto after = end_of_section_line(text)) {
        const std::string before = text.substr(0, *after);
        result.push_back(before + (before.ends_with('\n') ? "" : line_end) + "enabled = " + list + line_end +
                         text.substr(*after));
    }
    result.push_back(text + gap + (text.empty() ? "" : line_end) + "[plugins]" + line_end + "enabled = " + list +
                     line_end);
    result.push_back("plugins.enabled = " + list + line_end + text);
    return result;
}

sdk::Error cannot_write(const std::string& file) {
    return sdk::fail("config.unwritable", file + " cannot be written: " + std::generic_category().message(errno) +
                                              "; check the rights of the file and its folder");
}

/// A file next to the real one that disappears unless it took its place.
class Replacement {
public:
    explicit Replacement(std::string target) : target_(std::move(target)), name_(target_ + ".XXXXXX") {
        descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC);
    }
    ~Replacement() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (descriptor_ >= 0 && !in_place_) ::unlink(name_.c_str());
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    bool write(std::string_view text) {
        struct stat status {};
        const bool exists = ::stat(target_.c_str(), &status) == 0;
        if (descriptor_ < 0 || ::fchmod(descriptor_, exists ? status.st_mode & 07777U : 0640) != 0) return false;
        // Only root may give files away; for others the owner is the same anyway.
        if (exists && ::fchown(descriptor_, status.st_uid, status.st_gid) != 0 && ::geteuid() == 0) return false;
        while (!text.empty()) {
            const auto written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return ::fsync(descriptor_) == 0;
    }

    bool take_the_place() {
        in_place_ = ::rename(name_.c_str(), target_.c_str()) == 0;
        return in_place_;
    }

private:
    const std::string target_;
    std::string name_;
    int descriptor_ = -1;
    bool in_place_ = false;
};

std::string behind_links(const std::string& file) {
    char* const resolved = ::realpath(file.c_str(), nullptr);
    if (resolved == nullptr) return file;
    std::string path{resolved};
    std::free(resolved);  // NOLINT(cppcoreguidelines-no-malloc): realpath allocates so
    return path;
}

}  // namespace

sdk::Result<std::string> with_enabled_plugins(std::string_view text, const std::vector<std::string>& ids) {
    const auto before = parse_toml(text);
    if (!before) return before.error();
    auto wanted = before->values;
    if (wanted.contains("plugins") && !wanted["plugins"].is_object()) {
        return sdk::fail("config.invalid", "plugins is not a section in this file; write [plugins] and its keys below");
    }
    wanted["plugins"]["enabled"] = ids;
    for (const auto& candidate : candidates(std::string{text}, to_toml(ids))) {
        const auto after = parse_toml(candidate);
        if (after && after->values == wanted) return candidate;
    }
    return sdk::fail("config.invalid",
                     "plugins.enabled could not be changed without touching other lines; set it by hand");
}

sdk::Result<void> set_enabled_plugins(const std::string& file, const std::vector<std::string>& ids) {
    const auto target = behind_links(file);
    std::ifstream stream{target, std::ios::binary};
    if (!stream && ::access(target.c_str(), F_OK) == 0) {
        return sdk::fail("config.unreadable", file + ": this user may not read the file");
    }
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    auto changed = with_enabled_plugins(text, ids);
    if (!changed) return sdk::fail(changed.error().code, file + ": " + changed.error().message);
    if (*changed == text) return sdk::ok();

    Replacement replacement{target};
    if (!replacement.write(*changed) || !replacement.take_the_place()) return cannot_write(file);
    return sdk::ok();
}

}  // namespace whatsflow::config
