#include "views/css_addresses.hpp"

#include <vector>

namespace whatsflow::views {

std::string resolve_relative(std::string_view from, std::string_view address) {
    address = address.substr(0, address.find_first_of("?#"));
    if (address.empty() || address.front() == '/' || address.find(':') != std::string_view::npos) return {};
    std::vector<std::string_view> parts;
    const auto walk = [&parts](std::string_view path) {
        while (true) {
            const auto slash = path.find('/');
            const auto part = path.substr(0, slash);
            if (part == "..") {
                if (parts.empty()) return false;
                parts.pop_back();
            } else if (!part.empty() && part != ".") {
                parts.push_back(part);
            }
            if (slash == std::string_view::npos) return true;
            path.remove_prefix(slash + 1);
        }
    };
    const auto folder = from.rfind('/');
    if (folder != std::string_view::npos && !walk(from.substr(0, folder))) return {};
    if (!walk(address)) return {};
    std::string name;
    for (const auto part : parts) name.append(name.empty() ? "" : "/").append(part);
    return name;
}

std::string rewrite_css_addresses(std::string_view css, std::string_view from,
                                  const std::function<std::string(std::string_view name)>& address_of,
                                  const std::function<void(std::string_view address, std::size_t position)>& unknown) {
    std::string out;
    out.reserve(css.size() + 256);
    std::size_t copied = 0;
    std::size_t next = 0;
    for (auto at = css.find("url("); at != std::string_view::npos; at = css.find("url(", next)) {
        next = at + 4;
        auto begin = css.find_first_not_of(" \t\r\n", at + 4);
        if (begin == std::string_view::npos) break;
        const char quote = css[begin] == '"' || css[begin] == '\'' ? css[begin++] : ')';
        const auto end = css.find(quote, begin);
        if (end == std::string_view::npos) break;
        next = end;  // a picture written into the sheet may contain `url(` of its own
        auto address = css.substr(begin, end - begin);
        while (!address.empty() && (address.back() == ' ' || address.back() == '\n')) address.remove_suffix(1);
        const auto name = resolve_relative(from, address);
        if (name.empty()) continue;
        const auto replacement = address_of(name);
        if (replacement.empty()) {
            unknown(address, at);
            continue;
        }
        out.append(css.substr(copied, begin - copied)).append(replacement);
        // A fragment names a part of a picture, a query is how old browsers were told about fonts.
        const auto rest = address.find('#');
        if (rest != std::string_view::npos) out.append(address.substr(rest));
        copied = end;
    }
    return out.append(css.substr(copied));
}

}  // namespace whatsflow::views
