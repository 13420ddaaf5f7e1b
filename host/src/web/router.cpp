#include "web/router.hpp"

#include "web/target.hpp"
#include "web/text.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::web {
namespace {

constexpr std::size_t kMethods = 7;
constexpr std::size_t kMaxSegments = 16;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}

bool is_parameter_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string describe(const RouteEntry& entry) {
    return std::string(sdk::to_text(entry.route.method)) + " " + entry.route.pattern + " on " +
           std::string(sdk::to_text(entry.route.site)) + " of plugin " + entry.plugin;
}

sdk::Result<void> check(const RouteEntry& entry, const std::vector<std::string>& segments) {
    const auto invalid = [&](const std::string& why) {
        return sdk::fail("route.invalid", "Route " + describe(entry) + " " + why);
    };
    const auto& route = entry.route;
    if (!route.pattern.starts_with('/')) return invalid("must start with a slash.");
    if (!route.handler) return invalid("has no handler.");
    if (route.permission.text().empty()) return invalid("names no permission.");
    if (segments.size() > kMaxSegments) return invalid("has more than 16 segments.");
    std::set<std::string_view> names;
    for (const auto& segment : segments) {
        if (is_parameter(segment)) {
            const auto name = std::string_view(segment).substr(1, segment.size() - 2);
            if (!segment.ends_with('}') || !is_parameter_name(name))
                return invalid("has a malformed parameter: a parameter is a whole segment, such as {id}.");
            if (!names.insert(name).second) return invalid("uses the parameter {" + std::string(name) + "} twice.");
        } else if (segment.find_first_of("{}%?#") != std::string::npos || segment == "." || segment == ".." ||
                   has_control(segment) || !is_utf8(segment)) {
            return invalid("has a segment that no address can match.");
        }
    }
    if (route.caching == sdk::Caching::shared &&
        (route.method != sdk::Method::get || route.permission.text() != "public"))
        return invalid("asks for shared caching, which is for public GET pages only.");
    return sdk::ok();
}

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    std::unique_ptr<Node> parameter;
    std::array<std::size_t, kMethods> routes;

    Node() { routes.fill(kNone); }

    std::size_t route_for(sdk::Method method) const {
        const auto own = routes[static_cast<std::size_t>(method)];
        if (own != kNone || method != sdk::Method::head) return own;
        return routes[static_cast<std::size_t>(sdk::Method::get)];
    }

    /// The best node for the method; every node of this shape adds its methods to `seen`.
    std::size_t search(sdk::Method method, const std::vector<std::string>& segments, std::size_t depth,
                       std::array<bool, kMethods>& seen) const {
        if (depth == segments.size()) {
            for (std::size_t m = 0; m < kMethods; ++m) seen[m] = seen[m] || routes[m] != kNone;
            return route_for(method);
        }
        if (const auto child = children.find(segments[depth]); child != children.end())
            if (const auto found = child->second->search(method, segments, depth + 1, seen); found != kNone)
                return found;
        return parameter ? parameter->search(method, segments, depth + 1, seen) : kNone;
    }
};

Router::Router(std::vector<RouteEntry> entries) : entries_(std::move(entries)) {
    for (auto& root : roots_) root = std::make_unique<Node>();
}

Router::~Router() = default;

sdk::Result<std::shared_ptr<const Router>> Router::build(std::vector<RouteEntry> entries) {
    std::shared_ptr<Router> router(new Router(std::move(entries)));
    for (std::size_t index = 0; index < router->entries_.size(); ++index)
        if (auto inserted = router->insert(index); !inserted) return inserted.error();
    return std::shared_ptr<const Router>(std::move(router));
}

sdk::Result<void> Router::insert(std::size_t index) {
    const auto& entry = entries_[index];
    const auto segments = split_pattern(entry.route.pattern);
    if (auto checked = check(entry, segments); !checked) return checked;

    Node* node = roots_[static_cast<std::size_t>(entry.route.site)].get();
    for (const auto& segment : segments) {
        auto& next = is_parameter(segment) ? node->parameter : node->children[segment];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    auto& slot = node->routes[static_cast<std::size_t>(entry.route.method)];
    if (slot != kNone)
        return sdk::fail("route.conflict", "Route " + describe(entry) + " has the shape of " +
                                               describe(entries_[slot]) + "; one of them must give way.");
    slot = index;
    return sdk::ok();
}

RouteMatch Router::find(sdk::Site site, sdk::Method method, const std::vector<std::string>& segments) const {
    RouteMatch match;
    if (segments.size() > kMaxSegments) return match;
    std::array<bool, kMethods> seen{};
    const auto found = roots_[static_cast<std::size_t>(site)]->search(method, segments, 0, seen);
    if (found != kNone) {
        match.entry = &entries_[found];
        add_parameters(match, segments);
        return match;
    }
    for (std::size_t m = 0; m < kMethods; ++m)
        if (seen[m]) match.allowed.push_back(static_cast<sdk::Method>(m));
    return match;
}

void Router::add_parameters(RouteMatch& match, const std::vector<std::string>& segments) const {
    std::size_t position = 0;
    std::string_view rest = match.entry->route.pattern;
    while (!rest.empty()) {
        const auto segment = take_until(rest, '/');
        if (segment.empty()) continue;
        if (is_parameter(segment))
            match.parameters.add(std::string(segment.substr(1, segment.size() - 2)), segments[position]);
        ++position;
    }
}

std::string allow_header(const std::vector<sdk::Method>& methods) {
    std::set<std::string> names{"OPTIONS"};
    for (const auto method : methods) {
        names.emplace(sdk::to_text(method));
        if (method == sdk::Method::get) names.emplace("HEAD");
    }
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

std::optional<sdk::Method> parse_method(std::string_view text) noexcept {
    for (std::size_t m = 0; m < kMethods; ++m)
        if (const auto method = static_cast<sdk::Method>(m); sdk::to_text(method) == text) return method;
    return std::nullopt;
}

std::vector<std::string> split_pattern(std::string_view pattern) {
    std::vector<std::string> segments;
    while (!pattern.empty())
        if (const auto segment = take_until(pattern, '/'); !segment.empty()) segments.emplace_back(segment);
    return segments;
}

}  // namespace whatsflow::web
