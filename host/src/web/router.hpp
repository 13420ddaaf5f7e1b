/// \file
/// Which route answers a path. Immutable once built, so any number of threads may ask it;
/// a new set of routes is a new Router, and requests on their way keep the one they began with.
///
/// A static segment is preferred to a parameter. Two routes with one shape (the same site,
/// method and pattern, whatever the parameters are called) are a mistake that names both plugins.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

struct RouteEntry {
    sdk::Route route;
    std::string plugin;  ///< who owns it; `host` for the host's own
};

/// What the router found. `entry` lives as long as the router it came from.
struct RouteMatch {
    const RouteEntry* entry = nullptr;  ///< null: no route for this method
    sdk::Fields parameters;
    /// Methods this path has, when it has any: for Allow.
    std::vector<sdk::Method> allowed;

    [[nodiscard]] bool path_exists() const { return entry || !allowed.empty(); }
};

class Router {
public:
    /// Errors: `route.invalid`, `route.conflict`.
    [[nodiscard]] static sdk::Result<std::shared_ptr<const Router>> build(std::vector<RouteEntry> entries);

    /// HEAD finds GET routes. Cost grows with the number of segments only.
    [[nodiscard]] RouteMatch find(sdk::Site site, sdk::Method method, const std::vector<std::string>& segments) const;

    /// In the order they were given.
    [[nodiscard]] const std::vector<RouteEntry>& entries() const noexcept { return entries_; }

    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

private:
    struct Node;

    explicit Router(std::vector<RouteEntry> entries);
    sdk::Result<void> insert(std::size_t index);
    void add_parameters(RouteMatch& match, const std::vector<std::string>& segments) const;

    std::vector<RouteEntry> entries_;
    std::array<std::unique_ptr<Node>, 4> roots_;
};

/// `GET, HEAD, OPTIONS` for the Allow header.
[[nodiscard]] std::string allow_header(const std::vector<sdk::Method>& methods);
/// Nothing for a method this server does not know (501).
[[nodiscard]] std::optional<sdk::Method> parse_method(std::string_view text) noexcept;
/// Splits a pattern on `/`, without empty segments.
[[nodiscard]] std::vector<std::string> split_pattern(std::string_view pattern);

}  // namespace whatsflow::web
