#include "cluster/redis_address.hpp"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <charconv>

namespace whatsflow::cluster {
namespace {

sdk::Error bad(const std::string& what) {
    return sdk::fail("config.bad_redis_url", "redis.url " + what + "; write redis://host:port/0.");
}

}  // namespace

sdk::Result<RedisAddress> parse_redis_url(const std::string& url) {
    try {
        const Poco::URI uri(url);
        if (uri.getScheme() != "redis") return bad("must start with redis://");
        if (uri.getHost().empty()) return bad("names no host");
        RedisAddress address;
        address.host = uri.getHost();
        address.port = uri.getPort() == 0 ? address.port : uri.getPort();
        const auto& account = uri.getUserInfo();
        if (const auto colon = account.find(':'); colon != std::string::npos) {
            address.user = account.substr(0, colon);
            address.password = account.substr(colon + 1);
        } else {
            address.password = account;
        }
        const auto& path = uri.getPath();
        if (path.size() > 1) {
            const auto [end, error] = std::from_chars(path.data() + 1, path.data() + path.size(), address.database);
            if (error != std::errc{} || end != path.data() + path.size() || address.database < 0)
                return bad("must end with the number of a database");
        }
        return address;
    } catch (const Poco::Exception&) {
        return bad("cannot be read");
    }
}

}  // namespace whatsflow::cluster
