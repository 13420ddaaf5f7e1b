#include "config/secret_value.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace whatsflow::config {
namespace {

constexpr std::size_t largest_secret = 64 * 1024;

sdk::Result<std::string> read_secret_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return sdk::fail("config.secret", "the secret file " + path + " cannot be read; create it with mode 0600");
    }
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        return sdk::fail("config.secret", "everybody on this machine may read or write the secret file " + path +
                                              "; run: chmod 600 " + path);
    }
    if (static_cast<std::size_t>(status.st_size) > largest_secret) {
        return sdk::fail("config.secret", "the secret file " + path + " is larger than 64 KiB; is it the right one?");
    }
    std::ifstream stream{path, std::ios::binary};
    if (!stream) {
        return sdk::fail("config.secret", "the secret file " + path + " may not be read by this user; run chown");
    }
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

}  // namespace

bool names_a_secret(const nlohmann::json& value) {
    return value.is_object() && value.size() == 1 && (value.contains("env") || value.contains("file")) &&
           value.front().is_string();
}

sdk::Result<std::string> read_secret(const nlohmann::json& reference, const Environment& environment) {
    if (!reference.contains("env")) return read_secret_file(reference.at("file").get<std::string>());
    const auto name = reference.at("env").get<std::string>();
    const auto found = environment.find(name);
    if (found == environment.end()) {
        return sdk::fail("config.secret", "the environment variable " + name +
                                              " is not set; set it or write a "
                                              "{ file = \"…\" } instead");
    }
    return found->second;
}

std::string without_url_password(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const auto begin = scheme + 3;
    const auto end = url.find_first_of("/?#", begin);
    const auto at = url.rfind('@', end == std::string::npos ? end : end);
    if (at == std::string::npos || at < begin) return url;
    const auto colon = url.find(':', begin);
    if (colon == std::string::npos || colon > at) return url;
    return url.substr(0, colon + 1) + std::string{masked} + url.substr(at);
}

}  // namespace whatsflow::config
